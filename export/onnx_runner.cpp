#include "export/onnx_runner.hpp"

#include <onnx/onnx_pb.h>

#include <cstring>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <string>

#include "export/onnx_check.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// While it lives OpenCV has the number of threads asked for and prints nothing: it would write
// every error to stderr before throwing it.
class Settings {
 public:
  explicit Settings(int threads)
      : threads_(cv::getNumThreads()),
        level_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)) {
    if (threads > 0) cv::setNumThreads(threads);
  }
  ~Settings() {
    cv::setNumThreads(threads_);
    cv::utils::logging::setLogLevel(level_);
  }
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

 private:
  int threads_;
  cv::utils::logging::LogLevel level_;
};

float scalar(const onnx::GraphProto& graph, const std::string& name) {
  float value = 0;
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (tensor.name() != name) continue;
    require(tensor.raw_data().size() == sizeof value, "'", name, "' is no single float");
    std::memcpy(&value, tensor.raw_data().data(), sizeof value);
    return value;
  }
  throw Error(text("'", name, "' is no constant of the model"));
}

// OpenCV's importer up to 4.6 knows Clip only with its bounds as attributes, as they were up to
// opset 10; newer ones read both.
void bounds_to_attributes(onnx::GraphProto& graph) {
  for (onnx::NodeProto& node : *graph.mutable_node()) {
    if (node.op_type() != "Clip" || node.input_size() != 3) continue;
    for (const int i : {1, 2}) {
      onnx::AttributeProto& bound = *node.add_attribute();
      bound.set_name(i == 1 ? "min" : "max");
      bound.set_type(onnx::AttributeProto::FLOAT);
      bound.set_f(scalar(graph, node.input(i)));
    }
    node.mutable_input()->DeleteSubrange(1, 2);
  }
}

// The bytes that OpenCV reads. It takes an open batch for 1 and then broadcasts the gate of
// squeeze-excite wrongly for any other; a stated batch of 2 works for every batch.
std::string adapted_model(const std::filesystem::path& path) {
  onnx::ModelProto model;
  model.ParseFromString(read_text_file(path));
  onnx::GraphProto& graph = *model.mutable_graph();
  bounds_to_attributes(graph);
  graph.clear_value_info();
  auto& shape = *graph.mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape.mutable_dim(0)->set_dim_value(2);
  return model.SerializeAsString();
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

struct OnnxRunner::State {
  std::string path;
  int threads = 0;
  OnnxSummary summary;
  cv::dnn::Net net;
};

OnnxRunner::OnnxRunner(const std::filesystem::path& path, int threads)
    : state_(std::make_unique<State>()) {
  state_->path = path.string();
  state_->threads = threads;
  state_->summary = check_onnx_file(path);
  require(state_->summary.input_shape.size() == 4 && state_->summary.output_shape.size() == 2,
          path.string(),
          " is no image classifier: its input must have 4 dimensions, its output 2");
  const Settings settings(threads);
  try {
    const std::string model = adapted_model(path);
    state_->net = cv::dnn::readNetFromONNX(model.data(), model.size());
    state_->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    state_->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  } catch (const cv::Exception& error) {
    throw Error(text("OpenCV cannot load ", path.string(), ": ", first_line(error.err)));
  }
}

OnnxRunner::~OnnxRunner() = default;
OnnxRunner::OnnxRunner(OnnxRunner&&) noexcept = default;

std::vector<float> OnnxRunner::run(const std::vector<float>& images, std::size_t count) {
  require(count > 0 && images.size() == count * values_per_image(),
          state_->path,
          " needs ",
          values_per_image(),
          " values an image; ",
          images.size(),
          " were given for ",
          count,
          " images");
  const Settings settings(state_->threads);
  const auto& shape = state_->summary.input_shape;
  const int sizes[] = {static_cast<int>(count),
                       static_cast<int>(shape[1]),
                       static_cast<int>(shape[2]),
                       static_cast<int>(shape[3])};
  try {
    // OpenCV only reads the blob; its constructor knows no const.
    state_->net.setInput(cv::Mat(4, sizes, CV_32F, const_cast<float*>(images.data())));
    const cv::Mat logits = state_->net.forward();
    require(logits.isContinuous() && logits.total() == count * classes(),
            "OpenCV computes ",
            logits.total(),
            " logits for ",
            count,
            " images of ",
            state_->path,
            ", must be ",
            count * classes());
    return {logits.ptr<float>(), logits.ptr<float>() + logits.total()};
  } catch (const cv::Exception& error) {
    throw Error(text("OpenCV cannot run ", state_->path, ": ", first_line(error.err)));
  }
}

std::size_t OnnxRunner::values_per_image() const {
  const auto& shape = state_->summary.input_shape;
  return static_cast<std::size_t>(shape[1] * shape[2] * shape[3]);
}

std::size_t OnnxRunner::classes() const {
  return static_cast<std::size_t>(state_->summary.output_shape[1]);
}

const char* onnx_runtime_name() { return "OpenCV " CV_VERSION; }

}  // namespace coppice
