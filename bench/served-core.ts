// A served core as a child that can be asked about its own heap and event loop. Started with --expose-gc.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openServedCore } from '../src-main/core-served.ts';
import { openServer } from '../src-main/serve/server.ts';

/** What the child is asked, each with one answer. */
export type Asked =
  | { readonly open: string }
  /** Bytes on the heap that are in use after collecting. */
  | { readonly heap: true }
  | { readonly watch: true }
  | { readonly blocked: true };

/** ms between two looks of a ticker at the event loop, which looks each ms. */
export interface Blocked {
  readonly p99: number;
  readonly max: number;
}

const ticks = monitorEventLoopDelay({ resolution: 1 });

async function answer(asked: Asked): Promise<object> {
  if ('open' in asked) {
    const core = await openServedCore({ home: asked.open });
    const onBug = (error: unknown) => console.error(error);
    const server = await openServer({
      core,
      version: '0',
      host: '127.0.0.1',
      port: 0,
      token: null,
      pages: null,
      onBug,
    });
    return { address: server.localAddress };
  }
  if ('heap' in asked) {
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      globalThis.gc?.();
    }
    return { bytes: process.memoryUsage().heapUsed };
  }
  if ('watch' in asked) {
    ticks.reset();
    ticks.enable();
    return {};
  }
  ticks.disable();
  return { p99: ticks.percentile(99) / 1e6, max: ticks.max / 1e6 } satisfies Blocked;
}

process.on('message', (asked: Asked) => {
  void answer(asked).then((found) => process.send!(found));
});
process.on('disconnect', () => process.exit(0));
