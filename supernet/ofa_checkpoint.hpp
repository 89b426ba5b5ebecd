// Supernets trained by the Once-For-All reference implementation, as Coppice supernets.
#pragma once

#include <map>
#include <string>

#include "supernet/pytorch_file.hpp"
#include "supernet/supernet.hpp"

namespace coppice {

/// The name that all of the reference's releases agree on: module names doubled by wrappers are
/// written once ("conv.conv.weight" -> "conv.weight"), "mobile_inverted_conv" becomes "conv".
[[nodiscard]] std::string canonical_ofa_name(const std::string& name);

/// Copies every tensor of a reference checkpoint into the supernet. Kernel matrices that the
/// checkpoint lacks stay as they are. `origin` names the file in messages. Throws Error, before
/// anything is copied, when a tensor is missing, left over, or of another shape: the checkpoint is
/// then of another space, width or number of classes.
void load_ofa_weights(Supernet& supernet,
                      const std::map<std::string, StoredTensor>& weights,
                      const std::string& origin);

}  // namespace coppice
