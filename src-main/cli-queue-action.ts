import type { Arguments } from './cli-arguments.ts';
import type { RemoteCore } from './cli-remote.ts';
import type { Surroundings } from './cli-run.ts';

/** One thing to do with a queue; `words` are what stands after it. */
export interface QueueAction {
  readonly core: RemoteCore;
  readonly words: readonly string[];
  readonly args: Arguments;
  readonly around: Surroundings;
}
