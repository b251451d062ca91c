/** What Node packed (`packed.ts`) into the data block of that id; `null` where the page has no such block. */
export async function unpacked<T>(id: string): Promise<T | null> {
  const text = document.getElementById(id)?.textContent;
  if (text === undefined || text === null) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return (await new Response(stream).json()) as T;
}
