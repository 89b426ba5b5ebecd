// What the C++ examples read beside the network: its card, and whether the model belongs to it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// EXPORT_DIR/card.json. Throws std::runtime_error when it cannot be read or does not say how
/// pictures are prepared.
nlohmann::json read_card(const std::string& folder);

/// The path of a model that the card lists. Throws std::runtime_error when it is missing,
/// truncated, or not the file that the card was written for.
std::string checked_model(const std::string& folder,
                          const nlohmann::json& card,
                          const std::string& name);

/// The three best classes with their probabilities (softmax).
void print_best(const std::vector<float>& logits, const nlohmann::json& card);
