import type { DecoderParameters } from '@rsim/lm/training';

/** What a network that nobody holds any more had on the backend. */
const dropped = new FinalizationRegistry<DecoderParameters>((parameters) => parameters[Symbol.dispose]());

/**
 * Weights on the tfjs backend, from the first decision until they change. Those that are being decided with when they change
 * are given back when that is done.
 */
export class DecidingWeights {
  #current: { readonly parameters: DecoderParameters; uses: number; isOld: boolean } | null = null;

  constructor(private readonly upload: () => DecoderParameters) {}

  async use<T>(work: (parameters: DecoderParameters) => Promise<T>): Promise<T> {
    const held = (this.#current ??= this.#hold());
    held.uses += 1;
    try {
      return await work(held.parameters);
    } finally {
      held.uses -= 1;
      if (held.isOld && held.uses === 0) held.parameters[Symbol.dispose]();
    }
  }

  forget(): void {
    const held = this.#current;
    this.#current = null;
    if (held === null) return;
    dropped.unregister(this);
    held.isOld = true;
    if (held.uses === 0) held.parameters[Symbol.dispose]();
  }

  #hold(): { parameters: DecoderParameters; uses: number; isOld: boolean } {
    const parameters = this.upload();
    dropped.register(this, parameters, this);
    return { parameters, uses: 0, isOld: false };
  }
}
