import { fail, type OtherPicture } from '../model/errors.ts';
import { limits } from '../model/limits.ts';

/** What the first bytes of a picture file say, read without decoding anything. */
export interface ImageHeader {
  readonly format: 'png' | 'jpeg' | 'webp' | 'bmp';
  readonly width: number;
  readonly height: number;
}

export type HeaderFound =
  | ImageHeader
  | { readonly format: 'other'; readonly kind: OtherPicture }
  | { readonly format: null; readonly found: string }
  | { readonly format: 'broken'; readonly reason: string };

const broken = (reason: string): HeaderFound => ({ format: 'broken', reason });

/** A text file that is named like a picture says what it is; a picture that ends early says so. */
export function imageHeader(bytes: Uint8Array): HeaderFound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const is = (at: number, text: string) =>
    bytes.length >= at + text.length && [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));
  if (bytes.length === 0) return { format: null, found: 'an empty file' };
  if (is(0, '\x89PNG\r\n\x1a\n')) {
    if (bytes.length < 33 || !is(12, 'IHDR')) return broken('the header is cut off');
    return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (is(0, '\xff\xd8\xff')) return jpeg(bytes, view);
  if (is(0, 'RIFF') && is(8, 'WEBP')) return webp(view, is);
  if (is(0, 'BM') && bytes.length >= 26 && view.getUint32(14, true) >= 40)
    return { format: 'bmp', width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  const other = otherPicture(is);
  return other ? { format: 'other', kind: other } : { format: null, found: kindOf(bytes, is) };
}

/**
 * What the header says, where it is that of a picture that may be read.
 * @throws AppError image.notAnImage, image.formatNotRead, image.broken, image.tooLarge
 */
export function sizeIn(bytes: Uint8Array, name: string): ImageHeader {
  const header = imageHeader(bytes);
  if (header.format === null) return fail('image.notAnImage', { name, found: header.found });
  if (header.format === 'other') return fail('image.formatNotRead', { name, format: header.kind });
  if (header.format === 'broken') return fail('image.broken', { name, reason: header.reason });
  const { width, height } = header;
  if (width === 0 || height === 0) return fail('image.broken', { name, reason: `its size is ${width} x ${height}` });
  const limit = limits.imagePixels;
  if (width * height > limit || Math.max(width, height) > limits.imageSidePx)
    return fail('image.tooLarge', { name, width, height, limit });
  return header;
}

type Is = (at: number, text: string) => boolean;

function otherPicture(is: Is): OtherPicture | null {
  if (is(0, 'GIF8')) return 'gif';
  if (is(0, 'II*\0') || is(0, 'MM\0*')) return 'tiff';
  if (is(0, '8BPS')) return 'photoshop';
  if (is(4, 'JXL ') || is(0, '\xff\x0a')) return 'jpeg-xl';
  if (is(4, 'jP  ') || is(0, '\xff\x4f\xff\x51')) return 'jpeg-2000';
  if (!is(4, 'ftyp')) return null;
  if (is(8, 'avi')) return 'avif';
  return ['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'].some((brand) => is(8, brand)) ? 'heic' : null;
}

/** Whether a marker of a JPEG starts a frame (ITU-T T.81, table B.1). */
export const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Walks from segment to segment until one that starts a frame. */
function jpeg(bytes: Uint8Array, view: DataView): HeaderFound {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return broken('a segment is not where it should be');
    const marker = bytes[at + 1]!;
    if (isFrame(marker)) {
      // A decoder fills what is missing with grey, so the end has to be looked for.
      const ends = lastEnd(bytes, at);
      if (!ends) return broken('the file is cut off');
      if (bytes[at + 9] === 4) return { format: 'other', kind: 'cmyk' };
      return { format: 'jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += marker === 0xff ? 1 : marker >= 0xd0 && marker <= 0xd9 ? 2 : 2 + view.getUint16(at + 2);
  }
  return broken('the file is cut off');
}

function lastEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.length - 2; at > from; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}

function webp(view: DataView, is: Is): HeaderFound {
  if (view.byteLength < 30) return broken('the header is cut off');
  if (view.getUint32(4, true) + 8 > view.byteLength) return broken('the file is cut off');
  const u24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (is(12, 'VP8X')) return { format: 'webp', width: u24(24) + 1, height: u24(27) + 1 };
  if (is(12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (is(12, 'VP8 '))
    return { format: 'webp', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  return broken('the header is not that of a WebP file');
}

function kindOf(bytes: Uint8Array, is: Is): string {
  if (is(0, '%PDF')) return 'a PDF file';
  if (is(0, 'PK\x03\x04')) return 'a ZIP file';
  const start = bytes.subarray(0, 512);
  const isText = start.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
  return isText ? 'text' : 'unknown bytes';
}
