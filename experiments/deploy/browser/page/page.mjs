// Brings the page to life: the network of the export folder sees what is drawn, dropped or chosen.
import {onnxFiles, requirePreprocessing} from './common/card.mjs';
import {prepare} from './common/preprocess.mjs';
import {makeDrawing} from './drawing.mjs';
import {readCard, readModel} from './export_folder.mjs';
import {brightnessOfTraining, hintAt} from './hints.mjs';
import {openNetwork} from './network.mjs';
import {inverted, pictureOfCanvas, pictureOfFile} from './picture.mjs';
import {element, showCard, showClasses, showSeen, tell} from './show.mjs';

// `failure`: why there is no network.
const state = {card: null, network: null, failure: 'the network is still being loaded', file: null, drawing: null};

// Does one thing after the other, and shows what is wrong when it fails: a picture that comes while
// another is seen waits.
let last = Promise.resolve();
let waiting = 0;
function step(work) {
  const busy = (change) => {
    waiting += change;
    document.querySelector('main').ariaBusy = String(waiting > 0);
  };
  busy(1);
  last = last.then(work).then(() => tell('message', ''), (error) => tell('message', error.message)).then(() => busy(-1));
}

async function see() {
  const {card, network, file, drawing} = state;
  if (!network) throw new Error(state.failure);
  const {channels} = card.input;
  let picture = file
    ? await pictureOfFile(file, channels)
    : pictureOfCanvas(drawing.context, channels, 'the drawing');
  if (file && element('invert').checked) picture = inverted(picture);
  tell('hint', hintAt(picture, card));
  const input = prepare(picture, card);
  showSeen(input, card);
  showClasses(await network.run(input), card);
  const {milliseconds, calls} = await network.time(input);
  element('time').textContent = `${milliseconds.toPrecision(3)} ms an inference (median of ${calls} calls; ` +
    `${network.runtime}, WebAssembly, one thread, this browser)`;
}

function forget() {
  tell('hint', '');
  element('classes').replaceChildren();
  element('time').textContent = '';
  element('seen').width = 1;
}

function seeFile(file) {
  state.file = file;
  forget();
  step(see);
}

function listenForFiles() {
  element('file').addEventListener('change', ({target}) => {
    if (target.files.length > 0) seeFile(target.files[0]);
    target.value = '';  // so that the same file can be chosen again
  });
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    const [file] = event.dataTransfer.files;
    if (file) seeFile(file);
    else tell('message', 'what was dropped is no file; drop a picture');
  });
}

function startDrawing(card) {
  const dark = brightnessOfTraining(card) < 0.5;
  state.drawing = makeDrawing({
    canvas: element('pad'), cursor: element('cursor'), width: element('width'),
    paper: dark ? '#000' : '#fff', ink: dark ? '#fff' : '#000',
    changed() {
      state.file = null;
      step(see);
    },
  });
  element('clear').addEventListener('click', () => {
    state.drawing.clear();
    state.file = null;
    forget();
    tell('message', '');
  });
  element('invert').addEventListener('change', () => {
    if (state.file) step(see);
  });
}

async function load(model) {
  await state.network?.close();
  state.network = null;
  state.network = await openNetwork(state.card, await readModel(state.card, model), model);
  showCard(state.card, model);
}

// A step without which there is no network: why it failed is told again for every picture.
function stepToNetwork(work) {
  step(() => work().catch((error) => {
    state.failure = error.message;
    throw error;
  }));
}

function offerModels(names) {
  element('model').append(...names.map((name) => new Option(name)));
  element('models').hidden = names.length < 2;
  element('model').addEventListener('change', ({target}) => {
    stepToNetwork(() => load(target.value));
    if (element('classes').hasChildNodes()) step(see);
  });
}

async function start() {
  state.card = await readCard();
  showCard(state.card);
  requirePreprocessing(state.card, 'card.json');
  startDrawing(state.card);
  const names = onnxFiles(state.card);
  if (names.length === 0) throw new Error('the card lists no ONNX file; export with --formats onnx');
  offerModels(names);
  await load(names[0]);
}

listenForFiles();
stepToNetwork(start);
