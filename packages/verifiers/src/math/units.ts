/** What a number is a number of: its dimension, and how many of the dimension's basic unit one is. */
export interface Unit {
  readonly dimension: string;
  readonly factor: number;
}

const families: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  length: {
    ...{
      m: 1,
      meter: 1,
      metre: 1,
      km: 1000,
      kilometer: 1000,
      kilometre: 1000,
      cm: 0.01,
      centimeter: 0.01,
      centimetre: 0.01,
    },
    ...{ mm: 0.001, millimeter: 0.001, millimetre: 0.001, ft: 0.3048, foot: 0.3048, feet: 0.3048, inch: 0.0254 },
    ...{ yd: 0.9144, yard: 0.9144, mi: 1609.344, mile: 1609.344 },
  },
  mass: {
    ...{ g: 1, gram: 1, kg: 1000, kilogram: 1000, mg: 0.001, milligram: 0.001 },
    ...{ lb: 453.59237, pound: 453.59237, oz: 28.349523125, ounce: 28.349523125, ton: 907184.74, tonne: 1e6 },
  },
  time: {
    ...{ s: 1, sec: 1, second: 1, min: 60, minute: 60, h: 3600, hr: 3600, hour: 3600, day: 86400, week: 604800 },
    ...{ ms: 0.001, millisecond: 0.001, year: 31557600, yr: 31557600, month: 2629800 },
  },
  volume: {
    l: 1,
    liter: 1,
    litre: 1,
    ml: 0.001,
    milliliter: 0.001,
    millilitre: 0.001,
    gallon: 3.785411784,
    quart: 0.946352946,
  },
  money: { dollar: 1, usd: 1, cent: 0.01 },
  euro: { euro: 1, eur: 1, '€': 1 },
  sterling: { gbp: 1, '£': 1 },
  angle: { degree: 1, deg: 1, radian: 180 / Math.PI, rad: 180 / Math.PI },
  percent: { percent: 1 },
};

/** Dimensions that a bare number may have left out without being another number. */
const byName = new Map<string, Unit>(
  Object.entries(families).flatMap(([dimension, units]) =>
    Object.entries(units).map(([name, factor]) => [name, { dimension, factor }] as const),
  ),
);

/** Short names of a letter or two that are also names of unknowns: units only where a text says so. */
const ambiguous: ReadonlySet<string> = new Set(['m', 'g', 's', 'h', 'l', 'mi', 'min', 'rad', 'lb', 'ms', 'ft']);

/**
 * Reads a unit: `cm`, `square feet`, `m^2`, `km/h`, `meters per second`, `apples`.
 *
 * @param certain whether it stood in `\text{}` or after a space, so that one letter may be a unit too.
 * @returns `null` when the text is no unit.
 */
export function readUnit(text: string, certain: boolean): Unit | null {
  const plain = text
    .toLowerCase()
    .replace(/\\text\s*\{([^{}]*)\}/g, ' $1 ')
    .replace(/[{}\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain === '') return null;
  const [top = '', bottom, ...more] = plain.split(/\s*\/\s*|\s+per\s+/);
  if (more.length > 0) return null;
  const first = readFactor(top, certain);
  if (first === null || bottom === undefined) return first;
  const second = readFactor(bottom, true);
  return second === null
    ? null
    : { dimension: `${first.dimension}/${second.dimension}`, factor: first.factor / second.factor };
}

function readFactor(text: string, certain: boolean): Unit | null {
  const match = /^(square |sq\.? |cubic )?([a-z€£][a-z€£' -]*?)\.?(?:\s*\^?\s*([23]))?$/.exec(text.trim());
  if (match === null) return null;
  const [, prefix = '', name = '', digit] = match;
  if (!certain && (ambiguous.has(name) || name.length < 2)) return null;
  const power = digit !== undefined ? Number(digit) : prefix.startsWith('cub') ? 3 : prefix === '' ? 1 : 2;
  const known = byName.get(name) ?? byName.get(singular(name));
  if (known !== undefined) return { dimension: `${known.dimension}^${power}`, factor: known.factor ** power };
  // Any other word is a unit of its own: five apples are not five oranges.
  if (!name.split(' ').every((word) => word.length >= 3 || word === 'of')) return null;
  return { dimension: `${singular(name)}^${power}`, factor: 1 };
}

function singular(name: string): string {
  if (/(?:ches|shes|sses|xes)$/.test(name)) return name.slice(0, -2);
  if (/[^aeiou]ies$/.test(name)) return `${name.slice(0, -3)}y`;
  return /[^s]s$/.test(name) ? name.slice(0, -1) : name;
}
