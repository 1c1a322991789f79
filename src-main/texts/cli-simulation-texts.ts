/** What `kiln simulate` says: everything in it is simulated, and says so. */
export interface SimulationTexts {
  readonly working: string;
  readonly recorded: (runs: number, file: string) => string;
  readonly failed: (runs: number) => string;
  readonly total: (runs: number, images: number, duration: string, perMinute: number) => string;
  readonly energy: (wattHours: number) => string;
  readonly columns: {
    readonly tier: string;
    readonly runs: string;
    /** p50, p95 and the longest, until a run starts and until it is done. */
    readonly wait: readonly [string, string, string];
    readonly done: readonly [string, string, string];
    readonly device: string;
    readonly busy: string;
    readonly calls: string;
    readonly rows: string;
    readonly loads: string;
    readonly loaded: string;
    readonly brought: string;
  };
}
