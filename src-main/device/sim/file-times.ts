import type { Catalog, NodeContext, NodeType } from '../../model/node-type.ts';
import type { TensorRef } from '../../model/tensor.ts';
import type { VirtualClock } from './clock.ts';

/** ms for each million pixels of a picture file. */
export interface FileTimes {
  readonly encodeMs: number;
  readonly decodeMs: number;
}

/** 28 ms to write and 3.2 ms to read a picture of 1024 x 1024 is what the article has after tuning. */
const usual: FileTimes = { encodeMs: 28, decodeMs: 3.2 };

/**
 * Nodes under simulated time. Picture files are read and written by other threads, whose time a simulated clock would
 * jump over: writing takes its time without being done, as nobody looks at the file; reading is done, and takes it as well.
 */
export function timedFiles(catalog: Catalog, clock: VirtualClock, times: Partial<FileTimes> = {}): Catalog {
  const { encodeMs, decodeMs } = { ...usual, ...times };
  const timed = (ctx: NodeContext): NodeContext => ({
    ...ctx,
    pixels: {
      async decode(bytes, name) {
        const image = await clock.during(ctx.pixels.decode(bytes, name));
        await clock.sleep(decodeMs * megapixels(image));
        return image;
      },
      alpha: (bytes, name) => clock.during(ctx.pixels.alpha(bytes, name)),
      async encode(image) {
        await clock.sleep(encodeMs * megapixels(image));
        return ctx.tensor.from(Uint8Array.of(0), 'uint8', [1]);
      },
      resize: (image, width, height, filter) => clock.during(ctx.pixels.resize(image, width, height, filter)),
    },
  });
  const typeOf = (type: NodeType): NodeType => {
    const { run } = type;
    return run ? { ...type, run: (items, ctx) => run(items, timed(ctx)) } : type;
  };
  return new Map([...catalog].map(([name, type]) => [name, typeOf(type)]));
}

/** Of pixels [1, height, width, channels]. */
const megapixels = ({ shape }: TensorRef): number => ((shape[1] ?? 0) * (shape[2] ?? 0)) / (1024 * 1024);
