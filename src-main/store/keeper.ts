import type { Commits } from './commits.ts';
import type { Sql } from './database.ts';
import type { Files } from './files.ts';
import type { Owner } from './owner.ts';

/** What every part of the store's thread works with. */
export interface Keeper {
  readonly home: string;
  readonly sql: Sql;
  readonly commits: Commits;
  readonly owner: Owner;
  readonly blobFiles: Files;
  readonly imageFiles: Files;
  /** ms since 1970. It may jump, so nothing but order for people and age of what can be made again depends on it. */
  readonly now: () => number;
}
