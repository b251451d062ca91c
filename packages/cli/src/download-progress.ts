import type { DownloadProgress } from '@rsim/core';
import { Progress } from './progress.js';

const bytesPerMegabyte = 1e6;

/** Shows downloads, one after the other, as they come. */
export function downloadBars(): (progress: DownloadProgress) => void {
  let shown: { readonly file: string; readonly bar: Progress } | null = null;
  return ({ file, received, total }) => {
    if (shown?.file !== file) {
      const label = `downloading ${file}`;
      shown = { file, bar: new Progress({ label, total: (total ?? 0) / bytesPerMegabyte, unit: 'MB' }) };
    }
    shown.bar.update(received / bytesPerMegabyte);
    if (received !== total) return;
    shown.bar.finish('');
    shown = null;
  };
}
