// PNG pictures without a library: 8 bits a channel, not interlaced, grey, RGB or RGB with alpha.
import {inflateSync} from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const channelsOf = {0: 1, 2: 3, 6: 4};
const kinds = {0: 'grey', 2: 'RGB', 3: 'a palette', 4: 'grey and alpha', 6: 'RGB and alpha'};

// The picture that a header announces, in words.
function described(header) {
  if (!header || header.length < 13) return 'a PNG without a header';
  return `a PNG of ${header[8]} bits a channel in ${kinds[header[9]] ?? 'an unknown kind of colour'}${header[12] ? ', interlaced' : ''}`;
}

// {height, width, channels, pixels}. Throws Error saying what the bytes are not.
export function decodePng(bytes, name) {
  if (!bytes.subarray(0, 8).equals(signature)) {
    throw new Error(`${name} is no PNG picture; convert it first, or give FILE:NUMBER of an IDX file`);
  }
  const parts = [];
  let header = null;
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') header = data;
    if (kind === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const channels = header && channelsOf[header[9]];
  if (!channels || header.length < 13 || header[8] !== 8 || header[12] !== 0) {
    throw new Error(`${name} is ${described(header)}, must be one of 8 bits a channel in grey or RGB, not interlaced; convert it first`);
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  let raw;
  try {
    raw = inflateSync(Buffer.concat(parts));
  } catch {
    raw = Buffer.alloc(0);
  }
  if (raw.length < height * (1 + width * channels)) throw new Error(`${name} is truncated`);
  return {height, width, channels, pixels: unfiltered(raw, height, width * channels, channels, name)};
}

// Each row starts with the filter that it was stored with (PNG specification, section 9).
function unfiltered(raw, height, stride, channels, name) {
  const pixels = new Uint8Array(height * stride);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    if (filter > 4) throw new Error(`${name} is damaged: row ${y} has filter ${filter}, must be 0 to 4`);
    for (let x = 0; x < stride; ++x) {
      const left = x >= channels ? pixels[y * stride + x - channels] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const corner = y > 0 && x >= channels ? pixels[(y - 1) * stride + x - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return pixels;
}

function paeth(left, up, corner) {
  const p = left + up - corner;
  const distances = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
  if (distances[0] <= distances[1] && distances[0] <= distances[2]) return left;
  return distances[1] <= distances[2] ? up : corner;
}
