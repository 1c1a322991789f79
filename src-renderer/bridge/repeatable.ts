import type { CallName } from '../../src-main/contract/calls.ts';

/** Whether asking twice is the same as asking once. */
const once: Readonly<Record<CallName, boolean | ((args: unknown) => boolean)>> = {
  'core.info': true,
  'nodes.list': true,
  'packs.list': true,
  'packs.vocabulary': true,
  'devices.list': true,
  'monitor.read': true,
  'graphs.templates': true,
  'graphs.read': true,
  'graphs.check': true,
  // A run id that is known is not queued again.
  'runs.submit': (args) => {
    const { runs, times = 1 } = args as { runs?: readonly { runId?: string }[]; times?: number };
    return times === 1 && runs !== undefined && runs.every(({ runId }) => runId !== undefined);
  },
  'runs.list': true,
  'runs.get': true,
  'runs.explain': true,
  'runs.cancel': true,
  'runs.retry': false,
  'runs.pause': true,
  'runs.resume': true,
  'runs.move': true,
  'runs.clear': true,
  'queue.status': true,
  'queue.pause': true,
  'queue.resume': true,
  'images.list': true,
  'images.filters': true,
  'images.remove': true,
  'images.restore': true,
  'images.use': true,
  'settings.get': true,
  'settings.set': true,
  'notices.list': true,
  'notices.test': false,
};

export function mayRepeat(name: CallName, args: unknown): boolean {
  const rule = once[name];
  return typeof rule === 'boolean' ? rule : rule(args);
}
