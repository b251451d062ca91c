import { javascriptEncoder } from './javascript-driver.mjs';
import { capMemory, lockDown } from './lock-down.mjs';

/** Bytes of the stack of a QuickJS runtime. */
const stackBytes = 160 * 1024;

/** QuickJS in WebAssembly, shut in: what is returned runs a program's calls, each program in a runtime of its own. */
export async function openJavaScript({ quickjs, memoryBytes, interrupt }) {
  capMemory(memoryBytes);
  const { newQuickJSWASMModuleFromVariant } = await import(quickjs.core);
  const [{ QuickJSFFI }, loader] = await Promise.all([import(quickjs.bindings), import(quickjs.loader)]);
  const engine = await newQuickJSWASMModuleFromVariant({
    type: 'sync',
    importFFI: async () => QuickJSFFI,
    importModuleLoader: async () => loader.default,
  });
  const flag = new Uint8Array(interrupt);
  lockDown();
  return (request) => {
    const runtime = engine.newRuntime();
    runtime.setMemoryLimit(memoryBytes / 2);
    runtime.setMaxStackSize(stackBytes);
    runtime.setInterruptHandler(() => Atomics.load(flag, 0) !== 0);
    const program = new Program(runtime.newContext());
    try {
      const outcome = program.run(request);
      program.dispose();
      runtime.dispose();
      return { outcome, isWorn: false };
    } catch (error) {
      // Out of memory at a bad place, for one: the engine may be in any state.
      return { outcome: { status: 'error', detail: String(error) }, isWorn: true };
    }
  };
}

class Program {
  #context;
  #held = [];

  constructor(context) {
    this.#context = context;
  }

  /** @param calls JavaScript of the list of arguments of each call. */
  run({ program, entryPoint, calls }) {
    const encoder = this.#evaluate(javascriptEncoder).handle;
    const { error } = this.#evaluate(program);
    if (error) return { status: 'error', detail: error };
    const entry = this.#evaluate(entryPoint);
    if (entry.error) return { status: 'error', detail: entry.error };
    return { status: 'done', values: calls.map((list) => this.#call(entry.handle, list, encoder)) };
  }

  dispose() {
    for (const handle of this.#held.reverse()) handle.dispose();
    this.#context.dispose();
  }

  #call(entry, list, encoder) {
    const context = this.#context;
    const { error, handle } = this.#evaluate(list);
    if (error) return { error };
    const length = context.getNumber(this.#property(handle, 'length'));
    const given = Array.from({ length }, (_, index) => this.#property(handle, index));
    const called = this.#outcome(context.callFunction(entry, context.undefined, ...given));
    if (called.error) return called;
    const encoded = this.#outcome(context.callFunction(encoder, context.undefined, called.handle));
    return encoded.error ? encoded : { value: context.getString(encoded.handle) };
  }

  #evaluate(source) {
    return this.#outcome(this.#context.evalCode(source, 'program.js', { type: 'global' }));
  }

  #outcome(result) {
    if (!result.error) return { handle: this.#hold(result.value) };
    const error = this.#hold(result.error);
    const parts = ['name', 'message'].map((name) => this.#context.getString(this.#property(error, name)).slice(0, 200));
    return { error: parts.join(': ') };
  }

  #property(handle, name) {
    return this.#hold(this.#context.getProp(handle, name));
  }

  #hold(handle) {
    this.#held.push(handle);
    return handle;
  }
}
