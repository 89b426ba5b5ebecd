// Pictures out of files and canvases, as common/preprocess.mjs takes them: {height, width, channels,
// pixels}, bytes, channels last. What is no picture for the network throws Error saying why.
const mostPixels = 50e6;

// Grey for a network of one channel, RGB for one of three.
export async function pictureOfFile(file, channels) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, {colorSpaceConversion: 'none', premultiplyAlpha: 'none'});
  } catch {
    throw new Error(`${file.name} is no picture that this browser can read`);
  }
  const {width, height} = bitmap;
  if (width * height > mostPixels) {
    throw new Error(`${file.name} has ${width} x ${height} pixels, at most ${mostPixels / 1e6} million can be read; shrink it first`);
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return pictureOfCanvas(context, channels, file.name);
}

export function pictureOfCanvas(context, channels, name) {
  const {width, height} = context.canvas;
  const {data} = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(width * height * channels);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    if (data[from + 3] !== 255) {
      throw new Error(`${name} has 4 channels (RGB and alpha: parts are transparent), the network takes ${kinds[channels]}; give it a background first`);
    }
    if (channels === 1 && (data[from] !== data[from + 1] || data[from] !== data[from + 2])) {
      throw new Error(`${name} has 3 channels (it is coloured), the network takes ${kinds[1]}; convert it to grey first`);
    }
    for (let c = 0; c < channels; ++c) pixels[to++] = data[from + c];
  }
  return {height, width, channels, pixels};
}

const kinds = {1: '1 channel (grey)', 3: '3 channels (RGB)'};

export function inverted(picture) {
  return {...picture, pixels: picture.pixels.map((value) => 255 - value)};
}

// Brightness of the outermost pixels, 0 to 1.
export function edgeBrightness({height, width, channels, pixels}) {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; ++y) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) {
      for (let c = 0; c < channels; ++c, ++count) sum += pixels[(y * width + x) * channels + c];
    }
  }
  return sum / count / 255;
}
