import type { CallShape } from '../../model/batch-key.ts';
import type { Part, PartPort } from '../../model/pack.ts';
import type { SimOptions } from '../runtime.ts';

/** Latent pixels to picture pixels, and back, where the file does not say it. */
const usualScale = 8;
const usualUpscale = 2;

/** `latent_height * 8`, `sample_height / 8`: how many times a side is as long, or how short. */
function scaleOf(part: Part, port: PartPort, side: number, mainSide: number): number | null {
  const given = port.shape[side];
  if (typeof given !== 'string') return null;
  const factor = /[*/] *(\d+)$/.exec(given)?.[1];
  if (factor !== undefined) return Number(factor);
  // The same name on both sides: as long as it was.
  return part.takes[0]?.shape[mainSide] === given ? 1 : null;
}

/** One row's output, without the leading 1. Where the file fixes a side, that is it. */
export function rowShape(
  part: Part,
  port: PartPort,
  { main, tokens }: CallShape,
  options: SimOptions,
): readonly number[] {
  const fixed = (at: number, otherwise: number) => {
    const side = port.shape[at];
    return typeof side === 'number' ? side : otherwise;
  };
  if (port.name === 'hidden') return [tokens, fixed(2, 64)];
  if (port.name === 'pooled') return [fixed(1, 64)];
  if (part.name === 'denoiser') return main;
  const [a = 0, b = 0, c = 0] = main;
  if (part.name === 'vae-encoder') {
    const down = options.downscale ?? scaleOf(part, port, 2, 1) ?? usualScale;
    return [fixed(1, 4), Math.floor(a / down), Math.floor(b / down)];
  }
  if (part.name === 'vae-decoder') {
    const up = options.downscale ?? scaleOf(part, port, 1, 2) ?? usualScale;
    return [b * up, c * up, 3];
  }
  const upscale = options.upscale ?? usualUpscale;
  return [a * upscale, b * upscale, 3];
}
