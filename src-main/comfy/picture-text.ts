import type { PictureMime } from '../model/value-types.ts';
import { readJpegTexts, writeJpegTexts } from './jpeg-text.ts';
import { readPngTexts, writePngTexts } from './png-text.ts';
import { readWebpTexts, writeWebpTexts } from './webp-text.ts';

/** What a picture file is, by its first bytes; null for what carries no texts. */
export function pictureMime(file: Uint8Array): PictureMime | null {
  const is = (at: number, text: string) => [...text].every((char, i) => file[at + i] === char.charCodeAt(0));
  if (is(0, '\x89PNG')) return 'image/png';
  if (is(0, '\xff\xd8\xff')) return 'image/jpeg';
  return is(0, 'RIFF') && is(8, 'WEBP') ? 'image/webp' : null;
}

/**
 * Texts of a picture file by name; of other files none.
 * @throws AppError image.notAnImage, image.broken, file.empty
 */
export function readPictureTexts(file: Uint8Array, name: string): ReadonlyMap<string, string> {
  const mime = pictureMime(file);
  if (mime === 'image/jpeg') return readJpegTexts(file, name);
  return mime === 'image/webp' ? readWebpTexts(file, name) : readPngTexts(file, name);
}

/**
 * The same picture with these texts: `parameters` in words, all others JSON.
 * @throws AppError image.notAnImage, image.broken, file.empty
 */
export function writePictureTexts(
  file: Uint8Array,
  texts: Readonly<Record<string, string>>,
  size: { readonly width: number; readonly height: number },
  name: string,
): Uint8Array {
  const mime = pictureMime(file);
  if (mime === 'image/jpeg') return writeJpegTexts(file, texts, name);
  return mime === 'image/webp' ? writeWebpTexts(file, texts, size, name) : writePngTexts(file, texts, name);
}
