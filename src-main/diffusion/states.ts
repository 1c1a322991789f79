import type { TensorMath } from '../model/node-type.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Linear } from './linear.ts';
import { meanDistance } from './samplers/distance.ts';
import type { Allowed } from './samplers/sampler.ts';

/** The states of all pictures side by side: a sampler steps them together, and none reads another. */
export type States = readonly TensorRef[];

export const sideBySide = ({ linear, clip, free }: TensorMath): Linear<States> => ({
  clip: (states, bounds) => states.map((state) => clip(state, bounds)),
  free: (states) => free(states.flat()),
  linear: (terms) =>
    terms[0]!.tensor.map((_, i) => linear(terms.map(({ factor, tensor }) => ({ factor, tensor: tensor[i]! })))),
});

export async function distanceOf(math: TensorMath, a: States, b: States, allowed: Allowed<States>): Promise<number> {
  const valuesOf = async (states: States) =>
    (await Promise.all(states.map((state) => math.read(state)))) as readonly Float32Array[];
  const [one, other, before] = await Promise.all([valuesOf(a), valuesOf(b), valuesOf(allowed.before)]);
  return meanDistance(one, other, { ...allowed, before });
}
