// card.md: front matter as Hugging Face reads it, then the same facts as card.json for people.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "export/card_check.hpp"
#include "export/format.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/units.hpp"

namespace coppice {
namespace {

// Text that Markdown and HTML show as it is, in one line.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      if (std::string_view("\\`*_{}[]#|~$").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

// A JSON string is a YAML string, whatever it holds.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string digits(double value, int significant) {
  char out[32];
  std::snprintf(out, sizeof out, "%.*g", significant, value);
  return out;
}

// Uncertain values get the two digits that they deserve.
std::string interval(const Estimate& e, const std::string& unit) {
  return digits(e.nominal, 2) + " " + unit + " (" + digits(e.low, 2) + " to " + digits(e.high, 2) +
         ")";
}

std::string joined(const std::vector<double>& values) {
  std::string out;
  for (const double value : values) out += (out.empty() ? "" : ", ") + digits(value, 6);
  return out;
}

std::string carbon_front_matter(const Known<CardTraining>& training) {
  if (!training.value) {
    std::string reason = training.reason;
    for (char& c : reason) c = c == '\n' || c == '\r' ? ' ' : c;
    return "# co2_eq_emissions is not known: " + reason + "\n";
  }
  const CardTraining& t = *training.value;
  return text("co2_eq_emissions:\n  emissions: ",
              digits(t.co2e_g.nominal, 6),
              "\n  unit: \"g\"\n  source: ",
              quoted(t.method + "; " + grid_and_pue(t.grid, t.pue)),
              "\n  training_type: ",
              quoted(t.kind),
              "\n  geographical_location: ",
              quoted(t.region),
              "\n  hardware_used: ",
              quoted(t.device),
              "\n");
}

std::string front_matter(const ModelCard& card) {
  std::string out = "---\nlibrary_name: onnx\npipeline_tag: image-classification\n";
  out += "tags:\n- once-for-all\n- " + quoted(card.space) + "\n";
  if (card.accuracy.value) out += "metrics:\n- accuracy\n";
  return out + carbon_front_matter(card.training) + "---\n";
}

// Rows of one table; what is unknown is a row with its reason.
class Table {
 public:
  explicit Table(const char* title)
      : text_(std::string("\n## ") + title + "\n\n| | |\n|---|---|\n") {}
  void row(const std::string& name, const std::string& value) {
    text_ += "| " + name + " | " + escaped(value) + " |\n";
  }
  template <class T, class Rows>
  void rows(const std::string& name, const Known<T>& known, const Rows& rows) {
    if (known.value) {
      rows(*known.value);
    } else {
      row(name, "not known: " + known.reason);
    }
  }
  [[nodiscard]] const std::string& markdown() const { return text_; }

 private:
  std::string text_;
};

std::string network_table(const ModelCard& card) {
  Table table("Network");
  table.row("Space", card.space);
  table.row("Architecture", card.architecture);
  table.row("Input",
            text("'",
                 kInputName,
                 "': float32 NCHW, ",
                 card.channels,
                 " x ",
                 card.resolution,
                 " x ",
                 card.resolution,
                 ", normalised"));
  table.row("Output", text("'", kOutputName, "': ", card.classes, " logits"));
  table.row("Multiply-accumulates", digits(static_cast<double>(card.macs) / 1e6, 5) + " million");
  table.row("Parameters", digits(static_cast<double>(card.params) / 1e6, 5) + " million");
  table.row("Batch norm", card.batch_norm);
  table.rows("Preprocessing", card.preprocessing, [&](const CardPreprocessing& p) {
    table.row("Resize", p.resize);
    table.row("Channels", p.channel_order + ", pixels scaled to 0 ... 1");
    table.row("Mean", joined(p.mean));
    table.row("Standard deviation", joined(p.std));
  });
  table.rows("Class names", card.class_names, [&](const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    table.row("Class names", all);
  });
  return table.markdown();
}

std::string accuracy_words(const CardAccuracy& accuracy) {
  const Estimate percent = wilson_interval(accuracy.correct, accuracy.images);
  return digits(percent.nominal, 4) + " % (95 % interval " + digits(percent.low, 4) + " to " +
         digits(percent.high, 4) + " %, Wilson)";
}

void add_spiking(const CardSpiking& spiking, Table& table) {
  const std::string network = text("Spiking, ", spiking.timesteps, " timesteps");
  table.rows(network, spiking.accuracy, [&](const CardAccuracy& a) {
    table.row(network,
              text(accuracy_words(a),
                   "; the first ",
                   a.images,
                   " test images (the network itself, on these: ",
                   spiking.network.value ? accuracy_words(*spiking.network.value) : "not known",
                   "), thresholds: ",
                   spiking.thresholds));
  });
  const double ratio = spiking.energy_ratio_memory;
  table.row("Energy of the spiking network",
            text(digits(spiking.energy_ratio_ops, 3),
                 " of the network's in float32 by operations alone, ",
                 digits(ratio, 3),
                 " with memory: it ",
                 ratio < 1 ? "saves energy" : "does not save energy"));
}

std::string accuracy_table(const ModelCard& card) {
  Table table("Accuracy");
  table.rows("Top-1", card.accuracy, [&](const CardAccuracy& a) {
    table.row("Top-1", accuracy_words(a));
    table.row("Data", text(a.dataset, ", ", a.split, ", ", a.images, " images"));
  });
  table.rows("Top-1 in 8 bits", card.int8, [&](const CardInt8& int8) {
    table.rows("Top-1 in 8 bits", int8.accuracy, [&](const CardAccuracy& a) {
      table.row("Top-1 in 8 bits",
                text(accuracy_words(a),
                     "; counted in libtorch with the roundings of ",
                     kInt8OnnxFile,
                     ", ranges of values seen on ",
                     int8.calibration));
    });
  });
  if (card.spiking.value) add_spiking(*card.spiking.value, table);
  return table.markdown();
}

std::string latency_words(const CardLatency& l) {
  return text(digits(l.latency_ms.nominal, 3),
              " ms (",
              digits(l.latency_ms.low, 3),
              " to ",
              digits(l.latency_ms.high, 3),
              ", ",
              l.interval,
              "); ",
              l.device,
              ", ",
              l.runtime,
              ", threads: ",
              l.threads,
              ", batch: ",
              l.batch);
}

void latency_rows(Table& table, const std::string& name, const Known<CardLatency>& latency) {
  table.rows(name, latency, [&](const CardLatency& l) { table.row(name, latency_words(l)); });
}

void spent_row(Table& table, const std::string& name, const Known<CardSpent>& spent) {
  table.rows(name, spent, [&](const CardSpent& s) {
    table.row(name,
              interval(s.energy_j * (1 / kJoulesPerKilowattHour), "kWh") + ", " +
                  interval(s.co2e_g, "g CO2e"));
  });
}

std::string cost_table(const ModelCard& card) {
  Table table("Latency, energy and carbon");
  latency_rows(table, "Latency, predicted", card.latency_predicted);
  latency_rows(table, "Latency, measured", card.latency_measured);
  for (const CardLatency& latency : card.other_predictions) {
    table.row("Latency, predicted", latency_words(latency));
  }
  for (const CardFileLatency& other : card.other_latencies) {
    table.row("Latency of " + other.file, latency_words(other.latency));
  }
  table.rows("An inference", card.inference, [&](const CardEnergy& e) {
    table.row("Energy of an inference", interval(e.energy_mj, "mJ") + "; " + e.method);
    table.row("Carbon of an inference",
              interval(e.co2e_g, "g CO2e") + "; " + grid_and_pue(e.grid, e.pue));
    table.rows("Making the device, for an inference", e.embodied_g, [&](const Estimate& embodied) {
      table.row("Making the device, for an inference",
                interval(embodied, "g CO2e") +
                    ", beside the above; both (SCI): " + interval(embodied + e.co2e_g, "g CO2e"));
    });
    table.row("Device", e.device);
    table.rows("Device profile", e.profile, [&](const CardProfile& profile) {
      const std::string hash = profile.sha256.empty() ? "" : ", SHA-256 " + profile.sha256;
      table.row("Device profile", profile.id + hash);
    });
  });
  table.rows("Training", card.training, [&](const CardTraining& t) {
    const std::string shared = t.shared.empty() ? "" : "; " + t.shared;
    table.row(
        "Energy of training",
        interval(t.energy_j * (1 / kJoulesPerKilowattHour), "kWh") + "; " + t.method + shared);
    table.row("Carbon of training",
              interval(t.co2e_g, "g CO2e") + "; " + t.region + ", " + grid_and_pue(t.grid, t.pue));
    if (t.kind != kPreTraining) {
      spent_row(table, "Of that, pre-training", t.pretraining);
      spent_row(table, "Of that, fine-tuning", t.fine_tuning);
    }
    table.row("Trained on", t.device);
  });
  return table.markdown();
}

std::string origin_table(const ModelCard& card) {
  Table table("Origin");
  table.row("Written by",
            "coppice " + card.version + (card.commit.empty() ? "" : ", commit " + card.commit));
  for (const auto& [name, seed] : card.seeds) {
    table.row("Seed of " + escaped(name), std::to_string(seed));
  }
  const auto hashes = [&table](const char* kind, const std::vector<CardFile>& files) {
    for (const CardFile& file : files) {
      table.row(kind, text(file.name, ", ", file.bytes, " bytes, SHA-256 ", file.sha256));
    }
  };
  hashes("Made from", card.inputs);
  hashes("Costs from", card.measured_inputs);
  hashes("File", card.files);
  return table.markdown();
}

}  // namespace

std::string grid_and_pue(const std::string& grid, double pue) {
  return grid + ", PUE " + digits(pue, 4);
}

std::string card_markdown(const ModelCard& card) {
  check_card(card);
  return front_matter(card) + "\n# " + escaped(card.name) + "\n" + network_table(card) +
         accuracy_table(card) + cost_table(card) + origin_table(card);
}

}  // namespace coppice
