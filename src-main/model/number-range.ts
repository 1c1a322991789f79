import { fail } from './errors.ts';

/** For a number whose limit is another input. @throws AppError input.outOfRange */
export function allowAtMost(node: string, input: string, value: number, min: number, max: number): void {
  if (value > max)
    fail('input.outOfRange', { node, input, value: `${value}`, min: `${min}`, max: `${max}` }, { input });
}
