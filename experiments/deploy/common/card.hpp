// The card of an exported network (card.json, see export/FORMAT.md): what the C++ examples rely on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// A file of the export folder.
struct CardFile {
  std::string name;
  std::uintmax_t bytes = 0;
  std::string sha256;
};

/// All values are checked; the network takes float32 pictures [1, channels, size, size].
struct Card {
  std::string path;  ///< of card.json
  int channels = 0;  ///< 1 (grey) or 3 (RGB)
  int size = 0;      ///< height and width, pixels
  int classes = 0;
  std::vector<std::string> class_names;  ///< one a class; empty: not known
  double crop_fraction = 1;              ///< in (0, 1]; 1: the whole picture
  std::vector<double> mean;              ///< one a channel, of pixels from 0 to 1
  std::vector<double> deviation;         ///< one a channel, above 0
  std::vector<CardFile> files;
};

/// FOLDER/card.json. Throws std::runtime_error naming the file, the key, what it found and what is
/// allowed, or that the card does not say how pictures are prepared. card.mjs says the same in
/// JavaScript.
[[nodiscard]] Card read_card(const std::string& folder);
