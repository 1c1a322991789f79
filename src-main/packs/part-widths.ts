import { type Problem, problem } from '../model/errors.ts';
import type { Part, PartName, TextUse } from '../model/pack.ts';

type Side = number | string | undefined;

const sideOf = (parts: readonly Part[], part: PartName, end: 'takes' | 'gives', port: string, at: number): Side =>
  parts.find(({ name }) => name === part)?.[end].find(({ name }) => name === port)?.shape[at];

const differ = (a: Side, b: Side): boolean => typeof a === 'number' && typeof b === 'number' && a !== b;

/** Parts of different models in one folder: what one gives another cannot take. Sides that are free fit everything. */
export function disagreements(pack: string, parts: readonly Part[], { states, pooled }: TextUse): readonly Problem[] {
  const found: Problem[] = [];
  const say = (part: PartName, other: PartName, what: string, given: Side, wanted: Side): void =>
    void found.push(
      problem('pack.partsDisagree', { pack, part, other, reason: `${what}: ${given} instead of ${wanted}` }),
    );
  const widthOf = (group: TextUse['pooled'], port: string, at: number): Side => {
    const widths = group.map((part) => sideOf(parts, part, 'gives', port, at));
    return widths.every((width) => typeof width === 'number') ? widths.reduce((sum, width) => sum + width, 0) : '?';
  };
  const context = sideOf(parts, 'denoiser', 'takes', 'hidden', 2);
  const isFilled = states.length > 1;
  for (const group of states) {
    const width = widthOf(group, 'hidden', 2);
    // What is narrower is filled up where several texts stand one behind the other.
    const fits = isFilled
      ? !(typeof width === 'number' && typeof context === 'number' && width > context)
      : !differ(width, context);
    if (!fits) say(group[0]!, 'denoiser', 'width of the text', width, context);
  }
  const vector = sideOf(parts, 'denoiser', 'takes', 'pooled', 1);
  if (pooled.length > 0 && vector !== undefined && differ(widthOf(pooled, 'pooled', 1), vector))
    say(pooled[0]!, 'denoiser', 'width of the vector', widthOf(pooled, 'pooled', 1), vector);
  const channels = sideOf(parts, 'denoiser', 'takes', 'latent', 1);
  for (const [part, end] of [
    ['vae-decoder', 'takes'],
    ['vae-encoder', 'gives'],
  ] as const) {
    const own = sideOf(parts, part, end, 'latent', 1);
    if (differ(own, channels)) say(part, 'denoiser', 'channels of the latent', own, channels);
  }
  return found;
}
