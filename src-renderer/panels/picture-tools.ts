import type { RunImage } from '../../src-main/model/run.ts';
import type { Files } from '../bridge/files.ts';
import { pictureName } from '../session/picture-actions.ts';
import type { Studio } from '../session/studio.ts';

/** The browser lets only pages from https or this machine put pictures into the clipboard. */
export async function copyPicture({ notices }: Studio, files: Files, { digest }: RunImage): Promise<void> {
  if (!window.isSecureContext || !('ClipboardItem' in window)) return notices.say(({ gallery }) => gallery.cannotCopy);
  const bytes = fetch(files.imageAddress(digest))
    .then((answer) => answer.blob())
    .then(asPng);
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': bytes })]);
    notices.say(({ gallery }) => gallery.copied);
  } catch {
    notices.say(({ gallery }) => gallery.cannotCopy);
  }
}

/** Clipboards take nothing else. */
async function asPng(picture: Blob): Promise<Blob> {
  if (picture.type === 'image/png') return picture;
  const drawn = await createImageBitmap(picture);
  const canvas = new OffscreenCanvas(drawn.width, drawn.height);
  canvas.getContext('2d')!.drawImage(drawn, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Beyond that a browser only asks whether it may. */
const mostDownloads = 50;

export function downloadPictures({ notices }: Studio, files: Files, images: readonly RunImage[]): void {
  if (images.length > mostDownloads) notices.say(({ gallery }) => gallery.tooManyDownloads(mostDownloads));
  for (const image of images.slice(0, mostDownloads)) saveAs(files.imageAddress(image.digest), pictureName(image));
}

/** The browser saves what is behind an address of the page's own. */
export function saveAs(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
