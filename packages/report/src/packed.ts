import { deflateRawSync } from 'node:zlib';

/** Data as a browser unpacks it (`client/unpack.ts`): JSON, deflated, in Base64, which no HTML parser reads anything into. */
export function packed(data: unknown): string {
  return deflateRawSync(JSON.stringify(data), { level: 9 }).toString('base64');
}
