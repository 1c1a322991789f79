/** A small ICC profile of version 2: the tags that a test names, and nothing else. */
export function iccProfile(space: string, tags: Readonly<Record<string, Buffer>>): Buffer {
  const names = Object.keys(tags);
  let at = 132 + names.length * 12;
  const table = Buffer.alloc(4 + names.length * 12);
  table.writeUInt32BE(names.length);
  names.forEach((name, i) => {
    table.write(name, 4 + i * 12, 'latin1');
    table.writeUInt32BE(at, 8 + i * 12);
    table.writeUInt32BE(tags[name]!.length, 12 + i * 12);
    at += tags[name]!.length;
  });
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at);
  head.write('mntr', 12, 'latin1');
  head.write(space.padEnd(4), 16, 'latin1');
  head.write('XYZ ', 20, 'latin1');
  head.write('acsp', 36, 'latin1');
  return Buffer.concat([head, table, ...Object.values(tags)]);
}

const fixed = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, i) => {
    bytes.writeInt32BE(Math.round(number * 65536), i * 4);
  });
  return bytes;
};
const tag = (kind: string, ...rest: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(kind.padEnd(4)), Buffer.alloc(4), ...rest]);

export const xyz = (...values: readonly number[]): Buffer => tag('XYZ', fixed(...values));
/** value ** gamma, as version 2 has it. */
export const gamma = (value: number): Buffer => {
  const bytes = Buffer.alloc(8); // padded to four
  bytes.writeUInt32BE(1);
  bytes.writeUInt16BE(Math.round(value * 256), 4);
  return tag('curv', bytes);
};
/** The curve of sRGB in its usual parameters: form 3. */
export const srgbCurve = (): Buffer =>
  tag('para', Buffer.of(0, 3, 0, 0), fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045));
/** Any curve, as a table. */
export const table = (points: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 + points.length * 2);
  bytes.writeUInt32BE(points.length);
  points.forEach((point, i) => {
    bytes.writeUInt16BE(Math.round(point * 65535), 4 + i * 2);
  });
  return tag('curv', bytes);
};
export const desc = (text: string): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(text.length + 1);
  return tag('desc', bytes, Buffer.from(`${text}\0`), Buffer.alloc(79));
};

const rgb = (name: string, primaries: readonly (readonly number[])[], curve: Buffer): Buffer => {
  const [r, g, b] = primaries.map((one) => xyz(...one)) as [Buffer, Buffer, Buffer];
  return iccProfile('RGB', { desc: desc(name), rXYZ: r, gXYZ: g, bXYZ: b, rTRC: curve, gTRC: curve, bTRC: curve });
};

/** Primaries as the profiles of their makers have them, under D50. */
export const displayP3 = () =>
  rgb(
    'Display P3',
    [
      [0.51512, 0.2412, -0.00105],
      [0.29198, 0.69225, 0.04189],
      [0.1571, 0.06657, 0.78407],
    ],
    srgbCurve(),
  );
export const adobeRgb = () =>
  rgb(
    'Adobe RGB (1998)',
    [
      [0.60974, 0.31111, 0.01947],
      [0.20528, 0.62567, 0.06087],
      [0.14919, 0.06322, 0.74457],
    ],
    gamma(2.19921875),
  );
const srgbPrimaries = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];
/** As most writers embed it: a table of 1024 points. */
export const srgb = () =>
  rgb('sRGB IEC61966-2.1', srgbPrimaries, table(Array.from({ length: 1024 }, (_, i) => light(i / 1023))));
export const linearSrgb = () => rgb('linear', srgbPrimaries, gamma(1));

const light = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
