import { fail } from '../model/errors.ts';
import { inAscii, readExif, writeExif } from './exif-text.ts';

// Texts of JPEG files. A segment has at most 64 KB, and graphs may have more: A1111's parameters go where that program
// looks for them, into the EXIF block; everything else into comments, `name part/parts:text`, JSON in ASCII.

const [app0, app1, comment, startOfScan] = [0xe0, 0xe1, 0xfe, 0xda];
const longestSegment = 65_533;
/** Leaves room for the name and the count. */
const longestPart = longestSegment - 120;

interface Segment {
  readonly marker: number;
  /** Where it begins (its marker) and ends. */
  readonly start: number;
  readonly end: number;
}

const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
};
const dataOf = (jpeg: Uint8Array, { start, end }: Segment): Uint8Array => jpeg.subarray(start + 4, end);
const isExif = (data: Uint8Array): boolean => latin1(data.subarray(0, 6)) === 'Exif\0\0';

/** Those before the picture's own. @throws AppError image.notAnImage, image.broken */
function segmentsOf(jpeg: Uint8Array, name: string): Segment[] {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) fail('image.notAnImage', { name, found: 'unknown bytes' });
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= jpeg.length; ) {
    const marker = jpeg[at + 1]!;
    if (jpeg[at] !== 0xff) fail('image.broken', { name, reason: 'a segment is not where it should be' });
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === startOfScan) return segments;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > jpeg.length) break;
    segments.push({ marker, start: at, end });
    at = end;
  }
  return fail('image.broken', { name, reason: 'the file is cut off' });
}

/** Texts of a JPEG file by name. @throws AppError image.notAnImage, image.broken */
export function readJpegTexts(jpeg: Uint8Array, name: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string[]>();
  const texts = new Map<string, string>();
  for (const segment of segmentsOf(jpeg, name)) {
    const data = dataOf(jpeg, segment);
    if (segment.marker === app1 && isExif(data)) for (const [key, text] of readExif(data)) texts.set(key, text);
    if (segment.marker !== comment) continue;
    const [, key, part, , text] = /^(\w{1,79}) (\d{1,4})\/(\d{1,4}):(.*)$/s.exec(latin1(data)) ?? [];
    if (key === undefined || text === undefined) continue;
    const known = parts.get(key) ?? [];
    known[Number(part) - 1] = text;
    parts.set(key, known);
  }
  for (const [key, known] of parts) texts.set(key, known.join(''));
  return texts;
}

/** The same picture with these texts instead of those that it had. @throws AppError image.notAnImage, image.broken */
export function writeJpegTexts(
  jpeg: Uint8Array,
  { parameters, ...json }: Readonly<Record<string, string>>,
  name: string,
): Uint8Array {
  const segments = segmentsOf(jpeg, name);
  const isText = ({ marker, start, end }: Segment) =>
    marker === comment || (marker === app1 && isExif(jpeg.subarray(start + 4, end)));
  const exif = parameters === undefined ? null : writeExif({}, parameters);
  // Nobody writes a prompt that does not fit; if somebody does, the graph has it still.
  const fits = exif !== null && exif.length + 6 <= longestSegment;
  const first = segments[0]?.marker === app0 ? segments[0].end : 2;
  const pieces = [
    jpeg.subarray(0, first),
    ...(fits ? [segment(app1, new TextEncoder().encode('Exif\0\0'), exif)] : []),
    ...Object.entries(json).flatMap(([key, text]) => comments(key, text)),
    ...segments.filter((one) => one.start >= first && !isText(one)).map(({ start, end }) => jpeg.subarray(start, end)),
    jpeg.subarray(segments.at(-1)?.end ?? 2),
  ];
  const written = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  pieces.reduce((at, piece) => {
    written.set(piece, at);
    return at + piece.length;
  }, 0);
  return written;
}

function comments(key: string, text: string): Uint8Array[] {
  const ascii = inAscii(text);
  const parts = Math.max(1, Math.ceil(ascii.length / longestPart));
  return Array.from({ length: parts }, (_, i) =>
    segment(
      comment,
      new TextEncoder().encode(`${key} ${i + 1}/${parts}:${ascii.slice(i * longestPart, (i + 1) * longestPart)}`),
    ),
  );
}

function segment(marker: number, ...pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 2);
  const made = new Uint8Array(length + 2);
  made.set([0xff, marker, length >> 8, length & 255]);
  pieces.reduce((at, piece) => {
    made.set(piece, at);
    return at + piece.length;
  }, 4);
  return made;
}
