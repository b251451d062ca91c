/** What the pack runs: rates of planners and followers of the sizes named, all by default. See pack.js. */
import 'reflect-metadata';
import { cpus } from 'node:os';
import { useBackend } from '@rsim/lm/backends';
import { loadFollower } from './load-follower.js';
import { loadPlanner } from './load-planner.js';
import networks from './networks.json' with { type: 'json' };

type Size = keyof typeof networks.planner;

const known = Object.keys(networks.planner);
const sizes = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = sizes.find((size) => !known.includes(size));
if (unknown !== undefined) {
  console.error(`There is no size ${unknown}; known: ${known.join(', ')}.`);
  process.exit(2);
}
console.log(`${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}`);
/** A driver in software shows that the pack works; its rates mean nothing, so they need not be waited for. */
let share = 1;
try {
  const { device, isGpu } = await useBackend('webgpu');
  if (!isGpu) share = 1 / 16;
  console.log(`WebGPU on ${device}${isGpu ? '' : ': a sixteenth of the load'}`);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  console.error('Install the Vulkan driver of your graphics card, or name one with VK_DRIVER_FILES.');
  process.exit(2);
}
for (const size of sizes as Size[]) {
  await loadPlanner(size, 'webgpu', share);
  await loadFollower(size, 'webgpu', share);
}
// A driver may keep threads that would keep the process.
process.exit(0);
