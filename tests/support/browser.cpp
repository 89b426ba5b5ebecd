#include "tests/support/browser.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace coppice {
namespace {

using Json = nlohmann::json;

constexpr int kAnswerMilliseconds = 30000;
constexpr int kCommandsIn = 3;  // the file numbers that --remote-debugging-pipe uses
constexpr int kAnswersOut = 4;

// In the child: never returns.
[[noreturn]] void become_browser(const std::string& program,
                                 const std::vector<std::string>& arguments,
                                 int commands,
                                 int answers) {
  // Through numbers that neither pipe has, as one of them may have the other's target.
  const int in = ::fcntl(commands, F_DUPFD, 10);
  const int out = ::fcntl(answers, F_DUPFD, 10);
  ::dup2(in, kCommandsIn);
  ::dup2(out, kAnswersOut);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int stream : {0, 1, 2}) ::dup2(nowhere, stream);
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    words.push_back(const_cast<char*>(argument.c_str()));
  }
  words.push_back(nullptr);
  ::execv(program.c_str(), words.data());
  ::_exit(127);
}

}  // namespace

std::string Browser::find() {
  for (const char* path :
       {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}) {
    if (::access(path, X_OK) == 0) return path;
  }
  return {};
}

Browser::Browser(const std::string& program, int width, int height) {
  std::string folder = (std::filesystem::temp_directory_path() / "coppice-browser-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  profile_ = folder;
  const std::vector<std::string> arguments{
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-extensions",
      "--disable-dev-shm-usage",
      "--remote-debugging-pipe",
      "--user-data-dir=" + folder,
      "--window-size=" + std::to_string(width) + "," + std::to_string(height),
      "about:blank"};
  std::array<int, 2> commands{};
  std::array<int, 2> answers{};
  if (::pipe2(commands.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  ::signal(SIGPIPE, SIG_IGN);
  process_ = ::fork();
  if (process_ == 0) become_browser(program, arguments, commands[0], answers[1]);
  ::close(commands[0]);
  ::close(answers[1]);
  to_ = commands[1];
  from_ = answers[0];

  const Json made = call("Target.createTarget", {{"url", "about:blank"}}, "");
  const Json attached =
      call("Target.attachToTarget", {{"targetId", made.at("targetId")}, {"flatten", true}}, "");
  session_ = attached.at("sessionId");
  for (const char* domain : {"Page.enable", "Runtime.enable", "Log.enable", "Network.enable"}) {
    command(domain, Json::object());
  }
  command(
      "Emulation.setDeviceMetricsOverride",
      {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", width < 600}});
}

Browser::~Browser() {
  ::close(to_);
  ::close(from_);
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
  std::error_code code;
  std::filesystem::remove_all(profile_, code);
}

void Browser::open(const std::filesystem::path& page) {
  open_url("file://" + std::filesystem::absolute(page).string());
}

void Browser::open_url(const std::string& url) {
  page_ = url;
  loaded_ = false;
  command("Page.navigate", {{"url", page_}});
  while (!loaded_) note(next_message());
}

Json Browser::evaluate(const std::string& expression) {
  const Json answer =
      command("Runtime.evaluate",
              {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}});
  if (answer.contains("exceptionDetails")) {
    throw std::runtime_error(expression + ": " + answer["exceptionDetails"].dump());
  }
  return answer.at("result").value("value", Json());
}

bool Browser::becomes_true(const std::string& expression) {
  for (int i = 0; i < 200; ++i) {
    if (evaluate(expression) == true) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

Json Browser::command(const std::string& method, const Json& parameters) {
  return call(method, parameters, session_);
}

void Browser::move_mouse(double x, double y) {
  command("Input.dispatchMouseEvent", {{"type", "mouseMoved"}, {"x", x}, {"y", y}});
}

void Browser::click(double x, double y) {
  move_mouse(x, y);
  for (const char* type : {"mousePressed", "mouseReleased"}) {
    command("Input.dispatchMouseEvent",
            {{"type", type}, {"x", x}, {"y", y}, {"button", "left"}, {"clickCount", 1}});
  }
}

void Browser::press(const std::string& key) {
  for (const char* type : {"keyDown", "keyUp"}) {
    command("Input.dispatchKeyEvent", {{"type", type}, {"key", key}, {"code", key}});
  }
}

void Browser::drop(const std::filesystem::path& file, double x, double y) {
  const Json data{{"items", Json::array()}, {"files", {file.string()}}, {"dragOperationsMask", 1}};
  for (const char* type : {"dragEnter", "dragOver", "drop"}) {
    command("Input.dispatchDragEvent", {{"type", type}, {"x", x}, {"y", y}, {"data", data}});
  }
}

Json Browser::call(const std::string& method, const Json& parameters, const std::string& session) {
  Json message{{"id", ++last_id_}, {"method", method}, {"params", parameters}};
  if (!session.empty()) message["sessionId"] = session;
  const std::string bytes = message.dump() + '\0';
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto wrote = ::write(to_, bytes.data() + sent, bytes.size() - sent);
    if (wrote <= 0) throw std::runtime_error("the browser does not listen");
    sent += static_cast<std::size_t>(wrote);
  }
  while (true) {
    const Json answer = next_message();
    if (answer.value("id", 0) != last_id_) {
      note(answer);
      continue;
    }
    if (answer.contains("error")) {
      throw std::runtime_error(method + ": " + answer["error"].dump());
    }
    return answer.at("result");
  }
}

Json Browser::next_message() {
  while (true) {
    const auto end = buffer_.find('\0');
    if (end != std::string::npos) {
      Json message = Json::parse(buffer_.substr(0, end));
      buffer_.erase(0, end + 1);
      return message;
    }
    pollfd wait{from_, POLLIN, 0};
    if (::poll(&wait, 1, kAnswerMilliseconds) <= 0) {
      throw std::runtime_error("the browser does not answer");
    }
    std::array<char, 65536> part{};
    const auto got = ::read(from_, part.data(), part.size());
    if (got <= 0) throw std::runtime_error("the browser has ended");
    buffer_.append(part.data(), static_cast<std::size_t>(got));
  }
}

void Browser::note(const Json& event) {
  const std::string method = event.value("method", "");
  const Json parameters = event.value("params", Json::object());
  if (method == "Page.loadEventFired") loaded_ = true;
  if (method == "Runtime.exceptionThrown") complaints_.push_back(parameters.dump());
  if (method == "Log.entryAdded") complaints_.push_back(parameters.dump());
  if (method == "Runtime.consoleAPICalled" && parameters.value("type", "") != "log") {
    complaints_.push_back(parameters.dump());
  }
  if (method == "Network.requestWillBeSent") {
    const std::string url = parameters.at("request").at("url");
    if (url != page_ && url != "about:blank") requests_.push_back(url);
  }
}

}  // namespace coppice
