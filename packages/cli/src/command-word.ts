/** A path or a name as a command line takes it: in quotes where there is anything that a shell would read in its own way. */
export function commandWord(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  return process.platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
