import { expect, it, vi } from 'vitest';

import { openWorkerChannel } from './worker-channel.js';

it('is disposed of also while its worker fails to start, as all of a pool do after the first', async () => {
  const module = new URL("data:text/javascript,throw new Error('the native runtime is missing')");
  const onDeath = vi.fn();
  const channel = openWorkerChannel(module, {}, { onStart: vi.fn(), onOutcomes: vi.fn(), onDeath });
  await channel.dispose();
  expect(onDeath).not.toHaveBeenCalled();
});
