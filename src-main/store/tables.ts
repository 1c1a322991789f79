import { blobTable } from './blobs.ts';
import type { Turn } from './commits.ts';
import { graphTable } from './graphs.ts';
import { imageTable } from './images.ts';
import type { Keeper } from './keeper.ts';
import { noticeTable } from './notices.ts';
import { packDigestTable } from './pack-digests.ts';
import { profileTable } from './profiles.ts';
import { resultTable } from './results.ts';
import { runTable } from './runs.ts';
import { settingTable } from './settings.ts';

/** What the store's thread does when it is asked, by table and name. */
export const tablesOf = (keeper: Keeper, cacheBytes: number) => ({
  runs: runTable(keeper),
  results: resultTable(keeper, cacheBytes),
  blobs: blobTable(keeper),
  images: imageTable(keeper),
  profiles: profileTable(keeper),
  packDigests: packDigestTable(keeper),
  graphs: graphTable(keeper),
  settings: settingTable(keeper),
  notices: noticeTable(keeper),
});

type Tables = ReturnType<typeof tablesOf>;
type Works<T extends keyof Tables> = Tables[T];
type Made<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;
type Settled<A> = A extends Turn<infer T> ? T : A;
type Asked<F> = F extends (args: infer A, ...rest: never[]) => unknown ? A : never;

/** Asks the thread. Work that only reads files is answered at once, what needs the database after its commit. */
export type Ask = <T extends keyof Tables, N extends keyof Works<T> & string>(
  table: T,
  name: N,
  args: Asked<Works<T>[N]>,
  bytes?: readonly Uint8Array[],
) => Promise<Settled<Made<Works<T>[N]>>>;
