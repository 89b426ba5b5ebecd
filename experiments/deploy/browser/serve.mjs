// A page that runs an exported network in the browser:
//
//   node experiments/deploy/browser/serve.mjs EXPORT_DIR [PORT]
//
// EXPORT_DIR is what `coppice export` wrote. Only this machine can reach the page; it loads nothing
// from anywhere else. Install once: npm ci --ignore-scripts
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const runtime = path.join(here, 'node_modules/onnxruntime-web/dist');

const kinds = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8', '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm', '.onnx': 'application/octet-stream',
};

// The page may load what this server sends and nothing else. The two cross-origin lines give it
// a clock of 5 microseconds instead of 100.
const headers = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

// The file behind an address, or null: these and no others can be asked for.
function fileOf(address, exported) {
  const [, folder, name] = /^\/(?:([a-z]+)\/)?(\w[\w.-]*\.[a-z]+)$/.exec(address === '/' ? '/index.html' : address) ?? [];
  if (name && folder === undefined) return path.join(here, 'page', name);
  if (folder === 'common' && /^(card|preprocess|session)\.mjs$/.test(name)) return path.join(here, '../common', name);
  if (folder === 'runtime' && /^ort[\w.-]+\.(mjs|wasm)$/.test(name)) return path.join(runtime, name);
  if (folder === 'export' && /^(card\.json|model[\w-]*\.onnx)$/.test(name)) return path.join(exported, name);
  return null;
}

function refuse(response, status, reason) {
  response.writeHead(status, {...headers, 'Content-Type': 'text/plain; charset=utf-8'}).end(`${reason}\n`);
}

function answer(request, response, exported) {
  const {port} = request.socket.address();
  // A page from elsewhere that calls its own name 127.0.0.1 must not read this one.
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(request.headers.host)) {
    return refuse(response, 403, 'ask for 127.0.0.1 or localhost');
  }
  if (request.method !== 'GET') return refuse(response, 405, 'only GET is answered');
  const file = fileOf(request.url.split('?')[0], exported);
  let bytes;
  try {
    bytes = fs.readFileSync(file ?? '');
  } catch {
    return refuse(response, 404, 'not found');
  }
  response.writeHead(200, {...headers, 'Content-Type': kinds[path.extname(file)]}).end(bytes);
}

// Throws Error saying what to give instead of the folder.
function checkFolder(exported) {
  if (!exported) throw new Error('usage: node serve.mjs EXPORT_DIR [PORT]');
  if (fs.existsSync(path.join(exported, 'card.json'))) return;
  const inside = fs.existsSync(exported) && fs.statSync(exported).isDirectory()
    ? fs.readdirSync(exported).filter((name) => fs.existsSync(path.join(exported, name, 'card.json')))
    : [];
  throw new Error(inside.length > 0
    ? `${exported} holds several networks; give one of them: ${path.join(exported, inside[0])}`
    : `${exported} is no export: it has no card.json; write one with coppice export --formats onnx`);
}

function portOf(word) {
  const port = Number(word);
  if (!/^\d+$/.test(word) || port > 65535) throw new Error(`PORT = ${word}, must be 0 to 65535 (0: any free one)`);
  return port;
}

function main([exported, word = '8000']) {
  checkFolder(exported);
  const port = portOf(word);
  if (!fs.existsSync(runtime)) {
    console.error(`serve: ONNX Runtime is not installed; run npm ci --ignore-scripts in ${here}`);
  }
  const server = http.createServer((request, response) => answer(request, response, exported));
  server.on('error', (error) => fail(error.code === 'EADDRINUSE'
    ? new Error(`port ${port} is taken; give another one behind the folder, or 0 for any free one`)
    : error));
  server.listen(port, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/`);
  });
}

function fail(error) {
  console.error(`serve: ${error.message}`);
  process.exit(1);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
