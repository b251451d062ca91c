/** Words that may themselves be lists: parted at commas outside of braces, so that `nano,onnx:{"model":"a","batch":8}` is two. */
export function splitWords(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const parts = [''];
    let depth = 0;
    for (const character of word) {
      if ('{['.includes(character)) depth += 1;
      if ('}]'.includes(character)) depth -= 1;
      if (character === ',' && depth === 0) parts.push('');
      else parts[parts.length - 1] += character;
    }
    return parts.map((part) => part.trim()).filter((part) => part !== '');
  });
}

/** `name=rest` in its two parts; the name is `null` where there is none before the first brace. */
export function splitName(word: string): { name: string | null; rest: string } {
  const named = /^([^={]+)=(.*)$/su.exec(word);
  return named === null
    ? { name: null, rest: word }
    : { name: (named[1] as string).trim(), rest: (named[2] as string).trim() };
}
