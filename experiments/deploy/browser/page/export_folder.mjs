// The export folder behind the page: its card and its ONNX files. What cannot be used throws Error
// with a message for people.
const newestCard = 1;

async function fetched(name) {
  const response = await fetch(`export/${name}`);
  if (!response.ok) throw new Error(`the export folder has no ${name}; export it with coppice export --formats onnx`);
  return response;
}

export async function readCard() {
  let card;
  try {
    card = JSON.parse(await (await fetched('card.json')).text());
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error('card.json was truncated or edited; export again');
    throw error;
  }
  if (!card?.card_version || !card.input || !card.output || !Array.isArray(card.files)) {
    throw new Error('card.json is no model card; export again');
  }
  if (card.card_version > newestCard) {
    throw new Error(`card.json has version ${card.card_version}, this page reads up to ${newestCard}`);
  }
  return card;
}

export function onnxFiles(card) {
  const names = card.files.map((file) => file.name).filter((name) => name.endsWith('.onnx'));
  if (names.length === 0) throw new Error('the card lists no ONNX file; export with --formats onnx');
  return names;
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
