import type { Json } from '../../src-main/model/json.ts';

/** What every kind of field is given. */
export interface FieldProps<T extends Json = Json> {
  readonly id: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** Ids of what else is said about it, and whether something is wrong. */
  readonly aria: { readonly 'aria-describedby'?: string; readonly 'aria-invalid'?: true };
}
