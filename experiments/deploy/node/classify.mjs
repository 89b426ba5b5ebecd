// What an exported network sees in a picture:
//
//   node classify.mjs EXPORT_DIR PICTURE.png [model-int8.onnx]
//   node classify.mjs EXPORT_DIR t10k-images-idx3-ubyte.gz:7     picture 7 of an IDX file
//
// EXPORT_DIR is what `coppice export` wrote. Install once: npm ci --ignore-scripts
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import {prepare, ranked} from '../common/preprocess.mjs';
import {decodePng} from './png.mjs';

async function importRuntime() {
  try {
    return (await import('onnxruntime-node')).default;
  } catch (error) {
    throw new Error(
      `ONNX Runtime is not installed (${error.message.split('\n')[0]}); run ` +
      `npm ci --ignore-scripts in ${import.meta.dirname ?? 'this folder'}`);
  }
}

function readFile(name) {
  try {
    return fs.readFileSync(name);
  } catch (error) {
    throw new Error(`cannot read ${name}: ${error.code}`);
  }
}

// One picture of an IDX file of images, plain or gzip.
function idxPicture(name, index) {
  let bytes = readFile(name);
  if (name.endsWith('.gz')) bytes = gunzipSync(bytes);
  if (bytes.readUInt32BE(0) !== 0x803) throw new Error(`${name} is no IDX file of images`);
  const [count, height, width] = [4, 8, 12].map((at) => bytes.readUInt32BE(at));
  if (!(index < count)) throw new Error(`${name} has pictures 0 to ${count - 1}, not ${index}`);
  const start = 16 + index * height * width;
  return {height, width, channels: 1, pixels: bytes.subarray(start, start + height * width)};
}

function readPicture(word) {
  const numbered = /^(.+):(\d+)$/.exec(word);
  return numbered ? idxPicture(numbered[1], Number(numbered[2])) : decodePng(readFile(word), word);
}

function readCard(folder) {
  const file = path.join(folder, 'card.json');
  let card = null;
  try {
    card = JSON.parse(readFile(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!Array.isArray(card?.files) || !card.input || !card.output) {
    throw new Error(`${file} is no model card: it was truncated or edited; export again`);
  }
  return card;
}

// The bytes of a model, which must be those that the card was written for.
function readModel(folder, card, name) {
  const listed = card.files.find((file) => file.name === name);
  if (!listed) throw new Error(`${folder}/card.json lists no ${name}; export it with coppice export --formats`);
  const file = path.join(folder, name);
  const bytes = readFile(file);
  if (bytes.length !== listed.bytes) {
    throw new Error(`${file} has ${bytes.length} bytes, card.json says ${listed.bytes}: it was truncated or edited; export again`);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== listed.sha256) {
    throw new Error(`${file} is not the file that card.json describes: their SHA-256 differ; export again`);
  }
  return bytes;
}

async function main([folder, pictureName, model = 'model.onnx']) {
  if (!pictureName) throw new Error('usage: node classify.mjs EXPORT_DIR PICTURE.png [MODEL.onnx]');
  const card = readCard(folder);
  const input = prepare(readPicture(pictureName), card);
  const bytes = readModel(folder, card, model);
  const ort = await importRuntime();
  const session = await ort.InferenceSession.create(bytes, {intraOpNumThreads: 1});
  const {channels, height, width} = card.input;
  const feeds = {[card.input.name]: new ort.Tensor('float32', input, [1, channels, height, width])};
  await session.run(feeds);  // the first call prepares memory
  const start = process.hrtime.bigint();
  const results = await session.run(feeds);
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  for (const {name, share} of ranked(results[card.output.name].data, card).slice(0, 3)) {
    console.log(`${(100 * share).toFixed(1).padStart(5)} %  ${name}`);
  }
  console.log(`${milliseconds.toFixed(2)} ms in ONNX Runtime, one thread`);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`classify: ${error.message}`);
  process.exit(1);
});
