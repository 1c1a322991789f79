import type { Input } from '../../src-main/model/inputs.ts';

type NumberSpec = Pick<Extract<Input, { kind: 'int' | 'float' }>, 'kind' | 'default' | 'min' | 'max' | 'step'>;

/** Where on the slider the default lies in a range that is much wider than what is usual. */
const usualPosition = 0.3;

/**
 * value = min + (max - min) * position ** power: 1 where the default is well inside the range, more where it lies near
 * the lower end (steps: 12 of 1 to 1000), so that the usual values are not all within one pixel.
 */
function powerOf({ default: usual, min, max, step = 1 }: NumberSpec): number {
  const share = Math.max(usual - min, 16 * step) / (max - min);
  return share >= usualPosition ? 1 : Math.min(6, Math.log(share) / Math.log(usualPosition));
}

/** To the input's step, inside its limits, without the dust of floating point. */
export function rounded(value: number, { kind, min, max, step }: NumberSpec): number {
  const unit = step ?? (kind === 'int' ? 1 : 0.01);
  const steps = Math.round((value - min) / unit);
  const decimals = Math.max(6, -Math.floor(Math.log10(unit)));
  return Math.min(max, Math.max(min, Number((min + steps * unit).toFixed(decimals))));
}

/** 0 to 1. */
export function positionOf(value: number, spec: NumberSpec): number {
  const share = (Math.min(spec.max, Math.max(spec.min, value)) - spec.min) / (spec.max - spec.min);
  return share ** (1 / powerOf(spec));
}

export const valueAt = (position: number, spec: NumberSpec): number =>
  rounded(spec.min + (spec.max - spec.min) * position ** powerOf(spec), spec);
