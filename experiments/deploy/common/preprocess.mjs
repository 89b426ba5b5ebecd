// A picture as the network was trained to see it: the rules of card.json in plain JavaScript, for
// Node.js and the browser. A picture is {height, width, channels, pixels}: bytes, channels last.

// The input of one call: Float32Array in the order channels, rows, columns. Throws Error saying
// what is wrong with the picture; the card is one that card.mjs checked, with preprocessing.
export function prepare(picture, card) {
  const size = card.input.height;
  const rule = card.preprocessing;
  check(picture, card.input.channels);
  const square = rule.crop_fraction < 1
    ? cropped(picture, size, rule.crop_fraction)
    : resized(picture, size, size);
  const input = new Float32Array(square.channels * size * size);
  for (let c = 0; c < square.channels; ++c) {
    for (let i = 0; i < size * size; ++i) {
      const value = square.pixels[i * square.channels + c] / 255;
      input[c * size * size + i] = (value - rule.mean[c]) / rule.std[c];
    }
  }
  return input;
}

const kinds = {1: '1 channel (grey)', 3: '3 channels (RGB)', 4: '4 channels (RGB and alpha)'};

function check(picture, channels) {
  const {height, width, pixels} = picture;
  if (!(height > 0 && width > 0) || pixels.length !== height * width * picture.channels) {
    throw new Error(`the picture is not whole: ${pixels.length} values for ${width} x ${height} pixels`);
  }
  if (picture.channels !== channels) {
    const found = kinds[picture.channels] ?? `${picture.channels} channels`;
    throw new Error(`the picture has ${found}, the network takes ${kinds[channels] ?? channels}; convert it first`);
  }
}

// The shorter side becomes ceil(size / fraction), then the centre is cut out.
function cropped(picture, size, fraction) {
  const shorter = Math.ceil(size / fraction);
  const scale = shorter / Math.min(picture.height, picture.width);
  const height = Math.max(shorter, Math.floor(picture.height * scale));
  const width = Math.max(shorter, Math.floor(picture.width * scale));
  const large = resized(picture, height, width);
  const top = Math.floor((height - size) / 2);
  const left = Math.floor((width - size) / 2);
  const row = size * picture.channels;
  const pixels = new Uint8Array(size * row);
  for (let y = 0; y < size; ++y) {
    const from = ((top + y) * width + left) * picture.channels;
    pixels.set(large.pixels.subarray(from, from + row), y * row);
  }
  return {height: size, width: size, channels: picture.channels, pixels};
}

// As OpenCV does it: area averaging when the result has fewer pixels, bilinear interpolation when it
// has more, and a mixture of the two when it has fewer, but one side grows.
function resized(picture, height, width) {
  if (picture.height === height && picture.width === width) return picture;
  const fewer = height * width < picture.height * picture.width;
  const grows = height > picture.height || width > picture.width;
  const weights = !fewer ? bilinearWeights : grows ? steepWeights : areaWeights;
  const rows = weights(picture.height, height);
  const columns = weights(picture.width, width);
  const {channels} = picture;
  const pixels = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      for (let c = 0; c < channels; ++c) {
        let sum = 0;
        for (const [i, wy] of rows[y]) {
          for (const [j, wx] of columns[x]) {
            sum += wy * wx * picture.pixels[(i * picture.width + j) * channels + c];
          }
        }
        pixels[(y * width + x) * channels + c] = Math.min(255, Math.max(0, Math.round(sum)));
      }
    }
  }
  return {height, width, channels, pixels};
}

// For each output place the input places that it covers, with their shares.
function areaWeights(from, to) {
  const scale = from / to;
  return Array.from({length: to}, (_, place) => {
    const low = place * scale;
    const high = low + scale;
    const weights = [];
    for (let i = Math.floor(low); i < Math.min(from, Math.ceil(high - 1e-9)); ++i) {
      weights.push([i, (Math.min(high, i + 1) - Math.max(low, i)) / scale]);
    }
    return weights;
  });
}

// Pixels are points in the middle of their squares.
function bilinearWeights(from, to) {
  const scale = from / to;
  return Array.from({length: to}, (_, place) => {
    const at = Math.min(from - 1, Math.max(0, (place + 0.5) * scale - 0.5));
    const low = Math.floor(at);
    const high = Math.min(from - 1, low + 1);
    return [[low, 1 - (at - low)], [high, at - low]];
  });
}

// Bilinear, but flat within an input pixel and steep between two.
function steepWeights(from, to) {
  return Array.from({length: to}, (_, place) => {
    const low = Math.floor(place * from / to);
    const past = place + 1 - (low + 1) * to / from;
    const share = past <= 0 || low + 1 >= from ? 0 : past - Math.floor(past);
    return [[low, 1 - share], [Math.min(from - 1, low + 1), share]];
  });
}

// The best classes first: [{name, share}], shares adding up to 1 (softmax).
export function ranked(logits, card) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers
    .map((power, i) => ({name: card.class_names ? card.class_names[i] : `class ${i}`, share: power / sum}))
    .sort((a, b) => b.share - a.share);
}
