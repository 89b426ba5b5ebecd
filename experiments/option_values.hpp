// Values of options as text: how each type of field is read, and written so that it reads back.
//
// Words are the tokens that follow an option, or the lines that name a key in a configuration
// file. Every read_words throws Error(usage) that says what was found and what is allowed; the
// caller puts the option's name in front.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "search/objective.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

using Words = std::vector<std::string>;

void read_words(const Words& words, int& field);
void read_words(const Words& words, std::int64_t& field);
void read_words(const Words& words, std::uint64_t& field);
/// Finite.
void read_words(const Words& words, double& field);
/// yes or no; also true, false, on, off, 1, 0.
void read_words(const Words& words, bool& field);
/// Not empty.
void read_words(const Words& words, std::string& field);
void read_words(const Words& words, std::filesystem::path& field);
/// Separated by spaces or commas; FIRST-LAST/STEP is an arithmetic range.
void read_words(const Words& words, std::vector<int>& field);
/// Separated by spaces or commas.
void read_words(const Words& words, std::vector<std::string>& field);
/// One path a word: paths may contain commas.
void read_words(const Words& words, std::vector<std::filesystem::path>& field);
/// One bound a word.
void read_words(const Words& words, std::vector<Limit>& field);

template <class T>
void read_words(const Words& words, std::optional<T>& field) {
  T value{};
  read_words(words, value);
  field = value;
}

/// What reads back to the field; empty where it is not set (an empty path, text or list).
[[nodiscard]] Words write_words(int field);
[[nodiscard]] Words write_words(std::int64_t field);
[[nodiscard]] Words write_words(std::uint64_t field);
[[nodiscard]] Words write_words(double field);
[[nodiscard]] Words write_words(bool field);
[[nodiscard]] Words write_words(const std::string& field);
[[nodiscard]] Words write_words(const std::filesystem::path& field);
[[nodiscard]] Words write_words(const std::vector<int>& field);
[[nodiscard]] Words write_words(const std::vector<std::string>& field);
[[nodiscard]] Words write_words(const std::vector<std::filesystem::path>& field);
[[nodiscard]] Words write_words(const std::vector<Limit>& field);

/// What `use` makes of an option's value. What is wrong with the value is said with the option's
/// name: "--region: 'Germny' is not ...".
template <class F>
auto for_option(const char* option, F use) -> decltype(use()) {
  try {
    return use();
  } catch (const Error& error) {
    throw Error(text(option, ": ", error.what()), error.failure());
  }
}

template <class T>
Words write_words(const std::optional<T>& field) {
  return field ? write_words(*field) : Words{};
}

}  // namespace coppice
