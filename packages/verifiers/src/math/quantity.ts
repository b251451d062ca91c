import { readUnit, type Unit } from './units.js';

/** A formula's text, and the unit that stood beside it. */
export interface Quantity {
  readonly body: string;
  readonly unit: Unit | null;
}

const words = /\\text\s*\{([^{}]*)\}\s*(?:\^\s*\{?\s*([23])\s*\}?)?$/;
const plainWords = /^(.*[\d)}\]])(\s*)([a-zA-Z€£][a-zA-Z€£ /.'-]*(?:\^\s*\{?[23]\}?)?)$/;

/** Separates `5 cm`, `$1.20`, `45°`, `12 %`, `3\text{ square feet}` into number and unit. Numbers stay what they are. */
export function splitUnit(text: string): Quantity {
  const money = /^(-?)\s*(?:\\?\$|\\text\s*\{\s*\\?\$\s*\})\s*(?=[-\d.\\(])/.exec(text);
  if (money !== null) return quantity(`${money[1]}${text.slice(money[0].length)}`, 'dollar');
  const foreign = /^([€£])\s*(?=[\d.])/.exec(text);
  if (foreign !== null) return quantity(text.slice(foreign[0].length), foreign[1] as string);
  const percent = /^(.*?)\s*(?:\\percent|\\text\s*\{\s*(?:percent|\\percent)\s*\}|percent)$/.exec(text);
  if (percent !== null && percent[1] !== '') return quantity(percent[1] as string, 'percent');
  const degrees = /^(.*?)\s*(?:\\degree|degrees?|\\text\s*\{\s*degrees?\s*\})\s*$/.exec(text);
  if (degrees !== null && degrees[1] !== '' && !/\\(?:degree|sin|cos|tan|cot|sec|csc)/.test(degrees[1] ?? ''))
    return quantity(degrees[1] as string, 'degree');
  const marked = words.exec(text);
  if (marked !== null && marked.index > 0) {
    const before = text.slice(0, marked.index).trim();
    const unit = readUnit(`${marked[1]}${marked[2] ?? ''}`, true);
    if (unit !== null && /[\d)}\]a-zA-Z]$/.test(before)) return { body: before, unit };
  }
  const plain = plainWords.exec(text);
  if (plain !== null) {
    const [, before = '', space = '', name = ''] = plain;
    const unit = readUnit(name.replace(/[{}]/g, ''), space !== '');
    if (unit !== null && /\d\)?$|\}$/.test(before) && (space !== '' || /^[a-z]+$/.test(name)))
      return { body: before, unit };
  }
  return { body: text, unit: null };
}

function quantity(body: string, name: string): Quantity {
  return { body: body.trim(), unit: readUnit(name, true) };
}
