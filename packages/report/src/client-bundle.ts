import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What a page runs and looks like. */
export interface ClientBundle {
  readonly script: string;
  readonly style: string;
}

/** The page's program from its TypeScript source, charts included, in one script that no page needs a network for. */
export async function bundleClient(): Promise<ClientBundle> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('client/main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    target: ['chrome110', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  });
  const file = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
  return { script: file('.js'), style: file('.css') };
}
