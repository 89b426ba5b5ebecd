// What an exported network sees in a picture:
//
//   node classify.mjs EXPORT_DIR PICTURE.png [model-int8.onnx]
//   node classify.mjs EXPORT_DIR t10k-images-idx3-ubyte.gz:7     picture 7 of an IDX file
//
// EXPORT_DIR is what `coppice export` wrote. Install once: npm ci --ignore-scripts
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {onnxFiles, parseCard, requirePreprocessing} from '../common/card.mjs';
import {prepare, ranked} from '../common/preprocess.mjs';
import {checkLogits, checkSession, inRuntime} from '../common/session.mjs';
import {idxPicture} from './idx.mjs';
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

// A file's bytes; null where there is none.
function bytesOf(name) {
  try {
    return fs.readFileSync(name);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new Error(`cannot read ${name}: ${error.code === 'EISDIR' ? 'it is a folder' : error.code}`);
  }
}

function readPicture(word) {
  const [, file, number] = /^(.+):(\d+)$/.exec(word) ?? [null, word];
  const bytes = bytesOf(file);
  if (!bytes) throw new Error(`there is no picture ${file}; check its path`);
  return number ? idxPicture(bytes, file, Number(number)) : decodePng(bytes, file);
}

function readCard(folder) {
  const file = path.join(folder, 'card.json');
  const bytes = bytesOf(file);
  if (!bytes) throw new Error(`there is no ${file}; write it with coppice export`);
  const card = parseCard(bytes.toString(), file);
  requirePreprocessing(card, file);
  return card;
}

// The bytes of a model, which must be those that the card was written for.
function readModel(folder, card, name) {
  const names = onnxFiles(card);
  if (!names.includes(name)) {
    throw new Error(names.length > 0
      ? `${folder}/card.json lists no ONNX file ${name}; give one of ${names.join(', ')}`
      : `${folder}/card.json lists no ONNX file; export it with coppice export --formats onnx`);
  }
  const file = path.join(folder, name);
  const listed = card.files.find((one) => one.name === name);
  const bytes = bytesOf(file);
  if (!bytes) throw new Error(`${file} is missing, although card.json lists it; export again`);
  if (bytes.length !== listed.bytes) {
    throw new Error(`${file} has ${bytes.length} bytes, card.json says ${listed.bytes}: it was truncated or edited; export again`);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== listed.sha256) {
    throw new Error(`${file} is not the file that card.json describes: their SHA-256 differ; export again`);
  }
  return bytes;
}

// Logits of one input, and how long the second call took.
async function run(file, bytes, card, input) {
  const ort = await importRuntime();
  const session = await inRuntime(file, () => ort.InferenceSession.create(bytes, {intraOpNumThreads: 1}));
  checkSession(session, card, file);
  const {channels, height, width} = card.input;
  const feeds = {[card.input.name]: new ort.Tensor('float32', input, [1, channels, height, width])};
  await inRuntime(file, () => session.run(feeds));  // the first call prepares memory
  const start = process.hrtime.bigint();
  const results = await session.run(feeds);
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  const logits = results[card.output.name].data;
  checkLogits(logits, 1, card, file);
  return {logits, milliseconds};
}

async function main([folder, pictureName, model = 'model.onnx']) {
  if (!pictureName) throw new Error('usage: node classify.mjs EXPORT_DIR PICTURE.png [MODEL.onnx]');
  const card = readCard(folder);
  const input = prepare(readPicture(pictureName), card);
  const bytes = readModel(folder, card, model);
  const {logits, milliseconds} = await run(path.join(folder, model), bytes, card, input);
  for (const {name, share} of ranked(logits, card).slice(0, 3)) {
    console.log(`${(100 * share).toFixed(1).padStart(5)} %  ${name}`);
  }
  console.log(`${milliseconds.toFixed(2)} ms in ONNX Runtime, one thread`);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`classify: ${error.message}`);
  process.exit(1);
});
