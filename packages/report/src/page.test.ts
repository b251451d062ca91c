import { inflateRawSync } from 'node:zlib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeReport } from './make-report.js';
import type { EpisodeBody, ReportData } from './report-data.js';
import { writeSampleRun } from './testing/sample-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const block = (html: string, id: string): unknown => {
  const content = new RegExp(`<script type="application/octet-stream" id="${id}">([^<]*)</script>`).exec(html)?.[1];
  return JSON.parse(inflateRawSync(Buffer.from(content ?? '', 'base64')).toString('utf8'));
};

test('a page holds the run, lets nothing in from outside, and what a model wrote is never HTML', async () => {
  const path = join(folder, '<b>run');
  const text = '</script><img src=x onerror=alert(1)>';
  writeSampleRun(path, { iterations: 2, problems: 15, text: () => text });
  const { html, notices } = await makeReport([path], { kind: 'report' });
  expect(notices).toEqual([]);
  expect(html).not.toContain('<img');
  expect(html).toContain('<title>&#60;b&#62;run · rsim</title>');
  expect(html).toMatch(/Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^']+';/);
  expect(html).toContain("connect-src 'none'");
  expect(html.replace(/<script>[^]*<\/script>/, '')).not.toMatch(/\b(src|href)="(?!data:)/);
  const data = block(html, 'report') as ReportData;
  expect(data.runs[0]?.episodes).toHaveLength(62);
  const bodies = [0, 1].flatMap((chunk) => block(html, `episodes-0-${chunk}`) as EpisodeBody[]);
  expect(bodies).toHaveLength(62);
  expect(bodies[0]?.steps[0]?.text).toBe(text);
});
