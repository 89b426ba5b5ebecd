// A real browser (Chromium, headless) that a test opens a page in and asks about it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace coppice {

/// Talks to one page by the DevTools protocol over two pipes. Every method throws
/// std::runtime_error when the browser answers with an error or not within 30 s.
class Browser {
 public:
  /// Path of Chromium, or empty when there is none: then a test is skipped.
  [[nodiscard]] static std::string find();

  Browser(const std::string& program, int width, int height);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// Loads the file and waits until it has loaded.
  void open(const std::filesystem::path& page);
  /// The same with an address.
  void open_url(const std::string& url);

  /// The value of a JavaScript expression in the page; promises are waited for.
  nlohmann::json evaluate(const std::string& expression);

  /// Waits until the expression is true, at most 20 s; false then.
  bool becomes_true(const std::string& expression);

  /// A DevTools command for the page: its result.
  nlohmann::json command(const std::string& method, const nlohmann::json& parameters);

  void move_mouse(double x, double y);
  void click(double x, double y);
  void press(const std::string& key);
  /// Drags a file from elsewhere to a place of the page and drops it there.
  void drop(const std::filesystem::path& file, double x, double y);

  /// What the page wrote as error or warning, threw, or failed to load; without console.log.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  /// Addresses that the page asked for, without the page itself.
  [[nodiscard]] const std::vector<std::string>& requests() const { return requests_; }

 private:
  nlohmann::json call(const std::string& method,
                      const nlohmann::json& parameters,
                      const std::string& session);
  nlohmann::json next_message();
  void note(const nlohmann::json& event);

  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
  int last_id_ = 0;
  std::filesystem::path profile_;
  std::string session_;
  std::string page_;
  std::string buffer_;
  bool loaded_ = false;
  std::vector<std::string> complaints_;
  std::vector<std::string> requests_;
};

}  // namespace coppice
