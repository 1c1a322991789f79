import { fail } from '../model/errors.ts';
import { type EncoderName, isEncoder, type PackFacts, type Part } from '../model/pack.ts';

/**
 * Which state each of a pack's encoders is read at, `skip` layers before the usual one; none where nothing is skipped.
 * Counted as diffusers counts its clip_skip. Encoders that know no such thing (T5) are read as always.
 * @throws AppError prompt.cannotSkip, where a graph does not give that state or the pack has no encoder to skip in
 */
export function layersFor({ ref, parts }: PackFacts, skip: number): ReadonlyMap<EncoderName, number> {
  const refuse = (part: Part | undefined) => {
    const given = part ? statesOf(part) : '';
    return fail('prompt.cannotSkip', { pack: ref.packId, part: part?.name ?? '', skip, given }, { input: 'skip' });
  };
  const found = new Map<EncoderName, number>();
  if (skip === 0) return found;
  const encoders = parts.filter(({ name }) => isEncoder(name));
  for (const part of encoders) {
    if (!part.layers) continue;
    const { own, given } = part.layers;
    const layer = own === null ? null : own - skip;
    if (layer === null || !given.some((each) => each.layer === layer)) return refuse(part);
    found.set(part.name as EncoderName, layer);
  }
  return found.size > 0 ? found : refuse(encoders[0]);
}

/** In the words of the graph. */
function statesOf({ layers, gives }: Part): string {
  const all = layers?.given.map(({ layer }) => `hidden_states.${layer}`) ?? [];
  const own = gives.find(({ name }) => name === 'hidden')?.as.replace(/^.*\//, '') ?? '';
  return all.length > 0 ? all.join(', ') : own;
}
