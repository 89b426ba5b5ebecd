// What is allowed, but looks unlike the pictures of the training.
import {edgeBrightness} from './picture.mjs';

// 0 to 1.
export function brightnessOfTraining({preprocessing}) {
  const mean = preprocessing?.mean ?? [0.5];
  return mean.reduce((a, b) => a + b, 0) / mean.length;
}

// Empty where there is nothing to say.
export function hintAt(picture, card) {
  const trained = brightnessOfTraining(card);
  const edge = edgeBrightness(picture);
  if (card.input.channels === 1 && (trained < 0.5 ? edge > 0.75 : edge < 0.25)) {
    return `The edge of the picture is ${trained < 0.5 ? 'light' : 'dark'}, the pictures of the training were mostly ` +
      `${trained < 0.5 ? 'dark' : 'light'} (mean brightness ${trained.toFixed(2)}): is it the other way round? Then invert it.`;
  }
  const longer = Math.max(picture.height, picture.width) / Math.min(picture.height, picture.width);
  if (card.preprocessing.crop_fraction >= 1 && longer > 1.2) {
    return `The picture is ${picture.width} × ${picture.height}; as in training it is squeezed to a square.`;
  }
  return '';
}
