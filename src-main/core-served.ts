import { type CoreOptions, openParts, type ServedCore } from './core.ts';
import { handlersOf, restorePauses } from './core-handlers.ts';

/** What an earlier core left goes on; what was paused is paused still. @throws AppError where the home cannot be used */
export async function openServedCore(options: CoreOptions): Promise<ServedCore> {
  const { core, parts } = await openParts({ ...options, serves: true });
  await restorePauses(parts.store, parts.engine);
  await parts.runs.takeUp();
  return { ...core, handlers: handlersOf(parts), watch: (graphId) => parts.watched.watch(graphId) };
}
