// ONNX Runtime behind a pipe: answers the requests of export/onnxruntime.cpp, which starts
//   node -e <this text> FOLDER THREADS
// with a socket as stdin and stdout. FOLDER is where npm installed onnxruntime-node.
//
// A message either way: two little-endian uint32 (bytes of the JSON, bytes of the payload), the
// JSON, the payload (float32). Every request gets one answer; a failed one is {"error": "..."}.
//   {"do":"load","path":P}                -> {"model":M}
//   {"do":"release","model":M}            -> {}
//   {"do":"run","model":M,"shape":[...]}  + images -> {} + logits
//   {"do":"time","model":M,"shape":[...],"calls":N} -> {"milliseconds":T}, one call on zeros
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const [, folder, threads] = process.argv;
const models = new Map();
let ort = null;
let nextModel = 0;

// The next bytes of stdin, or null when the other side is gone.
function read(bytes) {
  const buffer = Buffer.alloc(bytes);
  let have = 0;
  while (have < bytes) {
    const count = fs.readSync(0, buffer, have, bytes - have, null);
    if (count === 0) return null;
    have += count;
  }
  return buffer;
}

function write(buffer) {
  let done = 0;
  while (done < buffer.length) done += fs.writeSync(1, buffer, done);
}

function send(answer, payload) {
  const json = Buffer.from(JSON.stringify(answer));
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(json.length, 0);
  sizes.writeUInt32LE(payload.byteLength, 4);
  write(Buffer.concat([sizes, json]));
  write(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
}

async function load(request) {
  const session = await ort.InferenceSession.create(request.path, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const model = nextModel++;
  models.set(model, {session, input: session.inputNames[0], output: session.outputNames[0]});
  return {model};
}

function tensor(values, shape) {
  return new ort.Tensor('float32', values, shape);
}

// The tensors of `time` are made once, as an application would keep them.
async function time(model, shape, calls) {
  if (!model.zeros) {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    model.zeros = {[model.input]: tensor(values, shape)};
  }
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; ++i) await model.session.run(model.zeros);
  return {milliseconds: Number(process.hrtime.bigint() - start) / 1e6 / calls};
}

async function answer(request, payload) {
  if (request.do === 'load') return [await load(request)];
  const model = models.get(request.model);
  if (request.do === 'time') return [await time(model, request.shape, request.calls)];
  if (request.do === 'release') {
    models.delete(request.model);
    await model.session.release();
    return [{}];
  }
  const images = new Float32Array(payload.buffer, payload.byteOffset, payload.length / 4);
  const results = await model.session.run({[model.input]: tensor(images, request.shape)});
  return [{}, results[model.output].data];
}

async function serve() {
  const nothing = new Uint8Array(0);
  const modules = path.join(path.resolve(folder), 'node_modules');
  try {
    ort = require(path.join(modules, 'onnxruntime-node'));
    const text = fs.readFileSync(path.join(modules, 'onnxruntime-node', 'package.json'), 'utf8');
    send({version: JSON.parse(text).version}, nothing);
  } catch (error) {
    send({error: error.message}, nothing);
    return;
  }
  for (;;) {
    const sizes = read(8);
    if (sizes === null) return;
    const request = JSON.parse(read(sizes.readUInt32LE(0)));
    const payload = read(sizes.readUInt32LE(4));
    try {
      const [reply, values] = await answer(request, payload);
      send(reply, values ?? nothing);
    } catch (error) {
      send({error: error.message}, nothing);
    }
  }
}

// ONNX Runtime keeps threads of its own; without this the process would wait for them.
serve().then(() => process.exit(0), () => process.exit(1));
