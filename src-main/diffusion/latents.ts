import { fail } from '../model/errors.ts';
import type { PackFacts } from '../model/pack.ts';

/** The sizes that a pack draws, in words. */
export const allowedSizes = ({ fixed, multiple }: PackFacts['sizes']): string =>
  fixed.length > 0 ? fixed.map(([width, height]) => `${width}×${height}`).join(', ') : `${multiple}`;

export const sizeIsAllowed = ({ fixed, multiple }: PackFacts['sizes'], width: number, height: number): boolean =>
  fixed.length > 0
    ? fixed.some(([w, h]) => w === width && h === height)
    : width > 0 && height > 0 && width % multiple === 0 && height % multiple === 0;

/**
 * [images, channels, height, width] of the latent of pictures of this size in pixels.
 * @throws AppError pack.sizeNotAllowed
 */
export function latentShape(
  facts: PackFacts,
  images: number,
  width: number,
  height: number,
): readonly [number, number, number, number] {
  if (!sizeIsAllowed(facts.sizes, width, height))
    fail('pack.sizeNotAllowed', { pack: facts.title, width, height, allowed: allowedSizes(facts.sizes) });
  const { channels, downscale } = facts.latent;
  return [images, channels, height / downscale, width / downscale];
}
