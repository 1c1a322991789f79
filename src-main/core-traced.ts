import type { Handlers } from './contract/calls.ts';
import type { Publisher, Tracer } from './model/ports.ts';
import type { Store } from './store/store.ts';

/** Of many runs that one call is about, the first so many are named. */
const mostNamed = 20;

const idOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  const { id, runId } = (value ?? {}) as { id?: unknown; runId?: unknown };
  return typeof id === 'string' ? id : typeof runId === 'string' ? runId : null;
};

const idsIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value.slice(0, mostNamed) : [value]).flatMap((one) => idOf(one) ?? []);

/** Runs that a call of the contract is about. */
export function runsAsked(args: unknown): { readonly runs?: readonly string[] } {
  const { runId, runIds, runs } = (args ?? {}) as { runId?: unknown; runIds?: unknown; runs?: unknown };
  const found = idsIn(runIds ?? runs ?? runId);
  return found.length > 0 ? { runs: found } : {};
}

/** Runs that the store is asked about: by their ids, as records, or beside a picture. */
function runsStored(table: string, args: readonly unknown[]): { readonly runs?: readonly string[] } {
  const about = table === 'runs' ? (Array.isArray(args[1]) ? args[1] : args[0]) : table === 'images' ? args[1] : null;
  const found = idsIn(about);
  return found.length > 0 ? { runs: found } : {};
}

/** The same functions; how long each promise of theirs took is noted. */
function timed<T extends object>(
  calls: T,
  note: (name: string, startMs: number, endMs: number, args: readonly unknown[]) => void,
): T {
  const entries = Object.entries(calls).map(([name, call]) => {
    if (typeof call !== 'function') return [name, call];
    const told = (...args: unknown[]): unknown => {
      const startMs = performance.now();
      const made: unknown = call(...args);
      if (!(made instanceof Promise)) return made;
      const done = () => note(name, startMs, performance.now(), args);
      made.then(done, done);
      return made;
    };
    return [name, told];
  });
  return Object.fromEntries(entries) as T;
}

/** A store whose calls are lanes of the trace, one for each table. */
export function tracedStore(store: Store, tracer: Tracer): Store {
  const table = <T extends object>(name: string, calls: T): T =>
    timed(calls, (call, startMs, endMs, args) =>
      tracer.span('store', name, call, startMs, endMs, runsStored(name, args)),
    );
  return {
    ...store,
    runs: table('runs', store.runs),
    results: table('results', store.results),
    blobs: table('blobs', store.blobs),
    images: table('images', store.images),
    profiles: table('profiles', store.profiles),
    packDigests: table('packDigests', store.packDigests),
    graphs: table('graphs', store.graphs),
    settings: table('settings', store.settings),
    notices: table('notices', store.notices),
  };
}

/** The calls of the contract as a lane of the core. */
export const tracedHandlers = (handlers: Handlers, tracer: Tracer): Handlers =>
  timed(handlers, (name, startMs, endMs, [args]) =>
    tracer.span('core', 'calls', name, startMs, endMs, runsAsked(args)),
  );

/** Making pictures into files as a lane of the core. */
export const tracedPublisher = (publisher: Publisher, tracer: Tracer): Publisher =>
  timed(publisher, (name, startMs, endMs, [run]) =>
    tracer.span('core', 'pictures', name, startMs, endMs, { runs: idsIn(run) }),
  );

/** Making plans as a lane of the core. */
export const tracedPlans = <T extends (...args: never[]) => Promise<unknown>>(planOf: T, tracer: Tracer): T =>
  timed({ plan: planOf }, (name, startMs, endMs) => tracer.span('core', 'plans', name, startMs, endMs)).plan;
