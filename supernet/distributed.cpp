#include "supernet/distributed.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <set>
#include <thread>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/rank_watch.hpp"
#include "supernet/base/sha256.hpp"
#include "supernet/c10d_compatibility.hpp"

namespace coppice {
namespace {

constexpr Seconds kPatience(120);
constexpr Seconds kPatienceWithNames(10);  // of machines that are just being started
// Lost ranks are seen by the watch; a slow one may take its time.
constexpr std::chrono::hours kLongest{24 * 7};
constexpr const char* kPortKey = "coppice/watch";
const std::string kGpuKey = "coppice/gpu/";
// What few ranks send each other directly: one way, where a ring goes around twice.
constexpr std::size_t kDirectBytes = 32768;
constexpr int kDirectRanks = 8;
constexpr int kDirectTag = 1;

using StorePointer = c10::intrusive_ptr<c10d::Store>;
using GroupPointer = c10::intrusive_ptr<C10dGroup>;

std::vector<std::uint8_t> bytes_of(const std::string& words) {
  return {words.begin(), words.end()};
}

// libtorch's store warns on stderr about ports that are taken or not there yet, so both are seen to
// before it is asked.
void wait_for_port(const LaunchedRank& place, bool opens) {
  require_usage(!opens || is_free_port(place.port),
                "MASTER_PORT = ",
                place.port,
                ", which another process of this machine listens at; choose another one");
  const auto begin = std::chrono::steady_clock::now();
  const auto waited = [begin] {
    return Seconds(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  };
  while (!opens && !is_listening(place.address, place.port)) {
    stop_if_interrupted("while waiting for the other ranks");
    require_usage(waited() < kPatienceWithNames || is_known_host(place.address),
                  "MASTER_ADDR = ",
                  place.address,
                  ", which is the name of no machine that can be found from here");
    require(waited() < kPatience,
            "rank 0 does not answer at ",
            place.address,
            ":",
            place.port,
            " (MASTER_ADDR, MASTER_PORT); is it started?");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

StorePointer open_store(const LaunchedRank& place) {
  const bool opens = place.rank == 0 && place.agent_prefix.empty();
  wait_for_port(place, opens);
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(place.port);
  options.isServer = opens;
  options.waitWorkers = false;
  without_libuv(options);
  options.timeout = std::chrono::seconds(static_cast<int>(kPatience.value()));
  StorePointer store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
  if (!place.agent_prefix.empty()) {
    store = c10::make_intrusive<c10d::PrefixStore>(place.agent_prefix, store);
  }
  return store;
}

// Rank 0 tells the others its watch's port.
void meet(const LaunchedRank& place, c10d::Store& store, RankWatch& watch) {
  if (place.rank == 0) {
    const std::string port = std::to_string(watch.port());
    store.set(kPortKey, bytes_of(port));
    return watch.meet(place.address, 0, kPatience);
  }
  while (!store.check({kPortKey})) {
    stop_if_interrupted("while waiting for the other ranks");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const std::vector<std::uint8_t> port = store.get(kPortKey);
  watch.meet(place.address, std::stoi(std::string(port.begin(), port.end())), kPatience);
}

GroupPointer gloo_group([[maybe_unused]] const LaunchedRank& place,
                        [[maybe_unused]] const StorePointer& store) {
#ifdef COPPICE_GLOO
  using Gloo = c10d::ProcessGroupGloo;
  const auto options = Gloo::Options::create(kLongest);
  // Sums of gradients are under way while small ones are waited for.
  options->threads = 4;
  const bool one_machine = place.local_size == place.size;
  const char* interface = environment_variable("GLOO_SOCKET_IFNAME");
  options->devices.push_back(interface != nullptr ? Gloo::createDeviceForInterface(interface)
                             : one_machine        ? Gloo::createDeviceForHostname("127.0.0.1")
                                                  : Gloo::createDefaultDevice());
  return c10::make_intrusive<Gloo>(store, place.rank, place.size, options);
#else
  throw Error(text("several ranks (",
                   place.size_variable,
                   ") need Gloo, which was not found when Coppice was built; install libgloo-dev "
                   "and build again"),
              Failure::usage);
#endif
}

// Whether each rank has a GPU of its own; NCCL refuses others. All ranks get the same answer.
[[maybe_unused]] bool has_own_gpus(const LaunchedRank& place,
                                   c10d::Store& store,
                                   const std::string& device) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  store.set(kGpuKey + std::to_string(place.rank), bytes_of(text(host.data(), ' ', device)));
  std::set<std::vector<std::uint8_t>> gpus;
  for (int rank = 0; rank < place.size; ++rank) {
    const std::vector<std::uint8_t> gpu = store.get(kGpuKey + std::to_string(rank));
    if (std::string(gpu.begin(), gpu.end()).find(" cuda") != std::string::npos) gpus.insert(gpu);
  }
  return gpus.size() == static_cast<std::size_t>(place.size);
}

GroupPointer nccl_group([[maybe_unused]] const LaunchedRank& place,
                        [[maybe_unused]] const StorePointer& store,
                        [[maybe_unused]] const std::string& device) {
#ifdef COPPICE_NCCL
  if (has_own_gpus(place, *store, device)) {
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(
        c10::make_intrusive<c10d::PrefixStore>("coppice/nccl", store), place.rank, place.size);
  }
#endif
  return {};
}

std::string first_line(const std::string& message) { return message.substr(0, message.find('\n')); }

}  // namespace

struct RankGroup::Groups {
  explicit Groups(const LaunchedRank& place) : watch(place.rank, place.size) {}

  // Calls of libtorch that fail because a rank is lost say nothing of it.
  template <class Call>
  auto guarded(Call call) const -> decltype(call()) {
    try {
      return call();
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      const std::string lost = watch.lost(Seconds(5));
      require(lost.empty(), lost);
      throw Error("the exchange with the other ranks failed: " + first_line(error.what()));
    }
  }

  [[nodiscard]] C10dGroup& of(const at::Tensor& tensor) const {
    return tensor.is_cuda() && nccl ? *nccl : *gloo;
  }

  // Adds up in the order of the ranks, so that all get the same bits.
  void sum_directly(const at::Tensor& tensor, int rank, int size) const {
    std::vector<std::vector<at::Tensor>> parts(static_cast<std::size_t>(size), {tensor});
    std::vector<c10::intrusive_ptr<c10d::Work>> works;
    for (int other = 0; other < size; ++other) {
      if (other == rank) continue;
      std::vector<at::Tensor>& part = parts[static_cast<std::size_t>(other)];
      part = {at::empty_like(tensor)};
      works.push_back(gloo->recv(part, other, kDirectTag));
    }
    for (int other = 0; other < size; ++other) {
      if (other == rank) continue;
      works.push_back(gloo->send(parts[static_cast<std::size_t>(rank)], other, kDirectTag));
    }
    for (const auto& work : works) work->wait();
    const at::Tensor total = parts.front().front().clone();
    for (std::size_t other = 1; other < parts.size(); ++other) total.add_(parts[other].front());
    tensor.copy_(total);
  }

  RankWatch watch;
  StorePointer store;
  GroupPointer gloo;  // ends before the watch does, which may have to end a blocked process
  GroupPointer nccl;
};

RankGroup::RankGroup(const LaunchedRank& place, const std::string& device)
    : rank_(place.rank),
      size_(place.size),
      local_rank_(place.local_rank),
      groups_(std::make_unique<Groups>(place)) {
  groups_->guarded([&] {
    groups_->store = open_store(place);
    meet(place, *groups_->store, groups_->watch);
    groups_->gloo = gloo_group(place, groups_->store);
    groups_->nccl = nccl_group(place, groups_->store, device);
  });
}

RankGroup::~RankGroup() = default;

void RankGroup::sum(const at::Tensor& tensor) const {
  const bool direct = tensor.device().is_cpu() && tensor.is_contiguous() &&
                      tensor.nbytes() <= kDirectBytes && size_ <= kDirectRanks;
  if (!direct) return start_sum(tensor)();
  groups_->guarded([&] { groups_->sum_directly(tensor, rank_, size_); });
}

std::function<void()> RankGroup::start_sum(const at::Tensor& tensor) const {
  return groups_->guarded([&]() -> std::function<void()> {
    // NCCL is not always there: Gloo adds up in main memory.
    const bool staged = tensor.is_cuda() && !groups_->nccl;
    std::vector<at::Tensor> tensors{staged ? tensor.cpu() : tensor};
    const auto work = groups_->of(tensors.front()).allreduce(tensors);
    return [this, work, tensors, tensor, staged] {
      groups_->guarded([&] { work->wait(); });
      if (staged) tensor.copy_(tensors.front());
    };
  });
}

std::vector<double> RankGroup::sum(const std::vector<double>& values) const {
  std::vector<double> sums = values;
  sum(at::from_blob(sums.data(), {static_cast<std::int64_t>(sums.size())}, at::kDouble));
  return sums;
}

void RankGroup::broadcast(const at::Tensor& tensor) const {
  groups_->guarded([&] {
    const bool staged = tensor.is_cuda() && !groups_->nccl;
    std::vector<at::Tensor> tensors{staged ? tensor.cpu() : tensor};
    groups_->of(tensors.front()).broadcast(tensors)->wait();
    if (staged) tensor.copy_(tensors.front());
  });
}

void RankGroup::require_same(const std::string& text,
                             const std::vector<at::Tensor>& tensors,
                             const std::string& what) const {
  std::string hashes = sha256(text);
  for (const at::Tensor& tensor : tensors) {
    const at::Tensor dense = tensor.detach().cpu().contiguous();
    hashes += sha256({static_cast<const char*>(dense.data_ptr()), dense.nbytes()});
  }
  const std::string own = sha256(hashes);
  at::Tensor leading = at::empty({static_cast<std::int64_t>(own.size())}, at::kByte);
  std::memcpy(leading.data_ptr(), own.data(), own.size());
  broadcast(leading);
  const bool same = std::memcmp(leading.data_ptr(), own.data(), own.size()) == 0;
  require(same,
          what,
          " are not those of rank 0; all ranks need the same options, and see the same folders");
  wait_for_all();
}

void RankGroup::wait_for_all() const { static_cast<void>(sum(std::vector<double>{1})); }

void RankGroup::set_advice(const std::string& advice) const { groups_->watch.set_advice(advice); }

void RankGroup::leave() {
  wait_for_all();
  groups_->watch.leave();
}

Share share_of(std::int64_t total, int rank, int size) {
  const std::int64_t first = total * rank / size;
  return {first, total * (rank + 1) / size - first};
}

}  // namespace coppice
