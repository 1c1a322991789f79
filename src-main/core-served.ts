import { type CoreOptions, openParts, type ServedCore } from './core.ts';
import { deviceNews } from './core-device-news.ts';
import { handlersOf, restorePauses } from './core-handlers.ts';
import { queueNews } from './core-queue-news.ts';

/** What an earlier core left goes on; what was paused is paused still. @throws AppError where the home cannot be used */
export async function openServedCore(options: CoreOptions): Promise<ServedCore> {
  const { core, parts } = await openParts({ ...options, serves: true });
  await restorePauses(parts.store, parts.engine);
  await parts.runs.takeUp();
  const news = queueNews(parts.emit);
  const devices = deviceNews(parts.engine.world, parts.emit);
  core.listen((event) => {
    news.hear(event);
    devices.hear(event);
  });
  return {
    ...core,
    handlers: news.over(handlersOf(parts)),
    watch: (graphId) => parts.watched.watch(graphId),
    close() {
      news.close();
      devices.close();
      return core.close();
    },
  };
}
