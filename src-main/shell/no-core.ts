import type { Problem } from '../model/errors.ts';
import type { CoreLink } from './core-link.ts';

/** Stands where the own core could not be opened: the page says why, and another core can be chosen. */
export function noCore(problems: readonly Problem[]): CoreLink {
  return {
    chosen: { kind: 'own', address: null, isHere: false, problems },
    open(events) {
      queueMicrotask(() => events.onclose());
      return { send: () => {}, close: () => {} };
    },
    bytes: async () => Response.json({ ok: false, problems }, { status: 503 }),
    probe: async () => ({ problems, info: null }),
    queue: async () => null,
    disk: null,
    close: async () => {},
  };
}
