import type { WeightTensor } from '../decoder-weights.js';
import type { ExternalTensor } from '../onnx-model.js';

/**
 * Weights that lie in a file beside the graph's. Of a decoder that is exported again and again, as when adapters are learned, those
 * that stay the same are written with the first graph, and no other one needs them.
 */
export class ExternalWeights {
  readonly #tensors = new Map<string, ExternalTensor>();
  #unwritten: Float32Array[] = [];
  #length = 0;

  /**
   * @param file its name, in the folder of the graph's
   * @param changing names of the weights that belong in the graph
   */
  constructor(
    readonly file: string,
    private readonly changing: ReadonlySet<string>,
  ) {}

  /**
   * Where a weight lies, or `null` where it belongs in the graph.
   * @param make the weight as the graph has it; asked the first time alone
   */
  place(name: string, make: () => WeightTensor): ExternalTensor | null {
    if (this.changing.has(name)) return null;
    const known = this.#tensors.get(name);
    if (known) return known;
    const { shape, data } = make();
    const placed = { shape, file: this.file, offset: this.#length, length: data.byteLength };
    this.#tensors.set(name, placed);
    this.#unwritten.push(data);
    this.#length += data.byteLength;
    return placed;
  }

  /** What the file is to hold after what was taken before, piece by piece. */
  take(): Float32Array[] {
    return this.#unwritten.splice(0);
  }
}
