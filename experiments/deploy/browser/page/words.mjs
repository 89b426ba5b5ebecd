// Numbers as people read them.

// 0.000123 g -> 120 µg: the largest unit in which the value is at least 1. `units` is a list of
// [name, size], the largest first.
export function quantity({value, low, high}, units) {
  const [name, size] = units.find(([, unit]) => value >= unit) ?? units.at(-1);
  const digits = (number) => Number((number / size).toPrecision(2)).toLocaleString('en', {maximumSignificantDigits: 2});
  return {nominal: `${digits(value)} ${name}`, range: `${digits(low)} to ${digits(high)} ${name}`};
}

export const energyUnits = [['kJ', 1e6], ['J', 1e3], ['mJ', 1], ['µJ', 1e-3], ['nJ', 1e-6]];  // of mJ
export const carbonUnits = [['g', 1], ['mg', 1e-3], ['µg', 1e-6], ['ng', 1e-9], ['pg', 1e-12]];  // of grams

export const percent = (share) => `${(100 * share).toFixed(1)} %`;

export function accuracyWords({top1_percent: top1, low95_percent: low, high95_percent: high, images, dataset, split}) {
  return `${top1.toFixed(2)} % of ${images.toLocaleString('en')} images right (${dataset}, ${split}; ` +
    `95 % interval ${low.toFixed(1)} to ${high.toFixed(1)} %)`;
}
