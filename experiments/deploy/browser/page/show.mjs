// Puts what is known on the page. Everything goes there as text: whatever a card or a file's name
// holds, it is shown, not run.
import {ranked} from './common/preprocess.mjs';
import {accuracyWords, carbonUnits, energyUnits, percent, quantity} from './words.mjs';

const mostClasses = 10;

export const element = (id) => document.getElementById(id);

function row(cells) {
  const line = document.createElement('tr');
  cells.forEach((cell, i) => {
    const box = document.createElement(i === 0 ? 'th' : 'td');
    box.append(cell);
    line.append(box);
  });
  return line;
}

// Words in a place that is hidden without any.
export function tell(id, words) {
  element(id).textContent = words ?? '';
  element(id).hidden = !words;
}

function estimateCells(name, estimate, units) {
  const words = quantity(estimate, units);
  const box = document.createElement('span');
  const range = document.createElement('span');
  range.className = 'range';
  range.textContent = `low to high: ${words.range}`;
  box.append(words.nominal, range);
  return [name, box];
}

function showCosts({run}) {
  const inference = run?.inference;
  if (!inference) {
    element('costs').replaceChildren(row(['Energy', `not known: ${run?.inference_unknown ?? 'the card does not say'}`]));
    return;
  }
  element('costs').replaceChildren(
    row(estimateCells('Energy', inference.energy_mj, energyUnits)),
    row(estimateCells('CO₂e', inference.co2e_g, carbonUnits)),
    row(['Method', inference.method]), row(['Device', inference.device]), row(['Electricity', inference.grid]));
}

export function showCard(card, model) {
  document.title = card.name;
  element('name').textContent = card.name;
  const accuracy = card.int8 && model === card.int8.file ? card.int8.accuracy : card.accuracy;
  const sizes = `input ${card.input.channels} × ${card.input.height} × ${card.input.width}, ${card.output.classes} classes`;
  element('about').textContent = `${accuracy ? accuracyWords(accuracy) : 'accuracy not known'} · space ${card.space} · ${sizes}`;
  showCosts(card);
}

// The pixels behind a normalised input.
export function showSeen(input, {input: {channels, height, width}, preprocessing: {mean, std}}) {
  const canvas = Object.assign(element('seen'), {width, height});
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; ++i) {
    for (let c = 0; c < 3; ++c) {
      const from = channels === 3 ? c : 0;
      image.data[4 * i + c] = Math.round(255 * (input[from * height * width + i] * std[from] + mean[from]));
    }
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
}

export function showClasses(logits, card) {
  element('classes').replaceChildren(...ranked(logits, card).slice(0, mostClasses).map(({name, share}) => {
    const meter = Object.assign(document.createElement('meter'), {max: 1, value: share, ariaLabel: `probability of ${name}`});
    return row([name, meter, percent(share)]);
  }));
}
