// ONNX Runtime where experiments/deploy/node was installed; tests that need it are skipped
// elsewhere.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

// Node.js modules are not part of the repository: .ci/run installs them when npm can be reached.
#define SKIP_WITHOUT_ONNXRUNTIME()                                   \
  if (!std::filesystem::exists(COPPICE_DEPLOY_NODE "/node_modules")) \
  GTEST_SKIP() << "skipped: run npm ci --ignore-scripts in experiments/deploy/node"
