import type { FileValue, ValueType, ValueTypes } from './value-types.ts';

interface Common {
  readonly help?: string;
  /** Shown only on demand. */
  readonly advanced?: boolean;
}

/** What a node takes: a link, or a value that a person can edit and a link can replace. */
export type Input =
  | (Common & { readonly kind: 'link'; readonly type: ValueType; readonly optional?: boolean })
  | (Common & {
      readonly kind: 'int' | 'float';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly step?: number;
      readonly unit?: string;
    })
  | (Common & {
      readonly kind: 'text';
      readonly default: string;
      readonly maxChars: number;
      readonly multiline?: boolean;
    })
  | (Common & { readonly kind: 'choice'; readonly default: string; readonly choices: readonly string[] })
  | (Common & { readonly kind: 'bool'; readonly default: boolean })
  | (Common & { readonly kind: 'seed'; readonly default: string })
  | (Common & { readonly kind: 'file'; readonly accept: readonly string[] })
  | (Common & { readonly kind: 'pack'; readonly default: string });

export type InputKind = Input['kind'];
export type Inputs = Readonly<Record<string, Input>>;
/** What a graph file holds for an input. Seeds are decimal strings; packs are names. */
export type Literal = string | number | boolean | FileValue | null;

/** The type that a link into this input must carry. */
export function valueTypeOf(input: Input): ValueType | null {
  if (input.kind === 'link') return input.type;
  if (input.kind === 'choice') return 'text';
  if (input.kind === 'file' || input.kind === 'pack') return null;
  return input.kind;
}

type LinkInput<T extends ValueType> = { readonly kind: 'link'; readonly type: T };
type Given<I> = I extends { kind: 'link'; type: infer T extends ValueType; optional: true }
  ? ValueTypes[T] | undefined
  : I extends LinkInput<infer T>
    ? ValueTypes[T]
    : I extends { kind: 'int' | 'float' }
      ? number
      : I extends { kind: 'choice'; choices: readonly (infer C)[] }
        ? C
        : I extends { kind: 'bool' }
          ? boolean
          : I extends { kind: 'file' }
            ? FileValue | null
            : string;
/** The values a node's `run` gets, typed by its inputs. */
export type Item<I extends Inputs> = { readonly [N in keyof I]: Given<I[N]> };

export const link = <T extends ValueType>(type: T, options: Common = {}) =>
  ({ kind: 'link', type, ...options }) as const;
export const optionalLink = <T extends ValueType>(type: T, options: Common = {}) =>
  ({ kind: 'link', type, optional: true, ...options }) as const;

interface NumberOptions extends Common {
  default: number;
  min: number;
  max: number;
  step?: number;
  unit?: string;
}
export const int = (options: NumberOptions) => ({ kind: 'int', ...options }) as const;
export const float = (options: NumberOptions) => ({ kind: 'float', ...options }) as const;
export const text = (options: Common & { default?: string; maxChars?: number; multiline?: boolean } = {}) =>
  ({ kind: 'text', default: '', maxChars: 100_000, ...options }) as const;
export const choice = <const C extends string>(choices: readonly C[], options: Common & { default: NoInfer<C> }) =>
  ({ kind: 'choice', choices, ...options }) as const;
export const bool = (options: Common & { default: boolean }) => ({ kind: 'bool', ...options }) as const;
export const seed = (options: Common & { default?: string } = {}) =>
  ({ kind: 'seed', default: '0', ...options }) as const;
export const file = (accept: readonly string[], options: Common = {}) =>
  ({ kind: 'file', accept, ...options }) as const;
export const pack = (options: Common & { default: string }) => ({ kind: 'pack', ...options }) as const;

export const maxSeed = 2n ** 64n - 1n;

/** seed + by, wrapping at 2^64. */
export const seedPlus = (from: string, by: number): string => BigInt.asUintN(64, BigInt(from) + BigInt(by)).toString();

/** What an input holds when nobody set it. Links and files have nothing. */
export function defaultOf(input: Input): Literal {
  return input.kind === 'link' || input.kind === 'file' ? null : input.default;
}
