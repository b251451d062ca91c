import { fileURLToPath } from 'node:url';

/** What a configuration begins with whose follower takes no time, with as small a planner as there can be. */
export const parrotConfig = {
  plugins: [fileURLToPath(new URL('./parrot.ts', import.meta.url))],
  follower: { name: 'parrot' },
  unseenFollowers: [],
  planner: { name: 'gru', options: { buckets: 64, embedding: 4, hidden: 8, backend: 'cpu' } },
};
