import { type Compared, type Comparison, isUnsupported, isWithin, shareOf } from './comparison.ts';

/** The cases of one pack, or of one group of a vector file. */
export interface Row {
  readonly file: string;
  readonly of: string;
  readonly cases: number;
  readonly failed: number;
  readonly unsupported: number;
  /** What uses most of its tolerance, or is furthest beyond it. */
  readonly worst: Compared | null;
}

export interface Tally {
  readonly rows: readonly Row[];
  /** Of each pack, and of each vector file, what is worst; what is off comes first. */
  readonly worst: readonly Compared[];
  /** The first tensor that is off, of each case that has one. */
  readonly failures: readonly Compared[];
  readonly unsupported: readonly { readonly reason: string; readonly ids: readonly string[] }[];
  readonly counts: { readonly cases: number; readonly failed: number; readonly unsupported: number };
}

type State = 'good' | 'failed' | 'unsupported';

/** Counts comparisons as they come. */
export function tallying(): { add(file: string, one: Comparison): void; readonly cases: number; end(): Tally } {
  const rows = new Map<string, { file: string; of: string; states: Map<string, State>; worst: Compared | null }>();
  const worst = new Map<string, Compared>();
  const failures: Compared[] = [];
  const reasons = new Map<string, string[]>();
  let cases = 0;

  return {
    get cases() {
      return cases;
    },
    add(file, one) {
      const of = one.pack ?? one.id.split('/')[0]!;
      const key = `${file} ${of}`;
      const row = rows.get(key) ?? { file, of, states: new Map<string, State>(), worst: null };
      rows.set(key, row);
      const before = row.states.get(one.id);
      if (before === undefined) cases++;
      if (isUnsupported(one)) {
        if (before !== 'unsupported') reasons.set(one.unsupported, [...(reasons.get(one.unsupported) ?? []), one.id]);
        row.states.set(one.id, before === 'failed' ? before : 'unsupported');
        return;
      }
      const isOff = !isWithin(one);
      if (isOff && before !== 'failed') failures.push(one);
      row.states.set(one.id, isOff ? 'failed' : (before ?? 'good'));
      row.worst = worse(row.worst, one);
      const whole = one.pack ?? file;
      worst.set(whole, worse(worst.get(whole) ?? null, one));
    },
    end() {
      const counted = [...rows.values()].map(({ file, of, states, worst }): Row => {
        const count = (state: State) => [...states.values()].filter((each) => each === state).length;
        return { file, of, cases: states.size, failed: count('failed'), unsupported: count('unsupported'), worst };
      });
      const sum = (of: (row: Row) => number) => counted.reduce((total, row) => total + of(row), 0);
      return {
        rows: counted,
        worst: [...worst.values()].sort((a, b) => shareOf(b) - shareOf(a) || (a.id < b.id ? -1 : 1)),
        failures,
        unsupported: [...reasons].map(([reason, ids]) => ({ reason, ids })),
        counts: {
          cases: sum((row) => row.cases),
          failed: sum((row) => row.failed),
          unsupported: sum((row) => row.unsupported),
        },
      };
    },
  };
}

const worse = (a: Compared | null, b: Compared): Compared => (a && shareOf(a) >= shareOf(b) ? a : b);
