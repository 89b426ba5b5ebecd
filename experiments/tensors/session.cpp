#include "experiments/tensors/session.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/version.h>

#include <opencv2/core/utility.hpp>
#include <utility>

#include "experiments/output.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensors/ranks.hpp"
#include "predictors/rapl.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

int visible_gpus() {
  if (!at::globalContext().hasCUDA()) return 0;
  return c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount();
}

// The same bits from the same seed, and float32 that is float32: cuDNN would take sums in an order
// of the moment, and multiply with ten bits of mantissa.
void prepare_gpu() {
  at::Context& libtorch = at::globalContext();
  libtorch.setDeterministicCuDNN(true);
  libtorch.setAllowTF32CuDNN(false);
  libtorch.setAllowTF32CuBLAS(false);
}

}  // namespace

Session::Session(const CommonOptions& common,
                 const ChargeOptions& charge,
                 const std::string& phase,
                 std::shared_ptr<RankGroup> ranks)
    : common_(common),
      device_(ranks ? local_device(common.device) : common.device),
      threads_(common.threads),
      meter_(charge, /*gpus=*/common.device != "cpu"),
      ranks_(std::move(ranks)) {
  check_device(common.device, device_, device_ == "cpu" ? 0 : visible_gpus());
  if (common.device != "cpu") prepare_gpu();
  at::set_num_threads(common.threads);
  cv::setNumThreads(common.threads);
  // A model stands in for counters that are there; whoever could allow them should know.
  const std::string unreadable = why_unreadable_rapl(MeterOptions{}.powercap);
  print_warning(unreadable + "; energy is modelled meanwhile", common.quiet || unreadable.empty());
  meter_.begin(phase);
}

Json Session::spent() {
  add_up_energy();
  const SpentEnergy spent = meter_.spent();
  Json json{{"seconds", spent.duration.value()},
            {"threads", common_.threads},
            {"energy_j", spent.energy_j.nominal},
            {"energy_low_j", spent.energy_j.low},
            {"energy_high_j", spent.energy_j.high},
            {"energy_basis", spent.basis},
            {"energy_meter", meter_.description()},
            {"co2e_g", spent.co2e_g.nominal},
            {"grid", describe(meter_.grid())},
            {"pue", meter_.pue()}};
  if (ranks_) json["ranks"] = ranks_->size();
  return json;
}

void Session::add_up_energy() {
  if (!ranks_) return;
  const auto own = meter_.own_joules(ranks_->first_on_machine());
  const auto all = ranks_->sum(std::vector<double>(own.begin(), own.end()));
  if (leads()) meter_.set_others({all[0] - own[0], all[1] - own[1], all[2] - own[2]});
}

void Session::record_energy(const std::filesystem::path& run) {
  add_up_energy();
  if (leads()) meter_.record(run);
}

std::string torch_name() { return std::string("libtorch ") + TORCH_VERSION; }

}  // namespace coppice
