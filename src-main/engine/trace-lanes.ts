/** Groups of lanes, in the order in which a viewer shows them. */
export const processes = ['devices', 'runs', 'core', 'store', 'sockets'] as const;
export type Process = (typeof processes)[number];

export interface Noted {
  readonly process: Process;
  readonly lane: string;
  readonly name: string;
  readonly startMs: number;
  /** Null for something that takes no time. */
  readonly endMs: number | null;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Where something stands in its lane, in whole microseconds; `dur` is null for something that takes no time. */
export interface Laid {
  readonly ts: number;
  readonly dur: number | null;
  readonly of: Noted;
}

const us = (ms: number): number => Math.round(ms * 1000);

/**
 * What happened in one lane, as lanes in which spans contain one another or do not touch: a viewer draws nothing sensible
 * of spans that overlap, and much goes on at the same time. Each takes the first lane where it fits.
 */
export function laid(noted: readonly Noted[]): Laid[][] {
  const all = noted.map((of): Laid => {
    const ts = us(of.startMs);
    return { ts, dur: of.endMs === null ? null : Math.max(0, us(of.endMs) - ts), of };
  });
  const endOf = ({ ts, dur }: Laid) => ts + (dur ?? 0);
  all.sort((a, b) => a.ts - b.ts || endOf(b) - endOf(a));
  const lanes: { readonly entries: Laid[]; readonly open: number[] }[] = [];
  for (const one of all) {
    const end = endOf(one);
    const fits = ({ open }: (typeof lanes)[number]): boolean => {
      while (open.length > 0 && open.at(-1)! <= one.ts) open.pop();
      return open.length === 0 || end <= open.at(-1)!;
    };
    let lane = one.dur === null ? lanes[0] : lanes.find(fits);
    if (!lane) {
      lane = { entries: [], open: [] };
      lanes.push(lane);
    }
    lane.entries.push(one);
    if (one.dur !== null && one.dur > 0) lane.open.push(end);
  }
  return lanes.map(({ entries }) => entries);
}
