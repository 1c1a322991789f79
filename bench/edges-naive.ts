import { Transformer } from '@napi-rs/image';
import { pictureEncoder } from '../src-main/device/picture/encoder.ts';

/** A picture file through a device as a plain loop does it: one thing after the other, pixels as floats in planes. */
export interface NaiveTimes {
  readonly decodeMs: number;
  readonly convertMs: number;
  readonly encodeMs: number;
}

const encoder = pictureEncoder();

/** Decodes, makes floats from -1 to 1 in planes, hands over to `device`, and back again. */
export async function naiveRun(file: Uint8Array, sidePx: number, device: () => Promise<void>): Promise<NaiveTimes> {
  const count = sidePx * sidePx;
  const decoding = performance.now();
  const pixels = new Transformer(file).rawPixelsSync();
  const converting = performance.now();
  const planes = new Float32Array(count * 3);
  for (let c = 0; c < 3; c++) for (let i = 0; i < count; i++) planes[c * count + i] = pixels[i * 3 + c]! / 127.5 - 1;
  const given = planes.slice(); // to the device
  const convertMs = performance.now() - converting;
  await device();
  const back = performance.now();
  const floats = given.slice(); // from the device
  const bytes = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < 3; c++)
      bytes[i * 3 + c] = Math.round(Math.min(255, Math.max(0, (floats[c * count + i]! + 1) * 127.5)));
  const encoding = performance.now();
  await encoder.encode({ width: sidePx, height: sidePx, pixels: bytes }, 'png', 100);
  return {
    decodeMs: converting - decoding,
    convertMs: convertMs + encoding - back,
    encodeMs: performance.now() - encoding,
  };
}
