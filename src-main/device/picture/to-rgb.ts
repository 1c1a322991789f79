import { srgbLevel, type ToSrgb } from './to-srgb.ts';

/** Samples as a decoder gives them: one after the other for each pixel, of one or two bytes. */
export interface Samples {
  readonly values: Uint8Array | Uint16Array;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Light is looked up in so many steps: a third of a level where sRGB is steepest. */
const lightSteps = 16_384;

/** 8-bit sRGB, what is transparent over white. About 10 ns for each pixel, 20 where colours are converted. */
export function toRgb({ values, channels }: Samples, toSrgb: ToSrgb | null): Uint8Array {
  const count = values.length / channels;
  const hasAlpha = channels === 2 || channels === 4;
  const isGrey = channels < 3;
  const max = values instanceof Uint16Array ? 65_535 : 255;
  const pixels = new Uint8Array(count * 3);
  const convert = toSrgb?.kind === 'rgb' ? throughLight(toSrgb, max) : null;
  const levels = levelsOf(toSrgb?.kind === 'grey' ? toSrgb.curve : null, max);
  const rgb = new Float32Array(3);
  for (let i = 0, at = 0, to = 0; i < count; i++, at += channels, to += 3) {
    const [r, g, b] = isGrey ? [at, at, at] : [at, at + 1, at + 2];
    if (convert) convert(values[r]!, values[g]!, values[b]!, rgb);
    else {
      rgb[0] = levels[values[r]!]!;
      rgb[1] = levels[values[g]!]!;
      rgb[2] = levels[values[b]!]!;
    }
    const alpha = hasAlpha ? values[at + channels - 1]! / max : 1;
    // Half a level more, and the fraction is cut off.
    pixels[to] = 255.5 + (rgb[0]! - 255) * alpha;
    pixels[to + 1] = 255.5 + (rgb[1]! - 255) * alpha;
    pixels[to + 2] = 255.5 + (rgb[2]! - 255) * alpha;
  }
  return pixels;
}

/** How opaque each pixel is; null where the file does not say. */
export function alphaOf({ values, channels }: Samples): Uint8Array | null {
  if (channels === 1 || channels === 3) return null;
  const alpha = new Uint8Array(values.length / channels);
  const max = values instanceof Uint16Array ? 257 : 1;
  for (let i = 0, at = channels - 1; i < alpha.length; i++, at += channels) alpha[i] = values[at]! / max + 0.5;
  return alpha;
}

/** Of each stored value, its level. */
function levelsOf(curve: ((value: number) => number) | null, max: number): Float32Array {
  return Float32Array.from({ length: max + 1 }, (_, i) => (curve ? srgbLevel(curve(i / max)) : (i * 255) / max));
}

type Convert = (r: number, g: number, b: number, into: Float32Array) => void;

function throughLight({ curves, matrix }: Extract<ToSrgb, { kind: 'rgb' }>, max: number): Convert {
  const [reds, greens, blues] = curves.map((curve) =>
    Float32Array.from({ length: max + 1 }, (_, i) => curve(i / max)),
  ) as [Float32Array, Float32Array, Float32Array];
  const levels = Float32Array.from({ length: lightSteps + 1 }, (_, i) => srgbLevel(i / lightSteps));
  const level = (light: number): number =>
    levels[light <= 0 ? 0 : light >= 1 ? lightSteps : (light * lightSteps + 0.5) | 0]!;
  const [a, b, c, d, e, f, g, h, i] = matrix;
  return (red, green, blue, into) => {
    const [x, y, z] = [reds[red]!, greens[green]!, blues[blue]!];
    into[0] = level(a * x + b * y + c * z);
    into[1] = level(d * x + e * y + f * z);
    into[2] = level(g * x + h * y + i * z);
  };
}
