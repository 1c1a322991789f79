import type { Preview } from '../session/runs-here.ts';

/** Previews as pictures that can be drawn; each is made once, and all of one size in the same place: the latest counts. */
export function previewPictures(): (preview: Preview) => HTMLCanvasElement {
  const picture = document.createElement('canvas');
  let shown: Preview | null = null;
  return (preview) => {
    if (shown === preview) return picture;
    shown = preview;
    const { width, height } = preview;
    if (picture.width !== width || picture.height !== height) Object.assign(picture, { width, height });
    const pen = picture.getContext('2d');
    if (!pen) return picture;
    const image = pen.createImageData(width, height);
    fill(image.data, preview.rgb);
    pen.putImageData(image, 0, 0);
    return picture;
  };
}

/** RGB in base64 into RGBA. What does not fit or is missing stays as it is. */
export function fill(rgba: Uint8ClampedArray, rgb: string): void {
  const bytes = atob(rgb);
  for (let from = 0, to = 0; from + 2 < bytes.length && to < rgba.length; from += 3, to += 4) {
    rgba[to] = bytes.charCodeAt(from);
    rgba[to + 1] = bytes.charCodeAt(from + 1);
    rgba[to + 2] = bytes.charCodeAt(from + 2);
    rgba[to + 3] = 255;
  }
}
