// What the C++ examples do beside running a network: whether its file belongs to the card, whether
// there is a picture, and the classes that the logits tell.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "experiments/deploy/common/card.hpp"

/// The path of a model that the card lists. Throws std::runtime_error when it is missing,
/// truncated, or not the file that the card was written for.
[[nodiscard]] std::string checked_model(const std::string& folder,
                                        const Card& card,
                                        const std::string& name);

/// Throws std::runtime_error when there is no such file.
void require_picture(const std::string& path);

/// What to throw when a runtime fails on a model; of its own words the first line is told.
[[nodiscard]] std::runtime_error cannot_run(const std::string& runtime,
                                            const std::string& model,
                                            const Card& card,
                                            const std::string& words);

/// The three best classes with their probabilities (softmax). Throws std::runtime_error when these
/// cannot be the logits of a model with this card; `model` is its path.
void print_best(const std::vector<float>& logits, const Card& card, const std::string& model);
