/** Values [images, channels, height, width], row by row: latents, pictures in 0..1 or masks (one channel). */
export interface Planes {
  readonly shape: readonly [images: number, channels: number, height: number, width: number];
  readonly data: ArrayLike<number>;
}

export function planesOf(shape: Planes['shape'], at: (n: number, c: number, y: number, x: number) => number): Planes {
  const [images, channels, height, width] = shape;
  const data = new Float64Array(images * channels * height * width);
  let i = 0;
  for (let n = 0; n < images; n++)
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[i++] = at(n, c, y, x);
  return { shape, data };
}

export function valueAt({ shape, data }: Planes, n: number, c: number, y: number, x: number): number {
  const [, channels, height, width] = shape;
  return data[((n * channels + c) * height + y) * width + x]!;
}

export function mapped({ shape, data }: Planes, change: (value: number, i: number) => number): Planes {
  const found = new Float64Array(data.length);
  for (let i = 0; i < found.length; i++) found[i] = change(data[i]!, i);
  return { shape, data: found };
}

/** A box of every plane; what of it lies outside is left out. */
export function boxOf(planes: Planes, top: number, left: number, height: number, width: number): Planes {
  const [images, channels, h, w] = planes.shape;
  const within = (size: number, most: number) => Math.max(0, Math.min(size, most));
  const shape = [images, channels, within(height, h - top), within(width, w - left)] as const;
  return planesOf(shape, (n, c, y, x) => valueAt(planes, n, c, top + y, left + x));
}

/** As many images as asked: the first ones, or all of them again and again. */
export function withImages(planes: Planes, images: number): Planes {
  const [had, ...rest] = planes.shape;
  return had === images ? planes : planesOf([images, ...rest], (n, c, y, x) => valueAt(planes, n % had, c, y, x));
}

/** One after the other along an axis: 0 images, 2 height, 3 width. */
export function joined(a: Planes, b: Planes, axis: 0 | 2 | 3): Planes {
  const size = a.shape[axis];
  const shape = a.shape.map((side, i) => (i === axis ? side + b.shape[axis] : side)) as unknown as Planes['shape'];
  return planesOf(shape, (...at) => {
    if (at[axis]! < size) return valueAt(a, ...at);
    at[axis] = at[axis]! - size;
    return valueAt(b, ...at);
  });
}
