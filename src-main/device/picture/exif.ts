/** How a picture has to be turned to stand upright, as EXIF counts it; 1 is upright already, 5 to 8 swap its sides. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const orientationTag = 0x0112;
const shortType = 3;

/** Of an EXIF block, with or without the `Exif\0\0` that JPEG puts before it; 1 where it does not say. */
export function orientationIn(exif: Uint8Array): Orientation {
  const isPrefixed = exif[0] === 0x45 && exif[1] === 0x78 && exif[4] === 0;
  const tiff = isPrefixed ? exif.subarray(6) : exif;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittle = tiff[0] === 0x49;
  if (tiff.length < 14 || (!isLittle && tiff[0] !== 0x4d)) return 1;
  const entries = view.getUint32(4, isLittle);
  if (entries + 2 > tiff.length) return 1;
  const count = view.getUint16(entries, isLittle);
  for (let at = entries + 2; at < entries + 2 + count * 12 && at + 12 <= tiff.length; at += 12) {
    if (view.getUint16(at, isLittle) !== orientationTag || view.getUint16(at + 2, isLittle) !== shortType) continue;
    const found = view.getUint16(at + 8, isLittle);
    return found >= 1 && found <= 8 ? (found as Orientation) : 1;
  }
  return 1;
}
