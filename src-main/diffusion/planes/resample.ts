import { roundHalfEven } from '../line.ts';
import { boxOf, mapped, type Planes, valueAt } from './planes.ts';
import { across, down, each } from './taps.ts';

export const resampleNames = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'bislerp', 'lanczos'] as const;
export type Resample = (typeof resampleNames)[number];

/** To another size as ComfyUI resamples, without antialiasing but for `lanczos`. `isCentered`: cut to its shape first. */
export function resampled(planes: Planes, width: number, height: number, by: Resample, isCentered = false): Planes {
  const source = isCentered ? centered(planes, width, height) : planes;
  const [, , h, w] = source.shape;
  if (by === 'bislerp') return slerped(slerped(source, width, 'across'), height, 'down');
  if (by === 'lanczos') return lanczos(source, width, height);
  if (h === height && w === width) return source;
  const taps = { 'nearest-exact': nearest, bilinear, area, bicubic }[by];
  return down(across(source, taps(width, w)), taps(height, h));
}

/** The middle of the picture in the shape of another size. */
function centered(planes: Planes, width: number, height: number): Planes {
  const [, , h, w] = planes.shape;
  const [had, wanted] = [w / h, width / height];
  const x = had > wanted ? roundHalfEven((w - w * (wanted / had)) / 2) : 0;
  const y = had < wanted ? roundHalfEven((h - h * (had / wanted)) / 2) : 0;
  // Of a thin picture one line is left at least.
  const [top, left] = [Math.min(y, (h - 1) >> 1), Math.min(x, (w - 1) >> 1)];
  return boxOf(planes, top, left, h - 2 * top, w - 2 * left);
}

const clamp = (at: number, size: number): number => Math.min(Math.max(at, 0), size - 1);

const nearest = (size: number, from: number) =>
  each(size, (i) => ({ at: [clamp(Math.floor(((i + 0.5) * from) / size), from)], weights: [1] }));

/** The place before a value and how far behind it the value lies, half-pixel centres being kept. */
function before(i: number, size: number, from: number): readonly [low: number, part: number] {
  const at = Math.max(0, ((i + 0.5) * from) / size - 0.5);
  const low = Math.min(Math.floor(at), from - 1);
  return [low, at - low];
}

const bilinear = (size: number, from: number) =>
  each(size, (i) => {
    const [low, part] = before(i, size, from);
    return { at: [low, clamp(low + 1, from)], weights: [1 - part, part] };
  });

const area = (size: number, from: number) =>
  each(size, (i) => {
    const [first, end] = [Math.floor((i * from) / size), Math.ceil(((i + 1) * from) / size)];
    const at = Array.from({ length: end - first }, (_, k) => first + k);
    return { at, weights: at.map(() => 1 / at.length) };
  });

/** Keys' kernel with a = -0.75. */
const bicubic = (size: number, from: number) =>
  each(size, (i) => {
    const a = -0.75;
    const at = ((i + 0.5) * from) / size - 0.5;
    const low = Math.floor(at);
    const t = at - low;
    const near = (x: number) => ((a + 2) * x - (a + 3)) * x * x + 1;
    const far = (x: number) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    return {
      at: [-1, 0, 1, 2].map((k) => clamp(low + k, from)),
      weights: [far(t + 1), near(t), near(1 - t), far(2 - t)],
    };
  });

/** Between neighbours along an arc: directions turn evenly, lengths change evenly. */
function slerped(planes: Planes, size: number, along: 'across' | 'down'): Planes {
  const [images, channels, h, w] = planes.shape;
  const from = along === 'across' ? w : h;
  const [height, width] = along === 'across' ? [h, size] : [size, w];
  const data = new Float64Array(images * channels * height * width);
  const vector = (n: number, y: number, x: number) =>
    Float64Array.from({ length: channels }, (_, c) => valueAt(planes, n, c, y, x));
  for (let n = 0; n < images; n++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [low, part] = before(along === 'across' ? x : y, size, from);
        const next = clamp(low + 1, from);
        const [a, b] =
          along === 'across' ? [vector(n, y, low), vector(n, y, next)] : [vector(n, low, x), vector(n, next, x)];
        const found = slerp(a, b, part);
        for (let c = 0; c < channels; c++) data[((n * channels + c) * height + y) * width + x] = found[c]!;
      }
  return { shape: [images, channels, height, width], data };
}

const lengthOf = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

function slerp(a: Float64Array, b: Float64Array, part: number): Float64Array {
  const [la, lb] = [lengthOf(a), lengthOf(b)];
  const [ua, ub] = [a.map((value) => (la === 0 ? 0 : value / la)), b.map((value) => (lb === 0 ? 0 : value / lb))];
  const dot = ua.reduce((sum, value, i) => sum + value * ub[i]!, 0);
  if (dot > 1 - 1e-5) return a;
  if (dot < 1e-5 - 1) return a.map((value, i) => value * (1 - part) + b[i]! * part);
  const angle = Math.acos(dot);
  const length = (la * (1 - part) + lb * part) / Math.sin(angle);
  const [fa, fb] = [Math.sin((1 - part) * angle) * length, Math.sin(part * angle) * length];
  return ua.map((value, i) => fa * value + fb * ub[i]!);
}

/** Pillow's filter of support 3, in 8 bits after each pass, across before down. */
function lanczos(planes: Planes, width: number, height: number): Planes {
  const [, , h, w] = planes.shape;
  const bytes = mapped(planes, (value) => Math.trunc(Math.min(Math.max(255 * value, 0), 255)));
  const rounded = (found: Planes) => mapped(found, (value) => Math.min(Math.max(Math.round(value), 0), 255));
  const wide = width === w ? bytes : rounded(across(bytes, windows(width, w)));
  const high = height === h ? wide : rounded(down(wide, windows(height, h)));
  return mapped(high, (value) => value / 255);
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const windows = (size: number, from: number) =>
  each(size, (i) => {
    const scale = from / size;
    const wide = Math.max(scale, 1);
    const center = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - 3 * wide + 0.5));
    const end = Math.min(from, Math.trunc(center + 3 * wide + 0.5));
    const at = Array.from({ length: end - first }, (_, k) => first + k);
    const raw = at.map((place) => {
      const x = (place - center + 0.5) / wide;
      return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
    });
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { at, weights: raw.map((weight) => weight / sum) };
  });
