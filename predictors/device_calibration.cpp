#include "predictors/device_calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "predictors/agreement.hpp"
#include "predictors/energy_calibration.hpp"
#include "predictors/energy_model.hpp"
#include "predictors/estimate.hpp"
#include "predictors/latency_calibration.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kPicojoulesPerJoule = 1e12;
constexpr double kMicrosecondsPerSecond = 1e6;

// Energy does not depend on a grid; predict_energy wants one for its grams.
const GridIntensity kNoGrid{"", "", 1, 0, ""};

/// One-sigma factor of predictions, from their errors and the 10 % that meters are trusted to.
double factor_of(const std::vector<double>& predicted, const std::vector<double>& measured) {
  double sum = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    sum += std::pow(std::log(predicted[i] / measured[i]), 2);
  }
  const double spread = std::sqrt(sum / static_cast<double>(predicted.size()));
  return std::exp(std::hypot(spread, std::log(kCounterFactor)));
}

double rounded(double value) { return std::round(value * 1e4) / 1e4; }
double rounded_percent(double value) { return std::round(value * 10) / 10; }

const char* confidence_of(double mape) {
  if (mape <= 10) return "high";
  return mape <= 30 ? "medium" : "low";
}

// Of one term of a latency: left-out networks judge the sum, and its terms stand in for one
// another.
const char* confidence_of_term(double mape) { return mape <= 10 ? "medium" : "low"; }

/// Works on a copy of the base, field by field, with the provenance of each.
class Calibrator {
 public:
  Calibrator(const DeviceProfile& base,
             const std::vector<MeasuredNetwork>& networks,
             const CalibrationOptions& options)
      : base_(base), networks_(networks), options_(options) {
    result_.profile = base;
    result_.networks = networks.size();
  }

  Calibration run() {
    fit_latency();
    if (networks_.front().energy_j) fit_joules();
    result_.latency.mape_after = mape_percent(latencies(result_.profile), measured_seconds());
    require_useful("latencies", result_.latency);
    if (result_.energy) require_useful("energies", *result_.energy);
    note_no_gain("latencies", result_.latency);
    if (result_.energy) note_no_gain("energies", *result_.energy);
    if (result_.networks < kEnoughCalibrationNetworks) {
      result_.notes.push_back(text(result_.networks,
                                   " networks are few: measure ",
                                   kEnoughCalibrationNetworks,
                                   " or more, of all sizes"));
    }
    validate(result_.profile);
    return std::move(result_);
  }

 private:
  // What was never measured is taken to be right within a factor of two; fitted numbers that miss
  // unseen networks by more would only look better.
  static void require_useful(const char* what, const CalibrationQuality& quality) {
    constexpr double uncalibrated = 100;
    require(quality.mape_left_out <= uncalibrated,
            "the measured ",
            what,
            " do not fit the model: networks that were left out are missed by ",
            rounded_percent(quality.mape_left_out),
            " %, more than without calibration (factor 2); measure again on a quiet device, "
            "networks of all sizes, and check that the base profile is of such a device");
  }

  void note_no_gain(const char* what, const CalibrationQuality& quality) {
    if (quality.mape_left_out < quality.mape_before) return;
    result_.notes.push_back(
        text("networks that were left out are predicted no better than by the "
             "base (",
             what,
             ": ",
             rounded_percent(quality.mape_left_out),
             " % against ",
             rounded_percent(quality.mape_before),
             " %): keep the base, or measure again on a quiet device"));
  }

  [[nodiscard]] std::vector<double> measured_seconds() const {
    std::vector<double> seconds;
    for (const MeasuredNetwork& network : networks_) seconds.push_back(network.latency_s);
    return seconds;
  }

  [[nodiscard]] std::vector<double> measured_joules() const {
    std::vector<double> joules;
    for (const MeasuredNetwork& network : networks_) joules.push_back(*network.energy_j);
    return joules;
  }

  [[nodiscard]] std::vector<double> latencies(const DeviceProfile& profile) const {
    std::vector<double> seconds;
    for (const MeasuredNetwork& network : networks_) {
      seconds.push_back(roofline_latency(network.plan, profile, options_.type, 1).value());
    }
    return seconds;
  }

  // By the whole model with its clamp, supply and platform, for the measured latency.
  [[nodiscard]] std::vector<double> joules(const DeviceProfile& profile) const {
    std::vector<double> all;
    for (const MeasuredNetwork& network : networks_) {
      EnergyOptions options;
      options.type = options_.type;
      options.latency = Seconds(network.latency_s);
      const InferenceEnergy energy = predict_energy(network.plan, profile, kNoGrid, options);
      // A meter at the chip or the board sees nothing of the supply, one at the chip no platform.
      const double platform = options_.meter == "ina3221" ? profile.platform_watts.value_or(0) : 0;
      all.push_back(whole_device() ? energy.energy_j.nominal
                                   : (energy.average_power.value() + platform) * network.latency_s);
    }
    return all;
  }

  [[nodiscard]] bool whole_device() const {
    return options_.meter == "usb" || options_.meter == "wall";
  }

  void fit_latency() {
    std::vector<TimedWork> works;
    for (const MeasuredNetwork& network : networks_) {
      works.push_back({layer_works(network.plan, base_, options_.type, 1), network.latency_s});
    }
    const double peak = peak_ops(base_, options_.type);
    const RooflineFit fit = fit_roofline(works, roofline_terms(base_), peak);
    left_out_seconds_ = fit.left_out;
    const std::vector<double> measured = measured_seconds();
    CalibrationQuality& quality = result_.latency;
    quality.mape_before = mape_percent(latencies(base_), measured);
    quality.mape_left_out = mape_percent(fit.left_out, measured);
    quality.rho = spearman_rho(fit.left_out, measured);
    quality.factor = factor_of(fit.left_out, measured);
    write_latency(fit);
  }

  void write_latency(const RooflineFit& fit) {
    DeviceProfile& profile = result_.profile;
    const std::string source = fitted_source("latencies", result_.latency.mape_left_out);
    struct Place {
      const char* field;
      std::optional<double> DeviceProfile::*value;
    };
    const std::array<Place, 3> places{
        {{"compute.efficiency.conv", &DeviceProfile::conv_efficiency},
         {"compute.efficiency.dwconv", &DeviceProfile::dwconv_efficiency},
         {"compute.efficiency.fc", &DeviceProfile::fc_efficiency}}};
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!fit.seen.slowdown[i]) {
        result_.notes.push_back(text(places[i].field,
                                     " stays the base's: no layer of the measured networks waits "
                                     "for such arithmetic"));
        continue;
      }
      profile.*places[i].value = 1 / fit.terms.slowdown[i];
      const bool at_bound = fit.terms.slowdown[i] <= 1;
      explain(places[i].field,
              source,
              at_bound ? "low" : confidence_of_term(result_.latency.mape_left_out));
      if (!at_bound) continue;
      result_.notes.push_back(text(places[i].field,
                                   " is fitted to its bound 1: these networks do not tell it "
                                   "apart from the other terms, or the peak is too low"));
    }
    write_memory(fit, source);
    profile.launch_us = fit.terms.launch_seconds * kMicrosecondsPerSecond;
    explain("compute.launch_us", source, confidence_of_term(result_.latency.mape_left_out));
    profile.latency_subnets = static_cast<double>(networks_.size());
    profile.latency_mape = rounded_percent(result_.latency.mape_left_out);
    profile.latency_rho = rounded(result_.latency.rho);
  }

  void write_memory(const RooflineFit& fit, const std::string& source) {
    result_.profile.dram_bytes_per_s = 1 / fit.terms.seconds_per_byte;
    if (fit.seen.memory) {
      explain("memory.dram_bw_Bps", source, confidence_of_term(result_.latency.mape_left_out));
      return;
    }
    const std::string note =
        "no layer of the measured networks waits for memory: its bandwidth is the base's, or the "
        "least for which that holds";
    explain("memory.dram_bw_Bps", source + "; " + note, "low");
    result_.notes.push_back(note);
  }

  void fit_joules() {
    std::vector<MeteredWork> works;
    for (const MeasuredNetwork& network : networks_) {
      MeteredWork work{network.latency_s, 0, 0, *network.energy_j};
      for (const LayerWork& layer : layer_works(network.plan, base_, options_.type, 1)) {
        work.macs += layer.macs;
        work.dram_bytes += layer.dram_bytes;
      }
      works.push_back(work);
    }
    const std::vector<double> measured = measured_joules();
    const std::vector<double> left_out = left_out_joules(works);
    CalibrationQuality quality;
    quality.mape_before = mape_percent(joules(base_with_mac_energy()), measured);
    quality.mape_left_out = mape_percent(left_out, measured);
    quality.rho = spearman_rho(left_out, measured);
    quality.factor = factor_of(left_out, measured);
    write_energy(fit_energy(works), quality);
    quality.mape_after = mape_percent(joules(result_.profile), measured);
    result_.energy = quality;
    write_uncertainty(works, quality);
  }

  // A base that knows no picojoules of this type, or no static power, predicts what it can.
  [[nodiscard]] DeviceProfile base_with_mac_energy() const {
    DeviceProfile profile = base_;
    profile.static_watts = profile.static_watts.value_or(0);
    auto& mac = profile.*mac_field();
    mac = mac.value_or(0);
    return profile;
  }

  [[nodiscard]] std::optional<double> DeviceProfile::*mac_field() const {
    switch (options_.type) {
      case NumberType::fp32:
        return &DeviceProfile::fp32_mac_pj;
      case NumberType::fp16:
        return &DeviceProfile::fp16_mac_pj;
      case NumberType::int8:
        return &DeviceProfile::int8_mac_pj;
    }
    throw Error("unknown number type");
  }

  [[nodiscard]] const char* mac_path() const {
    switch (options_.type) {
      case NumberType::fp32:
        return "energy.mac_pJ.fp32";
      case NumberType::fp16:
        return "energy.mac_pJ.fp16";
      case NumberType::int8:
        return "energy.mac_pJ.int8";
    }
    throw Error("unknown number type");
  }

  void write_energy(const EnergyTerms& terms, const CalibrationQuality& quality) {
    DeviceProfile& profile = result_.profile;
    const std::string source =
        fitted_source("energies (" + options_.meter + ")", quality.mape_left_out);
    const char* confidence = confidence_of(quality.mape_left_out);
    profile.static_watts = terms.static_watts;
    profile.*mac_field() = terms.joules_per_mac * kPicojoulesPerJoule;
    profile.dram_pj_per_byte = terms.joules_per_byte * kPicojoulesPerJoule;
    profile.sram_pj_per_byte.reset();  // its share stands in the fitted terms
    for (const char* field : {"power.static_W", mac_path(), "energy.dram_pJ_per_B"}) {
      explain(field, source, confidence);
    }
    drop_contradicted_powers();
    if (options_.meter != "rapl" && options_.meter != "nvml") profile.platform_watts.reset();
    if (whole_device()) profile.psu_factor.reset();
    profile.calibration_method = "nnls";
    profile.calibration_subnets = static_cast<double>(networks_.size());
    profile.calibration_mape = rounded_percent(quality.mape_left_out);
    profile.calibration_rho = rounded(quality.rho);
    profile.calibration_meter = options_.meter;
    profile.calibration_date = options_.date;
  }

  // A bound of the base that the measurements themselves exceed is wrong for this device.
  void drop_contradicted_powers() {
    DeviceProfile& profile = result_.profile;
    double most = *profile.static_watts;
    for (const MeasuredNetwork& network : networks_) {
      most = std::max(most, *network.energy_j / network.latency_s);
    }
    if (profile.idle_watts.value_or(0) > *profile.static_watts) {
      result_.notes.push_back(text("power.idle_W of the base, ",
                                   *profile.idle_watts,
                                   " W, is above the fitted static power: now unknown"));
      profile.idle_watts.reset();
    }
    if (profile.max_watts.value_or(most) < most) {
      result_.notes.push_back(text("power.max_W of the base, ",
                                   *profile.max_watts,
                                   " W, is below what was measured: now unknown"));
      profile.max_watts.reset();
    }
  }

  // One factor serves latency, energy for a known latency, and energy by the roofline's.
  void write_uncertainty(const std::vector<MeteredWork>& works, const CalibrationQuality& quality) {
    const std::vector<EnergyTerms> terms = left_out_terms(works);
    std::vector<double> by_roofline;
    for (std::size_t i = 0; i < works.size(); ++i) {
      MeteredWork work = works[i];
      work.seconds = left_out_seconds_[i];
      by_roofline.push_back(joules_of(work, terms[i]));
    }
    const double factor = std::max(
        {quality.factor, result_.latency.factor, factor_of(by_roofline, measured_joules())});
    result_.profile.factor_low = rounded(1 / factor);
    result_.profile.factor_high = rounded(factor);
  }

  [[nodiscard]] std::string fitted_source(const std::string& what, double mape) const {
    std::string source = text("fitted to measured ",
                              what,
                              " of ",
                              networks_.size(),
                              " networks, leave-one-out error ",
                              rounded_percent(mape),
                              " %, ",
                              options_.date);
    if (!options_.conditions.empty()) source += "; " + options_.conditions;
    return source;
  }

  void explain(const char* field, const std::string& source, const char* confidence) {
    set_provenance(result_.profile, {field, source, "", confidence});
  }

  const DeviceProfile& base_;
  const std::vector<MeasuredNetwork>& networks_;
  const CalibrationOptions& options_;
  std::vector<double> left_out_seconds_;
  Calibration result_;
};

}  // namespace

Calibration calibrate_profile(const DeviceProfile& base,
                              const std::vector<MeasuredNetwork>& networks,
                              const CalibrationOptions& options) {
  check_measurements(networks, base, options);
  return Calibrator(base, networks, options).run();
}

}  // namespace coppice
