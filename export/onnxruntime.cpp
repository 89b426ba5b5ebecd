#include "export/onnxruntime.hpp"

#include <cstdint>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "export/child_pipe.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

std::string_view onnxruntime_server();  // export/onnxruntime_server.js, embedded

namespace {

using Json = nlohmann::json;

struct Answer {  // NOLINT(bugprone-exception-escape): moving a Json checks it, within noexcept
  Json head;
  std::vector<float> values;
};

// One message either way, as the header of onnxruntime_server.js says.
void send(ChildPipe& pipe, const Json& head, const std::vector<float>& values) {
  const std::string json = head.dump();
  const std::uint32_t sizes[] = {static_cast<std::uint32_t>(json.size()),
                                 static_cast<std::uint32_t>(values.size() * sizeof(float))};
  pipe.send(sizes, sizeof sizes);
  pipe.send(json.data(), json.size());
  pipe.send(values.data(), values.size() * sizeof(float));
}

Answer receive(ChildPipe& pipe) {
  std::uint32_t sizes[2];
  pipe.receive(sizes, sizeof sizes);
  std::string json(sizes[0], '\0');
  pipe.receive(json.data(), json.size());
  Answer answer{Json::parse(json), std::vector<float>(sizes[1] / sizeof(float))};
  pipe.receive(answer.values.data(), sizes[1]);
  return answer;
}

}  // namespace

struct OnnxRuntime::State {
  State(const std::filesystem::path& folder, int threads)
      : pipe({"node",
              "-e",
              std::string(onnxruntime_server()),
              folder.string(),
              std::to_string(threads)}) {}

  Answer ask(const Json& head, const std::vector<float>& values = {}) {
    send(pipe, head, values);
    return receive(pipe);
  }

  // Throws what ONNX Runtime says against a model.
  static void check(const Answer& answer, const std::string& path) {
    if (!answer.head.contains("error")) return;
    std::string reason = answer.head["error"].get<std::string>();
    reason = reason.substr(0, reason.find('\n'));
    throw Error(text("ONNX Runtime cannot run ", path, ": ", reason));
  }

  ChildPipe pipe;
  std::string name;
  std::map<int, std::string> paths;
};

OnnxRuntime::OnnxRuntime(const std::filesystem::path& folder, int threads) {
  const std::string package = (folder / "node_modules" / "onnxruntime-node").string();
  require(std::filesystem::exists(package),
          "ONNX Runtime is not installed: ",
          package,
          " does not exist; run npm ci --ignore-scripts in ",
          folder.string());
  state_ = std::make_unique<State>(folder, threads);
  Answer hello;
  try {
    hello = receive(state_->pipe);
  } catch (const Error& error) {
    throw Error(text("ONNX Runtime needs Node.js 18 or newer: ", error.what()));
  }
  require(!hello.head.contains("error"),
          "ONNX Runtime in ",
          package,
          " does not start: ",
          hello.head.value("error", ""),
          "; run npm ci --ignore-scripts in ",
          folder.string());
  state_->name = "ONNX Runtime " + hello.head.value("version", "of unknown version");
}

OnnxRuntime::~OnnxRuntime() = default;
OnnxRuntime::OnnxRuntime(OnnxRuntime&&) noexcept = default;

const std::string& OnnxRuntime::name() const { return state_->name; }

int OnnxRuntime::load(const std::filesystem::path& path) {
  const Answer answer =
      state_->ask({{"do", "load"}, {"path", std::filesystem::absolute(path).string()}});
  State::check(answer, path.string());
  const int model = answer.head.at("model").get<int>();
  state_->paths[model] = path.string();
  return model;
}

void OnnxRuntime::release(int model) {
  State::check(state_->ask({{"do", "release"}, {"model", model}}), state_->paths.at(model));
  state_->paths.erase(model);
}

std::vector<float> OnnxRuntime::run(int model,
                                    const std::vector<float>& images,
                                    const Shape& shape) {
  Answer answer = state_->ask({{"do", "run"}, {"model", model}, {"shape", shape}}, images);
  State::check(answer, state_->paths.at(model));
  return std::move(answer.values);
}

Seconds OnnxRuntime::time(int model, const Shape& shape, int calls) {
  const Answer answer =
      state_->ask({{"do", "time"}, {"model", model}, {"shape", shape}, {"calls", calls}});
  State::check(answer, state_->paths.at(model));
  return Seconds(answer.head.at("milliseconds").get<double>() / 1000);
}

}  // namespace coppice
