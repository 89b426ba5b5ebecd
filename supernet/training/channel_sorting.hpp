// Orders the channels of every elastic width by importance, so that smaller widths keep the best.
#pragma once

#include "supernet/supernet.hpp"

namespace coppice {

/// Permutes the middle channels of every elastic block by the L1 norm of the weights that read
/// them (Cai et al. 2020, section 3.3). Only channels between two widths that are already trained
/// trade places: `open_expands` is the number of largest expansion choices trained so far (1 at
/// the start of the first expand phase: all channels are sorted among themselves; 2: the channels
/// below the second largest width, and those above it). Normalisation, squeeze-excite and its
/// hidden units move along. The full network computes the same function afterwards.
void sort_channels(Supernet& supernet, int open_expands);

}  // namespace coppice
