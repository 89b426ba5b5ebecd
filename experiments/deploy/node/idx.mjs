// Pictures of an IDX file (the MNIST family), plain or gzip.
import {gunzipSync} from 'node:zlib';

const imagesOfBytes = 0x803;  // unsigned bytes in three dimensions
const headerBytes = 16;

function unpacked(bytes, name) {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new Error(`${name} cannot be unpacked (${error.message}): it is truncated or no gzip file; fetch it again`);
  }
}

// Picture `index` of the file's bytes: {height, width, channels, pixels}. Throws Error naming the file.
export function idxPicture(packed, name, index) {
  const bytes = name.endsWith('.gz') ? unpacked(packed, name) : packed;
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== imagesOfBytes) {
    throw new Error(`${name} is no IDX file of images; give a PNG picture or FILE:NUMBER of such a file`);
  }
  const [count, height, width] = [4, 8, 12].map((at) => bytes.readUInt32BE(at));
  if (!(index < count)) throw new Error(`${name} has ${count > 0 ? `pictures 0 to ${count - 1}` : 'no pictures'}, not ${index}`);
  const start = headerBytes + index * height * width;
  const end = start + height * width;
  if (bytes.length < end) {
    throw new Error(`${name} is truncated: it has ${bytes.length} bytes, picture ${index} ends at ${end}; fetch it again`);
  }
  return {height, width, channels: 1, pixels: bytes.subarray(start, end)};
}
