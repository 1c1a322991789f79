import { maxSeed } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { Field } from './fields.ts';

/** Values of one side of a grid. */
export const mostValues = 100;

/** What a person wrote could not be read. */
export interface GridMistake {
  readonly code: 'empty' | 'notANumber' | 'outside' | 'tooMany' | 'badRange';
  /** The part that is meant, or the limit. */
  readonly part: string;
}

export type ReadValues =
  | { readonly ok: true; readonly values: readonly Json[] }
  | { readonly ok: false; readonly mistake: GridMistake };

/** Kinds of inputs that a grid can go through. */
export const isGridField = ({ spec }: Field): boolean => spec.kind !== 'file';

/** How values of this field are written down: one a line, some ticked, or numbers. */
export function entryOf({ spec }: Field): 'lines' | 'ticks' | 'numbers' {
  if (spec.kind === 'text') return 'lines';
  return spec.kind === 'choice' || spec.kind === 'bool' || spec.kind === 'pack' ? 'ticks' : 'numbers';
}

const failed = (code: GridMistake['code'], part = ''): ReadValues => ({ ok: false, mistake: { code, part } });

/** Values that stand in a text: texts one a line, numbers with commas between them or as ranges such as `1..8 step 2`. */
export function readValues(field: Field, text: string): ReadValues {
  if (field.spec.kind === 'text') return distinct(text.split('\n').map((line) => line.trim()));
  const parts = text
    .split(/[,，;；\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const read = field.spec.kind === 'seed' ? seedsIn : numbersIn;
  const values: Json[] = [];
  for (const part of parts) {
    const found = read(part, field);
    if (!found.ok) return found;
    values.push(...found.values);
    if (values.length > mostValues) return failed('tooMany', String(mostValues));
  }
  return distinct(values);
}

function distinct(given: readonly Json[]): ReadValues {
  const values = [...new Set(given)].filter((value) => value !== '');
  if (values.length === 0) return failed('empty');
  return values.length > mostValues ? failed('tooMany', String(mostValues)) : { ok: true, values };
}

const range = /^(\S+?)\s*(?:\.\.\.?|…|–)\s*(\S+)(?:\s+(?:step\s+)?(\S+))?$/;

function numbersIn(part: string, { spec }: Field): ReadValues {
  if (spec.kind !== 'int' && spec.kind !== 'float') return failed('notANumber', part);
  const found = range.exec(part);
  const numbers = found
    ? found.slice(1).map((text) => (text === undefined ? undefined : numberOf(text)))
    : [numberOf(part)];
  if (numbers.some((value) => value !== undefined && Number.isNaN(value))) return failed('notANumber', part);
  const [from, to = from, step = spec.kind === 'int' ? 1 : (spec.step ?? 1)] = numbers as [number, number?, number?];
  if (spec.kind === 'int' && [from, to!, step].some((value) => !Number.isInteger(value)))
    return failed('notANumber', part);
  if (step === 0) return failed('badRange', part);
  const by = Math.abs(step) * Math.sign(to! - from);
  const count = by === 0 ? 1 : Math.floor((to! - from) / by + 1e-9) + 1;
  if (count > mostValues) return failed('tooMany', String(mostValues));
  // Rounded to the places that a person would write: 0.1 + 0.2 is 0.3 to them.
  const values = Array.from({ length: count }, (_, i) => Number((from + i * by).toFixed(9)));
  const outside = values.find((value) => value < spec.min || value > spec.max);
  return outside === undefined ? { ok: true, values } : failed('outside', `${spec.min}–${spec.max}`);
}

const numberOf = (text: string): number => (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN);

function seedsIn(part: string): ReadValues {
  const found = range.exec(part);
  const [from, to, step] = (found ? found.slice(1) : [part]).map((text) =>
    text === undefined ? undefined : /^\d{1,20}$/.test(text) ? BigInt(text) : null,
  );
  if ([from, to, step].some((value) => value === null)) return failed('notANumber', part);
  const [first, last, by] = [from!, to ?? from!, step ?? 1n];
  if (first > maxSeed || last > maxSeed) return failed('outside', `0–${maxSeed}`);
  if (by === 0n || last < first) return failed('badRange', part);
  const count = (last - first) / by + 1n;
  if (count > BigInt(mostValues)) return failed('tooMany', String(mostValues));
  return { ok: true, values: Array.from({ length: Number(count) }, (_, i) => String(first + BigInt(i) * by)) };
}
