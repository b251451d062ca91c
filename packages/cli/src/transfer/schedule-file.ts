import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentKey, type Follower } from '@rsim/core';
import { writeAtomically } from '@rsim/tracking';
import type { ScheduleFile } from '../schedules.js';

/** Where the search with one follower is kept within the matrix's folder; what does not read counts as missing. */
export function scheduleFile(folder: string, { name, fingerprint = '' }: Follower): ScheduleFile {
  const path = join(folder, 'schedules', `${contentKey(name, fingerprint)}.json`);
  return {
    read: () => {
      try {
        return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : null;
      } catch {
        return null;
      }
    },
    write: (content) => {
      mkdirSync(dirname(path), { recursive: true });
      writeAtomically(path, `${JSON.stringify(content, null, 2)}\n`);
    },
  };
}
