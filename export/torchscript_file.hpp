// A network as a TorchScript file that plain libtorch or PyTorch runs without Coppice.
#pragma once

#include <filesystem>

#include "supernet/subnet.hpp"

namespace coppice {

/// Writes a script module whose forward takes normalised float32 images [N, C, r, r] and returns
/// logits, with normalisation folded into the convolutions. It is loaded back before it appears at
/// `path`. Throws Error naming the path.
void write_torchscript(const Subnet& subnet, const std::filesystem::path& path);

/// Logits of such a file for the images.
[[nodiscard]] at::Tensor run_torchscript(const std::filesystem::path& path,
                                         const at::Tensor& images);

}  // namespace coppice
