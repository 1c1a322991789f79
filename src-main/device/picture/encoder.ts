import { limits } from '../../model/limits.ts';
import type { PictureFormat } from '../../model/value-types.ts';
import type { Rgb } from '../codec.ts';

export type Filter = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/** Pixels to files and to other sizes, in the library's threads. */
export interface Encoder {
  /** Without alpha. Equal pixels and settings give equal bytes. `quality` is 1 to 100; a WebP of 100 loses nothing. */
  encode(image: Rgb, format: PictureFormat, quality: number): Promise<Uint8Array>;
  resize(image: Rgb, width: number, height: number, filter: Filter): Promise<Rgb>;
}

/** A native library of 12 MB that most hosts of text encoders and denoisers never need. */
const codec = () => import('@napi-rs/image');

export function pictureEncoder(): Encoder {
  const scratch = new Scratch();
  return {
    async encode(image, format, quality) {
      const { Transformer, CompressionType, FilterType } = await codec();
      return scratch.lend(netpbm(image), (file) => {
        const picture = new Transformer(file);
        if (format === 'jpeg') return picture.jpeg(quality);
        if (format === 'webp') return quality === 100 ? picture.webpLossless() : picture.webp(quality);
        // At 1024 x 1024: 21 ms, for files 5 % larger than those of the default compression, which takes 106 ms.
        return picture.png({ compressionType: CompressionType.Fast, filterType: FilterType.Paeth });
      });
    },

    async resize(image, width, height, filter) {
      if (image.width === width && image.height === height) return image;
      const { Transformer, ResizeFilterType, ResizeFit } = await codec();
      const { Nearest, Triangle, CatmullRom, Lanczos3 } = ResizeFilterType;
      const filters = { nearest: Nearest, bilinear: Triangle, bicubic: CatmullRom, lanczos: Lanczos3 };
      const options = { width, height, filter: filters[filter], fit: ResizeFit.Fill };
      const pixels = await scratch.lend(netpbm(image), (file) => new Transformer(file).resize(options).rawPixels());
      return { width, height, pixels };
    },
  };
}

/** Raw RGB goes in as the simplest picture file there is; the library's own way in takes RGBA alone. */
const netpbm = ({ width, height, pixels }: Rgb): readonly Uint8Array[] => [
  Buffer.from(`P6\n${width} ${height}\n255\n`),
  pixels,
];

/** Of pictures that are lent to the library. */
const keptBytes = 3 * limits.imagePixels;

/**
 * Memory that is used again. To copy 3 MB into fresh memory takes 1.5 ms of the thread that computes, nearly all of it
 * for the pages; into used memory 0.1 ms.
 */
class Scratch {
  #free: Buffer[] = [];

  async lend<T>(pieces: readonly Uint8Array[], use: (whole: Buffer) => Promise<T>): Promise<T> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const at = this.#free.findIndex((buffer) => buffer.length === length);
    const whole = at < 0 ? Buffer.allocUnsafeSlow(length) : this.#free.splice(at, 1)[0]!;
    pieces.reduce((to, piece) => {
      whole.set(piece, to);
      return to + piece.length;
    }, 0);
    try {
      return await use(whole);
    } finally {
      this.#free.push(whole);
      let kept = this.#free.reduce((sum, { byteLength }) => sum + byteLength, 0);
      while (kept > keptBytes) kept -= this.#free.shift()!.length;
    }
  }
}
