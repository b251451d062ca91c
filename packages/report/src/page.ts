import { createHash } from 'node:crypto';
import type { ClientBundle } from './client-bundle.js';
import { packed } from './packed.js';
import { episodesPerChunk, type EpisodeBody, type ReportData } from './report-data.js';

export interface PageContent {
  readonly data: ReportData;
  /** Per run, the bodies of its episodes in their order. */
  readonly bodies: readonly (readonly EpisodeBody[])[];
}

/**
 * The page as one HTML file. What models wrote lies in it deflated and in Base64, never as HTML, and a content security
 * policy lets nothing run but the page's own script and nothing be fetched (of a live page: but from its own server).
 */
export function pageHtml({ data, bodies }: PageContent, { script, style }: ClientBundle): string {
  // Neither may end its element early.
  const code = script.replaceAll('</script', '<\\/script');
  const css = style.replaceAll('</style', '<\\/style');
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(code)}'`,
    // The charts set styles of single elements.
    "style-src 'unsafe-inline'",
    'img-src data:',
    `connect-src ${data.live === null ? "'none'" : "'self'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const chunks = bodies.flatMap((own, run) =>
    chunked(own).map((chunk, index) => block(`episodes-${run}-${index}`, packed(chunk))),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escaped(data.title)}</title>
<style>${css}</style>
</head>
<body>
<noscript>This page draws its content with a script that it carries with it. Allow scripts to see it.</noscript>
${block('report', packed(data))}
${chunks.join('\n')}
<script>${code}</script>
</body>
</html>
`;
}

function block(id: string, content: string): string {
  return `<script type="application/octet-stream" id="${id}">${content}</script>`;
}

function chunked<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / episodesPerChunk) }, (_, index) =>
    items.slice(index * episodesPerChunk, (index + 1) * episodesPerChunk),
  );
}

function sourceHash(code: string): string {
  return `sha256-${createHash('sha256').update(code).digest('base64')}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
