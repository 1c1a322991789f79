import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { averaged, concatenated, type Encoded, multiplied } from '../../src-main/diffusion/conditioning-ops.ts';
import {
  dualGuidance,
  noiseNormGuidance,
  normGuidance,
  perpNegGuidance,
  plainGuidance,
  rescaledGuidance,
  zeroStarGuidance,
} from '../../src-main/diffusion/guidances.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import {
  combined,
  cropped,
  facing,
  isActive,
  type Mask,
  type Placed,
  placed,
} from '../../src-main/diffusion/regions.ts';
import { cleanOf, type Mixture } from './mixture.ts';

interface Entry {
  cond: number;
  strength?: number;
  area?: [number, number, number, number];
  area_percentage?: [number, number, number, number];
  mask?: string;
  mask_strength?: number;
  bounds?: boolean;
  start?: number;
  end?: number;
}
interface Case {
  name: string;
  kind: 'vp' | 'flow';
  cfg: number;
  sigma: number;
  x_scale: number;
  positive?: Entry[];
  negative?: Entry[] | number;
  empty?: Entry[];
  cond1?: number;
  cond2?: number;
  cfg_conds?: number;
  cfg_cond2_negative?: number;
  style?: string;
  multiplier?: number;
  strength?: number;
  pre_cfg?: boolean;
  neg_scale?: number;
  rows: { cond: number; shape: number[] }[];
  denoised: number[];
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/guidance.json'), 'utf8')) as {
  shape: [number, number, number, number];
  noise_phase: number;
  noise_k: number;
  denoisers: Record<string, Mixture>;
  masks: Record<string, { shape: number[]; data: number[] }>;
  cases: Case[];
  conditioning_inputs: Record<string, Spoken>;
  conditioning: (Spoken & { node: string; to: string; from?: string; strength?: number; multiplier?: number })[];
};
interface Spoken {
  cond: { shape: number[]; data: number[] };
  pooled: { shape: number[]; data: number[] };
}
const [, planes, height, width] = golden.shape;
const size = { width, height };
const models = {
  vp: noiseModelOf({ kind: 'betas', start: 0.00085, end: 0.012 }),
  flow: noiseModelOf({ kind: 'flow', shift: 3 }),
};
const maskOf = (name: string): Mask => {
  const { shape, data } = golden.masks[name]!;
  const [h, w] = shape.slice(-2) as [number, number];
  return { width: w, height: h, data };
};

describe('guidance', () => {
  const named = golden.cases.map(
    (one) => [`${one.name} on ${one.kind}, sigma ${one.sigma} cfg ${one.cfg}`, one] as const,
  );

  test.each(named)('%s is the reference’s', (_, one) => {
    const { kind, cfg, sigma } = one;
    const model = models[kind];
    const x = Float64Array.from({ length: planes * height * width }, (_, i) => {
      const angle = 0.7390851 * (i + 1) ** 2 + 2.236068 * (golden.noise_k + 1) * (i + 3) + golden.noise_phase;
      return one.x_scale * Math.fround(Math.SQRT2 * Math.sin(angle));
    });
    const rows: { cond: number; shape: number[] }[] = [];
    const seenBy = (entry: Placed<number>): Float64Array => {
      const piece = cropped(x, planes, size, entry.crop);
      rows.push({ cond: entry.of, shape: [planes, entry.crop?.height ?? height, entry.crop?.width ?? width] });
      return cleanOf(piece, sigma, kind, golden.denoisers[entry.of]!);
    };
    const place = (entries: readonly Entry[]) =>
      entries
        .filter(({ start, end }) =>
          isActive({ ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) }, sigma, model),
        )
        .map(({ cond, strength, area, area_percentage, mask, mask_strength, bounds }) =>
          placed(
            cond,
            {
              ...(strength === undefined ? {} : { strength }),
              ...(area ? { area } : {}),
              ...(area_percentage ? { areaPercent: area_percentage } : {}),
              ...(mask ? { mask: maskOf(mask), maskStrength: mask_strength ?? 1, toMaskBounds: bounds ?? false } : {}),
            },
            size,
          ),
        );
    const side = (entries: readonly Placed<number>[]) =>
      combined(
        entries.map((entry) => ({ placed: entry, values: seenBy(entry) })),
        planes,
        size,
      );
    const whole = (cond: number) => side([placed(cond, {}, size)]);

    const found = (() => {
      if (one.name === 'dual_cfg')
        return dualGuidance({
          first: whole(one.cond1!),
          second: whole(one.cond2!),
          negative: whole(one.negative as number),
          cfg: one.cfg_conds!,
          cfgSecond: one.cfg_cond2_negative!,
          isNested: one.style === 'nested',
        });
      const both = facing(place(one.positive!), place(one.negative as Entry[]));
      const positive = side(both.positive);
      if (cfg === 1) return positive;
      const seen = { x, positive, negative: side(both.negative) };
      switch (one.name) {
        case 'rescale_cfg':
          return rescaledGuidance(seen, cfg, one.multiplier!, sigma, kind === 'flow');
        case 'cfg_zero_star':
          return zeroStarGuidance(seen, cfg);
        case 'cfg_norm':
          return one.pre_cfg
            ? noiseNormGuidance(seen, cfg, one.strength!, width * height)
            : normGuidance(seen, cfg, one.strength!, width * height);
        case 'perp_neg':
          return perpNegGuidance(seen, side(place(one.empty!)), cfg, one.neg_scale!);
        default:
          return plainGuidance(seen, cfg);
      }
    })();

    const most = Math.max(1, ...one.denoised.map(Math.abs));
    const worst = Math.max(...one.denoised.map((value, i) => Math.abs(value - found[i]!)));
    expect(worst).toBeLessThan(1e-5 * most);
    const key = ({ cond, shape }: { cond: number; shape: number[] }) => `${cond} ${shape}`;
    expect(rows.map(key).sort()).toEqual(one.rows.map(key).sort());
  });
});

test('conditionings are averaged, joined, multiplied and emptied as the reference does', () => {
  const encoded = (name: string): Encoded => {
    const { cond, pooled } = golden.conditioning_inputs[name]!;
    return { length: cond.shape[1]!, hidden: cond.data, pooled: pooled.data };
  };
  for (const { node, to, from, strength, multiplier, cond, pooled } of golden.conditioning) {
    const one = encoded(to);
    const found = (() => {
      if (node === 'ConditioningAverage') return averaged(one, encoded(from!), strength!);
      if (node === 'ConditioningConcat') return concatenated(one, encoded(from!));
      return multiplied(one, node === 'ConditioningMultiply' ? multiplier! : 0);
    })();
    expect(found.length).toBe(cond.shape[1]);
    cond.data.forEach((value, i) => {
      expect(Math.abs(found.hidden[i]! - value), node).toBeLessThan(1e-5);
    });
    pooled.data.forEach((value, i) => {
      expect(Math.abs(found.pooled![i]! - value), node).toBeLessThan(1e-5);
    });
  }
});
