/**
 * Protocol buffers, as far as ONNX files need them: fields are found, never copied, and no length is believed before it
 * is compared with what is there. Wire types: 0 a number, 1 and 5 fixed bytes, 2 bytes with their length, 3 and 4 the
 * ends of a group (old, skipped).
 */

/** A file that is not what it says. `reason` is a clause for a sentence: "it is cut off after 10 of 20 bytes". */
export class BrokenOnnx extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.name = 'BrokenOnnx';
    this.reason = reason;
  }
}

export interface Field {
  readonly field: number;
  readonly wire: number;
  /** Of wire type 0; numbers above 2^53 lose their lowest bits, negative ones are negative. */
  readonly value: number;
  /** Where the field begins, with its tag. */
  readonly start: number;
  /** The content: bytes of wire types 1, 2 and 5. */
  readonly from: number;
  readonly to: number;
}

export interface Varint {
  readonly value: number;
  readonly to: number;
}

/** @throws BrokenOnnx */
export function varintAt(bytes: Uint8Array, at: number, end: number): Varint {
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    if (at + i >= end) throw new BrokenOnnx('it is cut off inside a number');
    const byte = bytes[at + i]!;
    const seven = byte & 127;
    // 64 bits as two halves, since JavaScript's shifts have 32.
    if (i < 4) low += seven * 2 ** (7 * i);
    else if (i === 4) {
      low += (seven & 15) * 2 ** 28;
      high += seven >> 4;
    } else high += seven * 2 ** (7 * i - 32);
    if (byte < 128) return { value: signed(low, high), to: at + i + 1 };
  }
  throw new BrokenOnnx('a number has more than 64 bits');
}

const signed = (low: number, high: number): number => {
  const top = high % 2 ** 32;
  return top >= 2 ** 31 ? (top - 2 ** 32) * 2 ** 32 + low : top * 2 ** 32 + low;
};

/** The field at `at`. @throws BrokenOnnx */
export function fieldAt(bytes: Uint8Array, at: number, end: number): Field {
  const tag = varintAt(bytes, at, end);
  const field = Math.floor(tag.value / 8);
  const wire = tag.value & 7;
  if (field < 1 || field > 0x1fff_ffff) throw new BrokenOnnx('it is not an ONNX file');
  const fixed = (size: number): Field => within({ field, wire, value: 0, start: at, from: tag.to, to: tag.to + size });
  const within = (found: Field): Field => {
    if (found.to > end) throw new BrokenOnnx(`it is cut off: ${found.to - end} bytes are missing`);
    return found;
  };
  switch (wire) {
    case 0: {
      const { value, to } = varintAt(bytes, tag.to, end);
      return { field, wire, value, start: at, from: tag.to, to };
    }
    case 1:
      return fixed(8);
    case 2: {
      const length = varintAt(bytes, tag.to, end);
      if (length.value < 0) throw new BrokenOnnx('a length is negative');
      return within({ field, wire, value: 0, start: at, from: length.to, to: length.to + length.value });
    }
    case 5:
      return fixed(4);
    case 3:
    case 4:
      return { field, wire, value: 0, start: at, from: tag.to, to: tag.to };
    default:
      throw new BrokenOnnx('it is not an ONNX file');
  }
}

/** The fields of a message, in order, without what lies in groups. @throws BrokenOnnx */
export function* fieldsOf(bytes: Uint8Array, from = 0, end = bytes.length): Generator<Field> {
  let depth = 0;
  for (let at = from; at < end; ) {
    const found = fieldAt(bytes, at, end);
    if (found.wire === 3) depth++;
    else if (found.wire === 4) {
      if (--depth < 0) throw new BrokenOnnx('a group ends that never began');
    } else if (depth === 0) yield found;
    at = found.to;
  }
  if (depth > 0) throw new BrokenOnnx('it is cut off inside a group');
}

const decoder = new TextDecoder();
export const textOf = (bytes: Uint8Array, { from, to }: Field): string => decoder.decode(bytes.subarray(from, to));

/** Whole numbers of a repeated field, packed or not. @throws BrokenOnnx */
export function numbersOf(bytes: Uint8Array, field: Field): readonly number[] {
  if (field.wire === 0) return [field.value];
  const found: number[] = [];
  for (let at = field.from; at < field.to; ) {
    const { value, to } = varintAt(bytes, at, field.to);
    found.push(value);
    at = to;
  }
  return found;
}
