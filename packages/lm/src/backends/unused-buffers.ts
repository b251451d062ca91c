/** What the WebGPU backend of tfjs keeps its buffers with. */
interface BufferManager {
  readonly numBytesAllocated: number;
  readonly numBytesUsed: number;
  dispose(): void;
}

/** Buffers of one update are mostly of use to the next, but a graphics processor has only so much memory. */
const mostUnusedBytes = 512 * 2 ** 20;

/**
 * Gives back the buffers of a tfjs backend where it keeps too many that nothing uses. WebGPU's keeps each for the next tensor of its very
 * size, without end; as documents differ in length, so do sizes. While any buffer is in use, nothing is done.
 *
 * @param backend of tfjs, any
 * @param most bytes that it may keep
 */
export function releaseUnusedBuffers(backend: object, most = mostUnusedBytes): void {
  const { bufferManager } = backend as { bufferManager?: BufferManager };
  if (bufferManager === undefined || bufferManager.numBytesUsed > 0) return;
  if (bufferManager.numBytesAllocated > most) bufferManager.dispose();
}
