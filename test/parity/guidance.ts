import { averaged, concatenated, type Encoded, multiplied } from '../../src-main/diffusion/conditioning-ops.ts';
import {
  dualGuidance,
  noiseNormGuidance,
  normGuidance,
  perpNegGuidance,
  plainGuidance,
  rescaledGuidance,
  type Seen,
  zeroStarGuidance,
} from '../../src-main/diffusion/guidances.ts';
import { combined, cropped, facing, isActive, type Placed, placed } from '../../src-main/diffusion/regions.ts';
import { absolute, equal, type Measured, sizeOf } from './comparison.ts';
import { type Kind, modelOf } from './kinds.ts';
import { cleanOf, type Mixture, pseudoNoise } from './mixture.ts';
import { type Group, named, numbers, type Recorded, type Subject, takingAll } from './vector-file.ts';

interface Row {
  readonly cond: number;
  readonly shape: readonly number[];
}
type Entries = readonly Placed<number>[];

/** One evaluation: what each side sees of the state, and the rows that the network is asked for. */
function evaluation(file: Recorded, kind: string, sigma: number, scale: number) {
  const [, planes, height, width] = file.shape as [number, number, number, number];
  const size = { width, height };
  const model = modelOf(named(file.kinds as Record<string, Kind>, kind, 'kind of model'));
  const x = pseudoNoise(file.noise_k, planes * height * width, file.noise_phase, scale);
  const rows: Row[] = [];
  const seenBy = ({ of, crop }: Placed<number>): Float64Array => {
    rows.push({ cond: of, shape: [planes, crop?.height ?? height, crop?.width ?? width] });
    const mixture = named(file.denoisers as Record<string, Mixture>, String(of), 'denoiser');
    return cleanOf(cropped(x, planes, size, crop), sigma, model.isFlow, mixture);
  };
  const side = (entries: Entries): Float64Array =>
    combined(
      entries.map((entry) => ({ placed: entry, values: seenBy(entry) })),
      planes,
      size,
    );
  const place = (entry: Recorded): Entries =>
    takingAll(entry, ({ cond, strength, area, area_percentage, mask, mask_strength, bounds, start, end }) => {
      const when = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
      if (!isActive(when, sigma, model)) return [];
      const region = {
        ...(strength === undefined ? {} : { strength }),
        ...(area ? { area } : {}),
        ...(area_percentage ? { areaPercent: area_percentage } : {}),
        ...(mask ? { mask: maskIn(file, mask), maskStrength: mask_strength ?? 1, toMaskBounds: bounds ?? false } : {}),
      };
      return [placed(cond, region, size)];
    });
  return {
    x,
    rows,
    cells: width * height,
    isFlow: model.isFlow,
    side,
    sides: (entries: readonly Recorded[]): Entries => entries.flatMap(place),
    whole: (cond: number) => side([placed(cond, {}, size)]),
  };
}

function maskIn(file: Recorded, name: string) {
  const { shape, data } = named(file.masks as Record<string, Recorded>, name, 'mask');
  const [height, width] = (shape as number[]).slice(-2) as [number, number];
  return { width, height, data: numbers(data) };
}

const cases: Group = {
  name: ({ name, kind, sigma, cfg }) => `${name} on ${kind}, sigma ${sigma}, cfg ${cfg}`,
  // Of a guidance that has two scales of its own.
  said: ['cfg'],
  compare(entry, file) {
    const { name, kind, sigma, x_scale, rows, denoised } = entry;
    const seen = evaluation(file, kind, sigma, x_scale);
    const found = name === 'dual_cfg' ? dual(entry, seen) : guided(entry, seen);
    const told = (list: readonly Row[]) => list.map(({ cond, shape }) => `${cond} of ${shape.join('×')}`).sort();
    const wanted = numbers(denoised);
    return [absolute('denoised', found, wanted, 1e-5 * sizeOf(wanted)), equal('rows', told(seen.rows), told(rows))];
  },
};

function guided(entry: Recorded, { x, side, sides, cells, isFlow }: ReturnType<typeof evaluation>): ArrayLike<number> {
  const { name, cfg, sigma, multiplier, strength, pre_cfg, empty, neg_scale } = entry;
  const both = facing(sides(entry.positive), sides(entry.negative));
  const positive = side(both.positive);
  // Who counts nowhere is not asked: the negative side at cfg 1, or at a scale of 0.
  if (name === 'perp_neg') {
    const negative = neg_scale === 0 ? positive : side(both.negative);
    const none = neg_scale === 0 && cfg === 1 ? positive.map(() => 0) : side(sides(empty));
    return perpNegGuidance({ x, positive, negative }, none, cfg, neg_scale);
  }
  const seen: Seen = { x, positive, negative: cfg === 1 ? positive : side(both.negative) };
  if (name === 'rescale_cfg') return rescaledGuidance(seen, cfg, multiplier, sigma, isFlow);
  if (name === 'cfg_zero_star') return zeroStarGuidance(seen, cfg);
  if (name !== 'cfg_norm') return plainGuidance(seen, cfg);
  return (pre_cfg ? noiseNormGuidance : normGuidance)(seen, cfg, strength, cells);
}

function dual(options: Recorded, { whole }: ReturnType<typeof evaluation>): ArrayLike<number> {
  const { cond1, cond2, negative, cfg_conds, cfg_cond2_negative, style } = options;
  const isNested = named({ regular: false, nested: true }, style, 'style');
  const second = whole(cond2);
  return dualGuidance({
    first: whole(cond1),
    second,
    negative: cfg_cond2_negative === 1 && !isNested ? second : whole(negative),
    cfg: cfg_conds,
    cfgSecond: cfg_cond2_negative,
    isNested,
  });
}

/** Nodes that change what a text encoder gave; `from` is the second one of those that take two. */
const conditioningNodes: Readonly<Record<string, (to: Encoded, from: () => Encoded, entry: Recorded) => Encoded>> = {
  ConditioningAverage: (to, from, { strength }) => averaged(to, from(), strength),
  ConditioningConcat: (to, from) => concatenated(to, from()),
  ConditioningMultiply: (to, _, { multiplier }) => multiplied(to, multiplier),
  ConditioningZeroOut: (to) => multiplied(to, 0),
};

const conditioning: Group = {
  name: ({ node, to, from, strength, multiplier }) =>
    [node, to, from, strength ?? multiplier].filter((part) => part !== undefined).join(' '),
  compare(entry, file) {
    const { node, to, cond, pooled } = entry;
    const encoded = (name: string): Encoded => {
      const given = named(file.conditioning_inputs as Record<string, Recorded>, name, 'conditioning');
      return { length: given.cond.shape[1], hidden: numbers(given.cond.data), pooled: numbers(given.pooled.data) };
    };
    const found = named(conditioningNodes, node, 'node')(encoded(to), () => encoded(entry.from), entry);
    const against = (tensor: string, values: ArrayLike<number>, wanted: readonly number[]): Measured =>
      absolute(tensor, values, wanted, 1e-5 * sizeOf(wanted));
    return [
      equal('length', found.length, cond.shape[1]),
      against('cond', found.hidden, numbers(cond.data)),
      against('pooled', found.pooled ?? [], numbers(pooled.data)),
    ];
  },
};

export const guidanceVectors: Subject = {
  file: 'guidance.json',
  format: 'kiln-guidance-vectors-1',
  around: ['shape', 'denoisers', 'kinds', 'notes', 'masks', 'conditioning_inputs'],
  groups: { cases, conditioning },
};
