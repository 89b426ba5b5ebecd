// The card of an exported network (card.json, see export/FORMAT.md), checked in all that the examples
// rely on. What does not hold throws Error naming the file, the key, what it found and what is
// allowed. card.cpp says the same in C++.
const newestCard = 1;
const leastSide = 8;  // pixels
const mostSide = 4096;
const mostBeforeCrop = 8192;  // pixels of the shorter side
const mostClasses = 1000000;

const isText = (value) => typeof value === 'string' && value !== '';
const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isUnknown = (value) => value === undefined || value === null;

// A value of a card as a message shows it.
function shown(value) {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

// must('input.height', holds, 'what is allowed') gives the value at a key; it holds there.
function requirer(card, where) {
  return (key, holds, allowed) => {
    const value = key.split('.').reduce((part, name) => part?.[name], card);
    if (!holds(value)) throw new Error(`${where}: ${key} is ${shown(value)}, must be ${allowed}; export again`);
    return value;
  };
}

function checkList(must, key, count, per, holds, allowed) {
  must(key, (list) => Array.isArray(list) && list.length === count, `a list of ${count}, one a ${per}`);
  for (let i = 0; i < count; ++i) must(`${key}.${i}`, holds, allowed);
}

function checkVersion(must, where) {
  const version = must('card_version', (value) => isWhole(value, 1, Infinity), 'a whole number, at least 1');
  if (version > newestCard) {
    throw new Error(`${where}: card_version is ${version}, this program reads up to ${newestCard}; use the example of a newer Coppice`);
  }
}

function checkInput(must, card) {
  must('input.name', isText, 'text');
  must('input.type', (value) => value === 'float32', '"float32"');
  must('input.layout', (value) => value === 'NCHW', '"NCHW"');
  must('input.channels', (value) => value === 1 || value === 3, '1 or 3');
  const height = must('input.height', (value) => isWhole(value, leastSide, mostSide),
    `a whole number from ${leastSide} to ${mostSide}`);
  must('input.width', (value) => value === height, `equal to input.height (${height})`);
  // Not every runtime can say which size a model takes, but the architecture does.
  if (card.architecture?.r?.length === 1) {
    must('architecture.r.0', (value) => value === height, `equal to input.height (${height})`);
  }
}

function checkOutput(must, card) {
  must('output.name', isText, 'text');
  must('output.type', (value) => value === 'float32', '"float32"');
  const classes = must('output.classes', (value) => isWhole(value, 1, mostClasses), `a whole number from 1 to ${mostClasses}`);
  if (!isUnknown(card.class_names)) {
    checkList(must, 'class_names', classes, 'class', (value) => typeof value === 'string', 'text');
  }
}

function checkPreprocessing(must, card) {
  const rule = must('preprocessing', (value) => value === null || isObject(value), 'an object or null');
  if (rule === null) return;
  const {channels, height} = card.input;
  must('preprocessing.crop_fraction', (value) => Number.isFinite(value) && value > 0 && value <= 1 && height / value <= mostBeforeCrop,
    `a number above 0, at most 1, and at least input.height / ${mostBeforeCrop}`);
  const order = channels === 1 ? 'grey' : 'RGB';
  must('preprocessing.channel_order', (value) => value === order, `"${order}"`);
  must('preprocessing.pixel_scale', (value) => value === '[0, 1]', '"[0, 1]"');
  checkList(must, 'preprocessing.mean', channels, 'channel', Number.isFinite, 'a number');
  checkList(must, 'preprocessing.std', channels, 'channel', (value) => Number.isFinite(value) && value > 0, 'a number above 0');
}

function checkFiles(must) {
  must('files', Array.isArray, 'a list').forEach((_, i) => {
    must(`files.${i}.name`, (value) => isText(value) && !value.includes('/'), 'the name of a file in this folder');
    must(`files.${i}.bytes`, (value) => isWhole(value, 0, Number.MAX_SAFE_INTEGER), 'a whole number');
    must(`files.${i}.sha256`, (value) => isText(value) && /^[0-9a-f]{64}$/.test(value), '64 hexadecimal digits, lower case');
  });
}

// The card that a text holds; `where` names it in messages. `preprocessing` is null where the card
// says that it is not known.
export function parseCard(text, where) {
  let card = null;
  try {
    card = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (!isObject(card)) throw new Error(`${where} is no model card: it was truncated or edited; export again`);
  const must = requirer(card, where);
  checkVersion(must, where);
  checkInput(must, card);
  checkOutput(must, card);
  checkPreprocessing(must, card);
  checkFiles(must);
  return card;
}

// Throws Error with the reason that the card gives where it does not say how pictures are prepared.
export function requirePreprocessing(card, where) {
  if (card.preprocessing) return;
  const reason = card.preprocessing_unknown ?? 'it gives no reason';
  throw new Error(`${where} does not say how pictures are prepared: ${reason}`);
}

function checkAccuracy(must, key) {
  for (const number of ['top1_percent', 'low95_percent', 'high95_percent', 'images']) {
    must(`${key}.${number}`, Number.isFinite, 'a number');
  }
  for (const word of ['dataset', 'split']) must(`${key}.${word}`, (value) => typeof value === 'string', 'text');
}

// What a card says about the network, for those who show it: what is not known is null or absent.
export function checkFigures(card, where) {
  const must = requirer(card, where);
  for (const word of ['name', 'space']) must(word, (value) => typeof value === 'string', 'text');
  if (!isUnknown(card.accuracy)) checkAccuracy(must, 'accuracy');
  if (!isUnknown(card.int8?.accuracy)) checkAccuracy(must, 'int8.accuracy');
  if (isUnknown(card.run?.inference)) return;
  for (const estimate of ['energy_mj', 'co2e_g']) {
    for (const part of ['value', 'low', 'high']) {
      must(`run.inference.${estimate}.${part}`, (value) => Number.isFinite(value) && value >= 0, 'a number, at least 0');
    }
  }
  for (const word of ['method', 'device', 'grid']) must(`run.inference.${word}`, (value) => typeof value === 'string', 'text');
}

// Names of the ONNX files that the card lists.
export function onnxFiles(card) {
  return card.files.map((file) => file.name).filter((name) => name.endsWith('.onnx'));
}
