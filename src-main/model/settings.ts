/** Typed settings with their defaults. A settings file may hold any of them; unknown names are kept and ignored. */
export interface Settings {
  /** How many later runs may start before a run that waits leads regardless. */
  readonly patience: number;
  /** Bytes of weights and scratch memory on the CPU; 0 takes half of the machine's memory. */
  readonly cpuBudgetBytes: number;
  /** Threads of one call on the CPU; 0 takes the number of cores. */
  readonly cpuThreads: number;
  /** Calls that the CPU computes at the same time while many runs wait: 0 for one with each thread, at most four; 1 for one with all. */
  readonly cpuLanes: number;
  /** Bytes on disk for results that can be computed again. */
  readonly cacheBytes: number;
  /** A job whose host was lost is tried this often in all. */
  readonly attempts: number;
  /** A call that takes this many times its measured time counts as hung. */
  readonly hangFactor: number;
  /** And never sooner than this. */
  readonly hangMs: number;
  /** Device work per lease. */
  readonly leaseMs: number;
  /** Rules of placement for every graph: `text-encoder=cpu`. */
  readonly affinity: readonly string[];
  /** And for the packs of these names, before those for every graph. */
  readonly packAffinity: Readonly<Record<string, readonly string[]>>;
}

export const defaultSettings: Settings = {
  patience: 64,
  cpuBudgetBytes: 0,
  cpuThreads: 0,
  cpuLanes: 0,
  cacheBytes: 4 * 1024 ** 3,
  attempts: 3,
  hangFactor: 10,
  hangMs: 10_000,
  leaseMs: 100,
  affinity: [],
  packAffinity: {},
};
