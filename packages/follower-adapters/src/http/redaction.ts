/** What stands where a secret was. */
const mark = '***';

/**
 * Takes a secret out of texts, however it is spelt there: as it is, escaped in JSON (once or several times over), in a URL, or as
 * characters of HTML.
 *
 * @param secret without white space; `null` where there is none to keep
 */
export function redactor(secret: string | null): (text: string) => string {
  if (secret === null) return (text) => text;
  const pattern = new RegExp([...secret].map(spellings).join(''), 'giu');
  return (text) => text.replace(pattern, mark);
}

const names: Readonly<Record<string, string>> = { '"': 'quot', '&': 'amp', "'": 'apos', '<': 'lt', '>': 'gt' };

function spellings(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, '0');
  const name = names[character] === undefined ? '' : `|${names[character]}`;
  const itself = character.replace(/[\\^$.*+?()[\]{}|/]/u, String.raw`\$&`);
  return String.raw`(?:\\*(?:${itself}|u00${hex})|%${hex}|&(?:#0*${code}|#x0*${hex}${name});)`;
}
