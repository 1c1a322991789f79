/** What a benchmark answers. Each file `bench/NAME.ts` has one async function that returns it as its default export. */
export interface Bench {
  readonly title: string;
  /** What is special about the machine for this measurement; processor, cores and versions are noted anyway. */
  readonly machine?: string;
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | number)[])[] };
  /** Numbers to compare from one time to the next; units are in the names (`warmMs`, `rowsPerSecond`). */
  readonly figures: Readonly<Record<string, number>>;
  readonly notes?: readonly string[];
}
