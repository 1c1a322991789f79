import { fail } from '../model/errors.ts';
import { float } from '../model/inputs.ts';
import type { TensorMath } from '../model/node-type.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Conditioning, ConditioningEntry, ConditioningRegion } from '../model/value-types.ts';
import type { Encoded } from './conditioning-ops.ts';
import { copied } from './copied.ts';

const shapeOf = ({ shape }: TensorRef): string => `[${shape.join(', ')}]`;

/** The input of nodes that say how much a conditioning counts. */
export const strengthAmongOthers = float({
  default: 1,
  min: 0,
  max: 10,
  step: 0.01,
  help: 'How much it counts against other conditionings.',
});

/** Every entry with something more said of where and when it counts; what it said of the same before is replaced. */
export function regional(math: TensorMath, { entries }: Conditioning, more: ConditioningRegion): Conditioning {
  const said = copied(math, more);
  return {
    entries: copied(math, entries).map((entry) => ({ ...entry, region: { ...entry.region, ...said } })),
  };
}

/** Every entry in one box, instead of the one that it had. */
export function inArea(
  math: TensorMath,
  conditioning: Conditioning,
  more: Pick<ConditioningRegion, 'area' | 'areaPercent' | 'strength'>,
): Conditioning {
  const { entries } = regional(math, conditioning, { ...more, toMaskBounds: false });
  const other = more.area ? 'areaPercent' : 'area';
  return {
    entries: entries.map(({ region: { [other]: _, ...region } = {}, ...entry }) => ({ ...entry, region })),
  };
}

async function readEncoded(math: TensorMath, { hidden, pooled, padMask }: ConditioningEntry): Promise<Encoded> {
  const [values, vector, padding] = await Promise.all(
    [hidden, pooled, padMask].map((tensor) => (tensor ? math.read(tensor) : null)),
  );
  return {
    length: hidden.shape[1] ?? 0,
    hidden: values as Float32Array,
    pooled: (vector ?? null) as Float32Array | null,
    ...(padding ? { padding: padding as Uint8Array } : {}),
  };
}

/** Every entry with its text changed; all else that it says stays. */
export async function changed(
  math: TensorMath,
  { entries }: Conditioning,
  change: (text: Encoded) => Encoded,
): Promise<Conditioning> {
  const floats = (values: ArrayLike<number>, shape: readonly number[]) =>
    math.from(Float32Array.from(values), 'float32', shape);
  return {
    entries: await Promise.all(
      entries.map(async (entry) => {
        const { hidden: _hidden, pooled: _pooled, padMask: _padMask, ...rest } = entry;
        const { length, hidden, pooled, padding } = change(await readEncoded(math, entry));
        return {
          ...copied(math, rest),
          hidden: floats(hidden, [1, length, hidden.length / length]),
          ...(pooled ? { pooled: floats(pooled, [1, pooled.length]) } : {}),
          ...(padding ? { padMask: math.from(Uint8Array.from(padding), 'bool', [1, length]) } : {}),
        };
      }),
    ),
  };
}

/**
 * What the first entry of another conditioning says, to be put into each entry of this one.
 * @throws AppError conditioning.doesNotFit
 */
export async function readOther(
  math: TensorMath,
  { entries }: Conditioning,
  other: Conditioning,
  input: string,
): Promise<Encoded> {
  const [given] = other.entries;
  for (const { hidden, pooled } of entries) {
    const isVectorOdd = pooled && given?.pooled && pooled.shape[1] !== given.pooled.shape[1];
    if (!given || given.hidden.shape[2] !== hidden.shape[2] || isVectorOdd)
      return fail(
        'conditioning.doesNotFit',
        {
          given: given ? shapeOf(isVectorOdd ? given.pooled! : given.hidden) : '[]',
          wanted: isVectorOdd ? shapeOf(pooled) : `[1, tokens, ${hidden.shape[2]}]`,
        },
        { input },
      );
  }
  return readEncoded(math, given!);
}
