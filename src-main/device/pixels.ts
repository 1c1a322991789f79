import { fail, type Problem, problem } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Pixels } from '../model/node-type.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Rgb } from './codec.ts';
import type { Decoder } from './picture/decoder.ts';
import type { Encoder } from './picture/encoder.ts';
import type { Runtime } from './runtime.ts';

export interface PixelsOptions {
  readonly runtime: Runtime;
  readonly decoder: Decoder;
  readonly encoder: Encoder;
  readonly own: (made: TensorRef) => TensorRef;
  /** @throws Cancelled when the job is over */
  readonly live: () => void;
  readonly warn: (found: Problem) => void;
}

/** Picture files and 8-bit pixels as tensors of a runtime. The work is done in other threads. */
export function pixelsOf({ runtime, decoder, encoder, own, live, warn }: PixelsOptions): Pixels {
  /** A job may be over by the time its picture is ready: then there is nobody to own it. */
  const upload = (bytes: Uint8Array, shape: readonly number[]): TensorRef => {
    live();
    return own(runtime.upload(bytes, 'uint8', shape));
  };
  const picture = ({ width, height, pixels }: Rgb) => upload(pixels, [1, height, width, 3]);
  const rgbOf = async (image: TensorRef): Promise<Rgb> => {
    live();
    const [images, height = 0, width = 0, channels] = image.shape;
    if (image.dtype !== 'uint8' || images !== 1 || channels !== 3)
      return fail('bug', { reason: `${image.dtype} [${image.shape}] is not one picture` });
    return { width, height, pixels: await runtime.download(image) };
  };
  return {
    async decode(bytes, name) {
      live();
      const { width, height, pixels, ignoredProfile } = await decoder.decode(bytes, name);
      if (ignoredProfile !== null) warn(problem('image.profileIgnored', { name, profile: ignoredProfile }));
      return picture({ width, height, pixels });
    },
    async alpha(bytes, name) {
      live();
      const { width, height, alpha } = await decoder.decode(bytes, name);
      return upload(alpha ?? new Uint8Array(width * height).fill(255), [1, height, width, 1]);
    },
    async encode(image, { format, quality } = { format: 'png', quality: 100 }) {
      const file = await encoder.encode(await rgbOf(image), format, quality);
      return upload(file, [file.byteLength]);
    },
    async resize(image, width, height, filter) {
      const limit = limits.imagePixels;
      if (width * height > limit || Math.max(width, height) > limits.imageSidePx)
        return fail('image.tooLarge', { name: '', width, height, limit });
      const from = await rgbOf(image);
      const resized = await encoder.resize(from, width, height, filter);
      return resized === from ? image : picture(resized);
    },
  };
}
