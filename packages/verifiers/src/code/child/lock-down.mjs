/** What closes a worker around an interpreter, once its libraries are loaded. */

/** Bytes that a WebAssembly memory may have; growing further fails, which the interpreter reports as out of memory. */
export function capMemory(bytes) {
  const { prototype } = globalThis.WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + Number(pages) * 65_536 > bytes) throw new RangeError('memory limit');
    return Reflect.apply(grow, this, [pages]);
  };
}

/** Globals that interpreters still use after they are loaded: the language itself, clocks and random bytes. */
const kept = new Set([
  ...['globalThis', 'Infinity', 'NaN', 'undefined', 'Object', 'Function', 'Array', 'Number', 'Boolean', 'String'],
  ...['Symbol', 'BigInt', 'Math', 'JSON', 'Date', 'RegExp', 'Promise', 'Proxy', 'Reflect', 'Map', 'Set', 'WeakMap'],
  ...['WeakSet', 'WeakRef', 'FinalizationRegistry', 'Error', 'AggregateError', 'EvalError', 'RangeError'],
  ...['ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView'],
  ...['Atomics', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
  ...['Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'parseInt', 'parseFloat'],
  ...['isNaN', 'isFinite', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
  ...['Iterator', 'WebAssembly', 'TextDecoder', 'TextEncoder', 'performance', 'crypto'],
]);

/** Takes away every global that reaches the host (`process`, `fetch`, timers, …) and freezes the language's own objects. */
export function lockDown() {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!kept.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  const frozen = new Set();
  const freeze = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || frozen.has(value)) return;
    if (value === globalThis || ArrayBuffer.isView(value)) return;
    frozen.add(value);
    for (const { value: inner, get, set } of Object.values(Object.getOwnPropertyDescriptors(value))) {
      freeze(inner);
      freeze(get);
      freeze(set);
    }
    freeze(Object.getPrototypeOf(value));
    Object.freeze(value);
  };
  for (const name of Object.getOwnPropertyNames(globalThis)) freeze(globalThis[name]);
  const hidden = [async () => {}, function* () {}, async function* () {}, [][Symbol.iterator](), new Map().entries()];
  for (const value of [...hidden, new Set().values(), ''[Symbol.iterator](), 'x'.matchAll(/x/g)]) {
    freeze(Object.getPrototypeOf(value));
  }
}
