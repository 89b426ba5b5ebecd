// An ONNX file in ONNX Runtime's WebAssembly, on one thread.
import {checkLogits, checkSession, inRuntime} from './common/session.mjs';

const mostCalls = 25;
const mostMilliseconds = 100;

async function importRuntime() {
  try {
    const ort = await import('./runtime/ort.wasm.min.mjs');
    ort.env.wasm.wasmPaths = new URL('runtime/', document.baseURI).href;
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'error';
    return ort;
  } catch {
    throw new Error('ONNX Runtime is not installed; run npm ci --ignore-scripts in experiments/deploy/browser and reload');
  }
}

export async function openNetwork(card, bytes, name) {
  const ort = await importRuntime();
  const session = await inRuntime(name, () => ort.InferenceSession.create(bytes, {executionProviders: ['wasm']}));
  checkSession(session, card, name);
  const {channels, height, width} = card.input;

  // Logits of `count` images that lie behind each other in a Float32Array.
  async function run(images, count = 1) {
    const tensor = new ort.Tensor('float32', images, [count, channels, height, width]);
    const results = await inRuntime(name, () => session.run({[card.input.name]: tensor}));
    const logits = results[card.output.name].data;
    checkLogits(logits, count, card, name);
    return logits;
  }

  // Milliseconds of one call: the median of a few, after one that prepares memory.
  async function time(image) {
    await run(image);
    const times = [];
    const end = performance.now() + mostMilliseconds;
    do {
      const start = performance.now();
      await run(image);
      times.push(performance.now() - start);
    } while (times.length < mostCalls && performance.now() < end);
    times.sort((a, b) => a - b);
    return {milliseconds: times[times.length >> 1], calls: times.length};
  }

  return {run, time, close: () => session.release(), runtime: `ONNX Runtime ${ort.env.versions.web}`};
}
