import { fail } from '../model/errors.ts';
import { readExif, writeExif } from './exif-text.ts';

// Texts of WebP files, in their EXIF chunk (RFC 9649, section 2.7).

interface Chunk {
  readonly kind: string;
  readonly data: Uint8Array;
}

const [exifFlag, alphaFlag] = [8, 16];

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** @throws AppError image.notAnImage, image.broken */
function chunksOf(webp: Uint8Array, name: string): Chunk[] {
  if (latin1(webp.subarray(0, 4)) !== 'RIFF' || latin1(webp.subarray(8, 12)) !== 'WEBP')
    fail('image.notAnImage', { name, found: 'unknown bytes' });
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= webp.length; ) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > webp.length) fail('image.broken', { name, reason: 'the file is cut off' });
    chunks.push({ kind: latin1(webp.subarray(at, at + 4)), data: webp.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

/** Texts of a WebP file by name. @throws AppError image.notAnImage, image.broken */
export function readWebpTexts(webp: Uint8Array, name: string): ReadonlyMap<string, string> {
  const exif = chunksOf(webp, name).find(({ kind }) => kind === 'EXIF');
  return exif ? readExif(exif.data) : new Map();
}

/** The same picture with these texts instead of what it had. @throws AppError image.notAnImage, image.broken */
export function writeWebpTexts(
  webp: Uint8Array,
  { parameters, ...json }: Readonly<Record<string, string>>,
  size: { readonly width: number; readonly height: number },
  name: string,
): Uint8Array {
  const chunks = chunksOf(webp, name);
  const canvas = chunks.find(({ kind }) => kind === 'VP8X')?.data.slice() ?? canvasOf(size, chunks);
  canvas[0]! |= exifFlag;
  return riffOf([
    { kind: 'VP8X', data: canvas },
    ...chunks.filter(({ kind }) => kind !== 'VP8X' && kind !== 'EXIF'),
    { kind: 'EXIF', data: writeExif(json, parameters ?? null) },
  ]);
}

/** A file of one picture says nothing about itself; with anything besides, it has to. */
function canvasOf({ width, height }: { readonly width: number; readonly height: number }, chunks: readonly Chunk[]) {
  const canvas = new Uint8Array(10);
  const view = new DataView(canvas.buffer);
  const lossless = chunks.find(({ kind }) => kind === 'VP8L');
  // Whether alpha is used stands in the 29th bit behind the signature.
  if (lossless && (lossless.data[4]! & 0x10) !== 0) canvas[0] = alphaFlag;
  view.setUint16(4, (width - 1) & 0xffff, true);
  canvas[6] = (width - 1) >> 16;
  view.setUint16(7, (height - 1) & 0xffff, true);
  canvas[9] = (height - 1) >> 16;
  return canvas;
}

function riffOf(chunks: readonly Chunk[]): Uint8Array {
  const length = chunks.reduce((sum, { data }) => sum + 8 + data.length + (data.length & 1), 12);
  const webp = new Uint8Array(length);
  const view = new DataView(webp.buffer);
  const put = (at: number, text: string) => webp.set(new TextEncoder().encode(text), at);
  put(0, 'RIFF');
  view.setUint32(4, length - 8, true);
  put(8, 'WEBP');
  let at = 12;
  for (const { kind, data } of chunks) {
    put(at, kind);
    view.setUint32(at + 4, data.length, true);
    webp.set(data, at + 8);
    at += 8 + data.length + (data.length & 1);
  }
  return webp;
}
