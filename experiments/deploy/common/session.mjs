// A session of ONNX Runtime and the card that it must belong to. `model` names its file in messages.

// A call of ONNX Runtime: of what it throws, the first line is for people.
export async function inRuntime(model, call) {
  try {
    return await call();
  } catch (error) {
    throw new Error(`ONNX Runtime cannot run ${model}: ${String(error.message ?? error).split('\n')[0]}; export again`);
  }
}

// Sizes that a model leaves open have names, or no number above 0.
const isOpen = (size) => !(size > 0);
const inWords = (sizes) => sizes.map((size) => (isOpen(size) ? 'any' : size)).join(' x ');

// `sizes` are those behind the batch; `known` is what the session tells of its inputs or outputs.
function checkValue(model, kind, known, name, sizes) {
  if (!known) return;  // an early ONNX Runtime does not tell
  const found = known.find((value) => value.name === name);
  if (!found) {
    const names = known.map((value) => value.name).join(', ');
    throw new Error(`${model} has the ${kind} ${names}, ${kind}.name in card.json is ${name}; export again`);
  }
  const taken = found.shape.slice(1);
  if (taken.length !== sizes.length || taken.some((size, i) => !isOpen(size) && size !== sizes[i])) {
    throw new Error(`${model} has an ${kind} of ${inWords(taken)}, ${kind} in card.json says ${inWords(sizes)}; export again`);
  }
}

// Throws Error when the model takes or gives something else than the card says.
export function checkSession(session, card, model) {
  const {input, output} = card;
  checkValue(model, 'input', session.inputMetadata, input.name, [input.channels, input.height, input.width]);
  checkValue(model, 'output', session.outputMetadata, output.name, [output.classes]);
}

// Throws Error when these cannot be the logits of `count` images.
export function checkLogits(logits, count, card, model) {
  const {classes} = card.output;
  if (logits.length !== count * classes) {
    throw new Error(`${model} gives ${logits.length / count} logits, output.classes in card.json is ${classes}; export again`);
  }
  if (!logits.every(Number.isFinite)) {
    throw new Error(`${model} gives logits that are not finite: its weights, or preprocessing in card.json, were edited; export again`);
  }
}
