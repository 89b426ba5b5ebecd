#include "supernet/training/many_subnets.hpp"

#include <ATen/core/grad_mode.h>

#include <set>

#include "supernet/base/interruption.hpp"
#include "supernet/calibration.hpp"

namespace coppice {
namespace {

std::set<int> resolutions_of(const std::vector<Subnet>& subnets) {
  std::set<int> resolutions;
  for (const Subnet& subnet : subnets) resolutions.insert(subnet.plan().resolution);
  return resolutions;
}

// Counted in one pass over the images.
std::vector<Accuracy> evaluate_together(const std::vector<Subnet>& subnets,
                                        const PreparedImages& images) {
  const at::NoGradGuard no_grad;
  std::vector<Accuracy> accuracies(subnets.size());
  if (subnets.empty()) return accuracies;
  const std::set<int> resolutions = resolutions_of(subnets);
  for (std::size_t b = 0; b < images.batch_count(); ++b) {
    stop_if_interrupted("while evaluating");
    const auto batches = images.batches(b, resolutions);
    for (std::size_t i = 0; i < subnets.size(); ++i) {
      const Batch& batch = batches.at(subnets[i].plan().resolution);
      count_hits(subnets[i].forward(batch.images), batch.labels, accuracies[i]);
    }
  }
  return accuracies;
}

}  // namespace

std::vector<Subnet> calibrated_subnets(const Supernet& supernet,
                                       const std::vector<Architecture>& architectures,
                                       const PreparedImages& calibration) {
  std::vector<Subnet> subnets;
  subnets.reserve(architectures.size());  // calibrations borrow them
  std::vector<Calibration> calibrations;
  for (const Architecture& architecture : architectures) {
    subnets.push_back(supernet.extract(architecture));
    calibrations.emplace_back(subnets.back(), calibration.size());
  }
  const std::set<int> resolutions = resolutions_of(subnets);
  for (std::size_t b = 0; b < calibration.batch_count(); ++b) {
    stop_if_interrupted("while calibrating");
    const auto batches = calibration.batches(b, resolutions);
    for (std::size_t i = 0; i < subnets.size(); ++i) {
      calibrations[i].add(batches.at(subnets[i].plan().resolution).images);
    }
  }
  for (Calibration& each : calibrations) each.finish();
  return subnets;
}

void evaluate_all(const std::vector<Subnet>& subnets,
                  const PreparedImages& images,
                  const std::function<void(std::size_t i, const Accuracy& accuracy)>& known) {
  std::vector<Subnet> folded;
  std::vector<std::size_t> places;  // of those whose images are decoded anew in every pass
  folded.reserve(subnets.size());
  for (std::size_t i = 0; i < subnets.size(); ++i) {
    if (images.keeps(subnets[i].plan().resolution)) {
      known(i, evaluate(subnets[i], images));
    } else {
      folded.push_back(subnets[i].folded());
      places.push_back(i);
    }
  }
  const std::vector<Accuracy> accuracies = evaluate_together(folded, images);
  for (std::size_t i = 0; i < places.size(); ++i) known(places[i], accuracies[i]);
}

}  // namespace coppice
