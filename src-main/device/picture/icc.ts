// ICC profiles (ICC.1:2022), as far as photographs have them: three primaries with a curve each, or a curve of grey.

/** What a profile is: something that can be brought to sRGB, or its name and why not. */
export type Profile =
  | {
      readonly kind: 'rgb';
      readonly curves: readonly [Curve, Curve, Curve];
      /** Linear RGB to XYZ under D50, by rows. */
      readonly toXyz: Matrix;
    }
  | { readonly kind: 'grey'; readonly curve: Curve }
  | { readonly kind: 'other'; readonly name: string };

/** From a stored value to light, both from 0 to 1. */
export type Curve = (value: number) => number;
export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** Never throws: what is damaged is a profile of another kind. */
export function readProfile(icc: Uint8Array): Profile {
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
  const tags = tagsOf(icc, view);
  const name = nameIn(icc, view, tags);
  const other: Profile = { kind: 'other', name };
  try {
    const space = icc.length >= 128 ? textAt(icc, 16, 4) : '';
    const curve = (tag: string): Curve | null => {
      const found = tags.get(tag);
      return found ? curveAt(view, found.at, found.length) : null;
    };
    const xyz = (tag: string): readonly number[] | null => {
      const found = tags.get(tag);
      if (!found || textAt(icc, found.at, 4) !== 'XYZ ') return null;
      return [8, 12, 16].map((by) => view.getInt32(found.at + by) / 65536);
    };
    if (space === 'GRAY') {
      const grey = curve('kTRC');
      return grey ? { kind: 'grey', curve: grey } : other;
    }
    const [r, g, b] = [xyz('rXYZ'), xyz('gXYZ'), xyz('bXYZ')];
    const [rCurve, gCurve, bCurve] = [curve('rTRC'), curve('gTRC'), curve('bTRC')];
    if (space !== 'RGB ' || !r || !g || !b || !rCurve || !gCurve || !bCurve) return other;
    const toXyz = [0, 1, 2].flatMap((row) => [r[row]!, g[row]!, b[row]!]) as unknown as Matrix;
    return { kind: 'rgb', curves: [rCurve, gCurve, bCurve], toXyz };
  } catch (error) {
    if (error instanceof RangeError) return other; // it ends early
    throw error;
  }
}

interface Tag {
  readonly at: number;
  readonly length: number;
}

const textAt = (icc: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...icc.subarray(at, at + length));

function tagsOf(icc: Uint8Array, view: DataView): ReadonlyMap<string, Tag> {
  const tags = new Map<string, Tag>();
  if (icc.length < 132) return tags;
  const count = Math.min(100, view.getUint32(128));
  for (let i = 0; i < count && 132 + i * 12 + 12 <= icc.length; i++) {
    const entry = 132 + i * 12;
    const [at, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8)];
    if (at + length <= icc.length) tags.set(textAt(icc, entry, 4), { at, length });
  }
  return tags;
}

/** `desc` as version 2 has it (ASCII), or as version 4 does (UTF-16 in several languages: the first). */
function nameIn(icc: Uint8Array, view: DataView, tags: ReadonlyMap<string, Tag>): string {
  const tag = tags.get('desc');
  if (!tag || tag.length < 28) return '';
  const { at, length } = tag;
  const data = icc.subarray(at, at + length);
  if (textAt(data, 0, 4) === 'desc') {
    const end = Math.min(length, 12 + Math.min(200, view.getUint32(at + 8)));
    return textAt(data, 12, end - 12).replace(/\0.*$/s, '');
  }
  const [bytes, from] = [Math.min(400, view.getUint32(at + 20)), view.getUint32(at + 24)];
  return new TextDecoder('utf-16be').decode(data.subarray(from, from + bytes)).replace(/\0.*$/s, '');
}

/** How many parameters each kind of parametric curve has. */
const parameters = [1, 3, 4, 5, 7];

function curveAt(view: DataView, at: number, length: number): Curve | null {
  const kind = view.getUint32(at);
  if (kind === 0x63757276 /* curv */) {
    const count = view.getUint32(at + 8);
    if (12 + count * 2 > length) return null;
    if (count === 0) return (value) => value;
    if (count === 1) return power(view.getUint16(at + 12) / 256);
    const points = Float32Array.from({ length: count }, (_, i) => view.getUint16(at + 12 + i * 2) / 65535);
    return (value) => {
      const place = value * (count - 1);
      const low = Math.min(count - 2, Math.floor(place));
      return points[low]! + (points[low + 1]! - points[low]!) * (place - low);
    };
  }
  if (kind !== 0x70617261 /* para */) return null;
  const form = view.getUint16(at + 8);
  const wanted = parameters[form];
  if (wanted === undefined || 12 + wanted * 4 > length) return null;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: wanted },
    (_, i) => view.getInt32(at + 12 + i * 4) / 65536,
  );
  const upper = (value: number) => Math.max(0, a * value + b) ** g;
  if (form === 0) return power(g);
  if (form === 1) return (value) => (value >= -b / a ? upper(value) : 0);
  if (form === 2) return (value) => (value >= -b / a ? upper(value) + c : c);
  if (form === 3) return (value) => (value >= d ? upper(value) : c * value);
  return (value) => (value >= d ? upper(value) + e : c * value + f);
}

const power =
  (gamma: number): Curve =>
  (value) =>
    value ** gamma;
