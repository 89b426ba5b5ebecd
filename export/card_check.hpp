// What a card must hold before it is written. Internal to the two writers of model_card.hpp.
#pragma once

#include "export/model_card.hpp"

namespace coppice {

/// Throws Error naming the key.
void check_card(const ModelCard& card);

}  // namespace coppice
