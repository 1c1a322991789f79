import { fail } from '../model/errors.ts';
import { crc32 } from './crc32.ts';

// Text chunks of PNG files (PNG specification, 11.3.3). Plain ASCII is written as tEXt, which every reader knows, the
// rest as uncompressed iTXt. Compressed texts are passed over: other programs' graphs come uncompressed.

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Texts above this are not ours, and not worth the memory. */
const longestText = 64 * 1024 * 1024;

interface Chunk {
  readonly type: string;
  /** Where the chunk begins (its length field) and ends (behind its CRC). */
  readonly start: number;
  readonly end: number;
}

const viewOf = (png: Uint8Array): DataView => new DataView(png.buffer, png.byteOffset, png.byteLength);
const dataOf = (png: Uint8Array, { start, end }: Chunk): Uint8Array => png.subarray(start + 8, end - 4);

/** @throws AppError image.notAnImage, image.broken */
function chunksOf(png: Uint8Array, name: string): Chunk[] {
  if (png.length === 0) fail('file.empty', { path: name });
  if (signature.some((byte, i) => png[i] !== byte)) fail('image.notAnImage', { name, found: 'unknown bytes' });
  const view = viewOf(png);
  const chunks: Chunk[] = [];
  let at = signature.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    if (at + 12 > png.length) fail('image.broken', { name, reason: 'the file is cut off' });
    const end = at + 12 + view.getUint32(at);
    if (end > png.length) fail('image.broken', { name, reason: 'the file is cut off' });
    chunks.push({ type: latin1(png.subarray(at + 4, at + 8)), start: at, end });
    at = end;
  }
  if (chunks[0]?.type !== 'IHDR') fail('image.broken', { name, reason: 'the header is cut off' });
  return chunks;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

const isText = ({ type }: Chunk): boolean => type === 'tEXt' || type === 'iTXt' || type === 'zTXt';

/** Keyword, and the text where it is not compressed. Null for a chunk that is not as the specification says. */
function textIn(png: Uint8Array, chunk: Chunk): { keyword: string; text: string | null } | null {
  const data = dataOf(png, chunk);
  const keywordEnd = data.subarray(0, 80).indexOf(0);
  if (keywordEnd < 1) return null;
  const keyword = latin1(data.subarray(0, keywordEnd));
  const rest = data.subarray(keywordEnd + 1);
  if (chunk.type === 'tEXt') return { keyword, text: latin1(rest) };
  if (chunk.type === 'zTXt' || rest[0] !== 0) return { keyword, text: null };
  const languageEnd = rest.indexOf(0, 2);
  const translatedEnd = languageEnd < 0 ? -1 : rest.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return null;
  return { keyword, text: new TextDecoder().decode(rest.subarray(translatedEnd + 1)) };
}

/**
 * Texts of a PNG file by keyword; of two with one keyword the first counts. `name` is for people.
 * @throws AppError image.notAnImage, image.broken, file.empty
 */
export function readPngTexts(png: Uint8Array, name: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const chunk of chunksOf(png, name)) {
    if (!isText(chunk) || chunk.end - chunk.start > longestText) continue;
    if (crc32(png.subarray(chunk.start + 4, chunk.end - 4)) !== viewOf(png).getUint32(chunk.end - 4))
      fail('image.broken', { name, reason: 'a text in it is damaged' });
    const found = textIn(png, chunk);
    if (found && found.text !== null && !texts.has(found.keyword)) texts.set(found.keyword, found.text);
  }
  return texts;
}

function chunkOf(keyword: string, text: string): Uint8Array {
  const isPlain = /^[\t\n\r\x20-\x7e]*$/.test(text);
  const body = new TextEncoder().encode(isPlain ? `tEXt${keyword}\0${text}` : `iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(body.length + 8);
  chunk.set(body, 4);
  viewOf(chunk).setUint32(0, body.length - 4);
  viewOf(chunk).setUint32(body.length + 4, crc32(body));
  return chunk;
}

/**
 * The same picture with these texts right behind its header, in the order given; a text that was there under the same
 * keyword goes, everything else stays byte for byte. Keywords: 1 to 79 ASCII characters.
 * @throws AppError image.notAnImage, image.broken, file.empty
 */
export function writePngTexts(png: Uint8Array, texts: Readonly<Record<string, string>>, name: string): Uint8Array {
  const [header, ...others] = chunksOf(png, name);
  const kept = others.filter((chunk) => {
    const keyword = isText(chunk) ? textIn(png, chunk)?.keyword : undefined;
    return keyword === undefined || !Object.hasOwn(texts, keyword);
  });
  const pieces = [
    png.subarray(0, header!.end),
    ...Object.entries(texts).map(([keyword, text]) => chunkOf(keyword, text)),
    ...kept.map(({ start, end }) => png.subarray(start, end)),
    png.subarray(others.at(-1)?.end ?? png.length),
  ];
  const written = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    written.set(piece, at);
    at += piece.length;
  }
  return written;
}
