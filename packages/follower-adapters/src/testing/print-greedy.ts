// `print-greedy.ts DEVICE TOKENS`: what the onnx follower writes greedily with a fixture on a device, as JSON.
import { openFixture } from '../onnx/fixtures.js';

const [, , device, tokens] = process.argv;
await using follower = await openFixture({ device: device as 'webgpu', stop: [] });
await using session = await follower.open('Tom has 60 apples.');
const step = await session.step(null, { maxTokens: Number(tokens), temperature: 0, seed: 1 });
console.log(JSON.stringify({ ...step, ...follower.facts }));
