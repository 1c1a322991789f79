import { type CoreOptions, openParts, type ServedCore } from './core.ts';
import { deviceNews } from './core-device-news.ts';
import { handlersOf, restorePauses } from './core-handlers.ts';
import { setHot } from './core-hot.ts';
import { packNews } from './core-pack-news.ts';
import { queueNews } from './core-queue-news.ts';
import { tracedHandlers } from './core-traced.ts';
import { showSteps } from './core-watched.ts';
import { sayProblem } from './texts/say.ts';

/** What an earlier core left goes on; what was paused is paused still. @throws AppError where the home cannot be used */
export async function openServedCore(options: CoreOptions): Promise<ServedCore> {
  const { core, parts } = await openParts({ ...options, serves: true });
  await restorePauses(parts.store, parts.engine);
  const hot = () =>
    setHot({
      settings: parts.settings.now,
      packs: parts.packs,
      engine: parts.engine,
      onProblem: (entry, problems) =>
        options.onLog?.(
          'warn',
          `${entry} is not kept loaded: ${problems.map((found) => sayProblem(found, 'en').message).join('; ')}`,
        ),
    }).catch(() => {});
  let hotNow = parts.settings.now.hot.join('\n');
  void hot();
  await parts.runs.takeUp();
  await parts.notices.takeUp();
  const handlers = handlersOf(parts);
  const news = queueNews(parts.emit);
  const devices = deviceNews(parts.engine.world, parts.emit);
  const packs = packNews(options, parts.emit);
  let { cacheBytes } = parts.settings.now;
  const settings = parts.settings.follow(() => {
    if (cacheBytes !== parts.settings.now.cacheBytes) {
      cacheBytes = parts.settings.now.cacheBytes;
      void parts.store.results.budget(cacheBytes).catch(() => {}); // the next result asks again
    }
    if (hotNow !== parts.settings.now.hot.join('\n')) {
      hotNow = parts.settings.now.hot.join('\n');
      void hot();
    }
    parts.emit({ type: 'settings.changed' });
  });
  core.listen((event) => {
    news.hear(event);
    devices.hear(event);
    if (event.type === 'packs.changed') void hot();
  });
  return {
    ...core,
    handlers: news.over(parts.trace ? tracedHandlers(handlers, parts.trace) : handlers),
    tracer: parts.trace,
    watch(graphId) {
      const stop = parts.watched.watch(graphId);
      const show = () => showSteps(parts.engine.world, parts.hosts, parts.watched, graphId);
      show();
      return () => {
        stop();
        show();
      };
    },
    close() {
      news.close();
      devices.close();
      packs.close();
      settings.close();
      return core.close();
    },
  };
}
