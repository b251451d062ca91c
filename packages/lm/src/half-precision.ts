/** Decodes IEEE 754 half precision (F16), bit pattern by bit pattern; exact. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index += 1) values[index] = FLOAT16_VALUES[bits[index] ?? 0] ?? Number.NaN;
  return values;
}

const FLOAT16_VALUES = Float32Array.from({ length: 65_536 }, (_, bits) => float16Value(bits));

function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Encodes to F16, rounding to nearest and ties to even; what is too large becomes infinity. */
export function toFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(words, float16Bits);
}

function float16Bits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  if (exponent === 255) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const shift = exponent < 113 ? 126 - exponent : 13;
  if (shift > 24) return sign;
  const significand = fraction | (exponent === 0 ? 0 : 0x800000);
  const rounded = roundedShift(significand, shift);
  // A significand that kept its leading one carries it into the exponent field, which is therefore one less here.
  const magnitude = exponent < 113 ? rounded : ((exponent - 113) << 10) + rounded;
  return sign | Math.min(magnitude, 0x7c00);
}

function roundedShift(value: number, shift: number): number {
  const kept = Math.floor(value / 2 ** shift);
  const rest = value - kept * 2 ** shift;
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && kept % 2 === 1) ? kept + 1 : kept;
}

/** Decodes bfloat16: the upper half of a 32-bit float. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (value) => value * 65_536).buffer);
}
