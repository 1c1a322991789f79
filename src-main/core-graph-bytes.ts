import { fail } from './model/errors.ts';

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((char, i) => bytes[i] === char.charCodeAt(0));
export const isPicture = (head: Uint8Array): boolean =>
  startsWith(head, '\x89PNG\r\n\x1a\n') ||
  startsWith(head, '\xff\xd8\xff') ||
  (startsWith(head, 'RIFF') && head[8] === 0x57 && head[9] === 0x45);

/**
 * The graph's text in a graph file, or in a picture that Kiln made. `text` decodes what is no picture.
 * @throws AppError graph.notInPicture, image.broken, image.notAnImage
 */
export async function graphTextOf(
  bytes: Uint8Array,
  name: string,
  text: (bytes: Uint8Array) => string,
): Promise<string> {
  if (isPicture(bytes)) {
    const { graphTextIn } = await import('./comfy/metadata.ts');
    return graphTextIn(bytes, name) ?? fail('graph.notInPicture', { name });
  }
  const found = text(bytes);
  if (/\.(png|jpe?g|webp)$/i.test(name) && !/^\s*[{[]/.test(found)) fail('image.notAnImage', { name, found: 'text' });
  return found;
}
