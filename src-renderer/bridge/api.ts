import type { Answer, Asked, CallName, CoreClient } from '../../src-main/contract/calls.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import type { ImagePlace } from '../../src-main/model/run.ts';

/** Calls as functions: the value, or an AppError with the problems. */
export function api(client: CoreClient) {
  const call = async <N extends CallName>(name: N, args: Asked<N>, signal?: AbortSignal): Promise<Answer<N>> =>
    unwrap(await client.call(name, args, signal));
  return {
    info: () => call('core.info', {}),
    nodes: () => call('nodes.list', {}),
    packs: () => call('packs.list', {}),
    vocabulary: (pack: string) => call('packs.vocabulary', { pack }),
    devices: () => call('devices.list', {}),
    monitor: (runs: number) => call('monitor.read', { runs }),
    templates: () => call('graphs.templates', {}),
    readGraph: (args: Asked<'graphs.read'>) => call('graphs.read', args),
    check: (args: Asked<'graphs.check'>, signal?: AbortSignal) => call('graphs.check', args, signal),
    submit: (args: Asked<'runs.submit'>) => call('runs.submit', args),
    runs: (args: Asked<'runs.list'>, signal?: AbortSignal) => call('runs.list', args, signal),
    run: (runId: RunId) => call('runs.get', { runId }),
    explain: (runId: RunId) => call('runs.explain', { runId }),
    cancel: (runIds: RunId[]) => call('runs.cancel', { runIds }),
    retry: (runIds: RunId[]) => call('runs.retry', { runIds }),
    pause: (runIds: RunId[]) => call('runs.pause', { runIds }),
    resume: (runIds: RunId[]) => call('runs.resume', { runIds }),
    move: (runIds: RunId[], to: Asked<'runs.move'>['to']) => call('runs.move', { runIds, to }),
    clear: () => call('runs.clear', {}),
    queue: () => call('queue.status', {}),
    pauseQueue: (tier?: Asked<'queue.pause'>['tier']) => call('queue.pause', tier ? { tier } : {}),
    resumeQueue: (tier?: Asked<'queue.resume'>['tier']) => call('queue.resume', tier ? { tier } : {}),
    images: (args: Asked<'images.list'>, signal?: AbortSignal) => call('images.list', args, signal),
    imageFilters: () => call('images.filters', {}),
    removeImages: (images: ImagePlace[]) => call('images.remove', { images }),
    restoreImages: (images: ImagePlace[]) => call('images.restore', { images }),
    takeImage: (args: Asked<'images.use'>) => call('images.use', args),
    settings: () => call('settings.get', {}),
    setSettings: (values: Asked<'settings.set'>['values']) => call('settings.set', { values }),
    testNotice: (target: string) => call('notices.test', { target }),
  };
}

export type Api = ReturnType<typeof api>;
