// The export folder behind the page: its card and its ONNX files. What cannot be used throws Error
// with a message for people.
import {checkFigures, parseCard} from './common/card.mjs';

async function fetched(name) {
  const response = await fetch(`export/${name}`);
  if (!response.ok) throw new Error(`the export folder has no ${name}; export it with coppice export --formats onnx`);
  return response;
}

export async function readCard() {
  const card = parseCard(await (await fetched('card.json')).text(), 'card.json');
  checkFigures(card, 'card.json');
  return card;
}

// The bytes of a file, which must be those that the card was written for.
export async function readModel(card, name) {
  const listed = card.files.find((file) => file.name === name);
  const bytes = await (await fetched(name)).arrayBuffer();
  if (bytes.byteLength !== listed.bytes) {
    throw new Error(`${name} has ${bytes.byteLength} bytes, card.json says ${listed.bytes}: it was truncated or edited; export again`);
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hash !== listed.sha256) {
    throw new Error(`${name} is not the file that card.json describes: its SHA-256 is ${hash}, the card says ${listed.sha256}; export again`);
  }
  return bytes;
}
