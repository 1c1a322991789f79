/**
 * Checks of small JSON files. A schema library does the same, but loading it takes longer (60 ms measured) than opening
 * the starter pack does.
 */

/** Why a file is of no use, as a clause: "it is empty". */
export class BrokenFile extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.name = 'BrokenFile';
    this.reason = reason;
  }
}

/** Gives the value with its type, or throws BrokenFile with where it stands and what was wanted there. */
export type Check<T> = (value: unknown, at: string) => T;

const wanted = (at: string, what: string): never => {
  throw new BrokenFile(`${at === '' ? 'it' : `"${at}"`} should be ${what}`);
};

export const number =
  (min: number, max: number): Check<number> =>
  (value, at) =>
    typeof value === 'number' && value >= min && value <= max ? value : wanted(at, `a number from ${min} to ${max}`);

export const whole =
  (min: number, max: number): Check<number> =>
  (value, at) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : wanted(at, `a whole number from ${min} to ${max}`);

export const text =
  (mostChars: number): Check<string> =>
  (value, at) =>
    typeof value === 'string' && value.length <= mostChars
      ? value
      : wanted(at, `a text of at most ${mostChars} characters`);

export const oneOf =
  <const T extends string>(choices: readonly T[]): Check<T> =>
  (value, at) =>
    choices.find((choice) => choice === value) ?? wanted(at, `one of ${choices.join(', ')}`);

export const list =
  <T>(check: Check<T>, least: number, most: number): Check<readonly T[]> =>
  (value, at) =>
    Array.isArray(value) && value.length >= least && value.length <= most
      ? value.map((item, i) => check(item, `${at}[${i}]`))
      : wanted(at, least === most ? `a list of ${least}` : `a list of ${least} to ${most}`);

export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, at) =>
    value === null ? null : check(value, at);

type Fields = Readonly<Record<string, Check<unknown>>>;
type Checked<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]> };

const record: Check<Record<string, unknown>> = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wanted(at, 'an object');

/** An object with these names; others are left out. */
export const object =
  <F extends Fields>(fields: F): Check<Checked<F>> =>
  (value, at) => {
    const given = record(value, at);
    const entries = Object.entries(fields).map(([name, check]) => [name, check(given[name], join(at, name))] as const);
    return Object.fromEntries(entries) as Checked<F>;
  };

/** The same with names that may be missing. */
export const partial =
  <F extends Fields>(fields: F): Check<Partial<Checked<F>>> =>
  (value, at) => {
    const given = record(value, at);
    const entries = Object.entries(fields)
      .filter(([name]) => given[name] !== undefined)
      .map(([name, check]) => [name, check(given[name], join(at, name))] as const);
    return Object.fromEntries(entries) as Partial<Checked<F>>;
  };

/** An object as it is, whatever it holds. */
export const anyObject: Check<Readonly<Record<string, unknown>>> = record;

const join = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);
