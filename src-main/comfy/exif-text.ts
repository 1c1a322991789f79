// Texts in an EXIF block, where other programs look for them: ComfyUI in ASCII tags of `name:text`, from the camera's
// model downwards; A1111's parameters in the user's comment, in UTF-16 (EXIF 2.32, 4.6.5 and 4.6.6).

const commentPointer = 0x8769;
const userComment = 0x9286;
const lastNamedTag = 0x0110;
const [asciiType, longType, undefinedType] = [2, 4, 7];
/** How UTF-16 is announced. */
const unicode = [0x55, 0x4e, 0x49, 0x43, 0x4f, 0x44, 0x45, 0];

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** The same JSON in ASCII alone. */
export const inAscii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A block of these texts, big-endian: JSON by name in the order given, and A1111's parameters. */
export function writeExif(json: Readonly<Record<string, string>>, parameters: string | null): Uint8Array {
  const names = Object.keys(json);
  const named = names.map((name, i) => {
    const data = new TextEncoder().encode(`${name}:${inAscii(json[name]!)}\0`);
    return { tag: lastNamedTag - names.length + 1 + i, type: asciiType, data };
  });
  if (parameters === null) return block(named, []);
  const comment = new Uint8Array(8 + parameters.length * 2);
  comment.set(unicode);
  const view = new DataView(comment.buffer);
  for (let i = 0; i < parameters.length; i++) view.setUint16(8 + i * 2, parameters.charCodeAt(i));
  return block(named, [{ tag: userComment, type: undefinedType, data: comment }]);
}

function block(first: readonly Entry[], inner: readonly Entry[]): Uint8Array {
  const bytesOf = (entries: readonly Entry[]) =>
    6 + entries.length * 12 + entries.reduce((sum, { data }) => sum + (data.length > 4 ? even(data.length) : 0), 0);
  const pointer: Entry = { tag: commentPointer, type: longType, data: new Uint8Array(4) };
  const all = inner.length > 0 ? [...first, pointer] : first;
  const innerAt = 8 + bytesOf(all);
  new DataView(pointer.data.buffer).setUint32(0, innerAt);
  const made = new Uint8Array(innerAt + (inner.length > 0 ? bytesOf(inner) : 0));
  const view = new DataView(made.buffer);
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  const put = (entries: readonly Entry[], at: number) => {
    let free = at + 6 + entries.length * 12;
    view.setUint16(at, entries.length);
    entries.forEach(({ tag, type, data }, i) => {
      const entry = at + 2 + i * 12;
      view.setUint16(entry, tag);
      view.setUint16(entry + 2, type);
      view.setUint32(entry + 4, type === longType ? 1 : data.length);
      if (data.length > 4) view.setUint32(entry + 8, free);
      made.set(data, data.length > 4 ? free : entry + 8);
      if (data.length > 4) free += even(data.length);
    });
  };
  put(all, 8);
  if (inner.length > 0) put(inner, innerAt);
  return made;
}

const even = (length: number): number => length + (length & 1);

/** Texts of a block by name, the user's comment as `parameters`. What is damaged is passed over. */
export function readExif(exif: Uint8Array): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const tiff = exif[0] === 0x45 ? exif.subarray(6) : exif; // behind `Exif\0\0`
  const isLittle = tiff[0] === 0x49;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const look = (at: number, isFirst: boolean): void => {
    const count = view.getUint16(at, isLittle);
    for (let entry = at + 2; entry < at + 2 + count * 12; entry += 12) {
      const tag = view.getUint16(entry, isLittle);
      const type = view.getUint16(entry + 2, isLittle);
      const length = view.getUint32(entry + 4, isLittle);
      const from = length > 4 ? view.getUint32(entry + 8, isLittle) : entry + 8;
      if (tag === commentPointer && isFirst) look(view.getUint32(entry + 8, isLittle), false);
      const data = tiff.subarray(from, from + length);
      if (tag === userComment) {
        const text = commentIn(data, isLittle);
        if (text !== '') texts.set('parameters', text);
      } else if (type === asciiType && tag <= lastNamedTag) {
        const [, name, text] = /^(\w{1,79}):(.*?)\0*$/s.exec(new TextDecoder().decode(data)) ?? [];
        if (name !== undefined && text !== undefined && !texts.has(name)) texts.set(name, text);
      }
    }
  };
  try {
    look(view.getUint32(4, isLittle), true);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it ends early
  }
  return texts;
}

function commentIn(data: Uint8Array, isLittle: boolean): string {
  const body = data.subarray(8);
  if (unicode.every((byte, i) => data[i] === byte))
    return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(body);
  return String.fromCharCode(...data.subarray(0, 5)) === 'ASCII' ? new TextDecoder().decode(body) : '';
}
