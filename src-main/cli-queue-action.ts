import type { Arguments } from './cli-arguments.ts';
import type { ExitCode } from './cli-complaints.ts';
import type { RemoteCore } from './cli-remote.ts';
import type { Surroundings } from './cli-run.ts';

/** One thing to do with a queue; `words` are what stands after it. */
export interface QueueAsked {
  readonly words: readonly string[];
  readonly args: Arguments;
  readonly around: Surroundings;
}

export type QueueUse = (core: RemoteCore) => Promise<ExitCode>;
/** Says what is wrong with the words before any core is asked; an exit code where none need be. */
export type QueueAction = (asked: QueueAsked) => QueueUse | Promise<QueueUse | ExitCode>;
