import { expect, onTestFinished, test } from 'vitest';
import { openServedCore } from '../../src-main/core-served.ts';
import { forkedHost } from '../../src-main/device/host-link.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { openServer } from '../../src-main/serve/server.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

const graph = templates.textToImage();
const graphId = graph.id as never;
const { signal } = new AbortController();

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

/** A core that serves, its host, and all it tells. */
async function serving() {
  const host = forkedHost();
  const core = await openServedCore({ home: temporaryFolder(), host });
  onTestFinished(() => core.close());
  const events: Event[] = [];
  const hopes = new Set<() => void>();
  core.listen((event) => {
    events.push(event);
    for (const look of hopes) look();
  });
  const of = <T extends Event['type']>(type: T) => events.filter((event) => event.type === type) as EventOf<T>[];
  /** Resolves when what was told so far is enough. */
  const until = (isEnough: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!isEnough()) return;
        hopes.delete(look);
        resolve();
      };
      hopes.add(look);
      look();
    });
  const ended = (runId: string, state = 'done') =>
    until(() => of('run.changed').some((event) => event.runId === runId && event.state === state));
  const submit = (runId: string, overrides: Record<string, string | number> = {}) =>
    core.handlers['runs.submit'](
      { graph, runs: [{ runId: runId as RunId, overrides: { prompt: runId, ...overrides } }], times: 1 } as never,
      signal,
    );
  return { core, host, events, of, until, ended, submit };
}

test('steps of a graph that somebody looks at come with a preview, and with none once nobody does', async () => {
  const { core, of, ended, submit } = await serving();
  const stop = core.watch(graphId);
  await submit('seen', { steps: 30 });
  await ended('seen');
  const shown = of('job.progressed').flatMap(({ runId, preview }) => (preview ? [{ runId, preview }] : []));
  expect(shown.length).toBeGreaterThan(0);
  const { runId, preview } = shown[0]!;
  expect([runId, preview.width, preview.height]).toEqual(['seen', 64, 64]);
  expect(new Set(Buffer.from(preview.rgb, 'base64')).size).toBeGreaterThan(10);
  stop();
  await submit('unseen', { steps: 30 });
  await ended('unseen');
  const steps = of('job.progressed').filter((event) => event.runId === 'unseen');
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.filter((event) => event.preview)).toEqual([]);
});

test('who begins to look while a picture is drawn sees its steps from then on', async () => {
  const { core, of, until, ended, submit } = await serving();
  await submit('late', { steps: 1000 });
  await until(() => of('job.progressed').length > 0);
  expect(of('job.progressed').some(({ preview }) => preview)).toBe(false);
  const stop = core.watch(graphId);
  await until(() => of('job.progressed').some(({ preview }) => preview));
  stop();
  await core.handlers['runs.cancel']({ runIds: ['late' as RunId] }, signal);
  await ended('late', 'cancelled');
});

test('a picture is told when it is recorded, before its run is over', async () => {
  const { core, events, of, ended, submit } = await serving();
  await submit('fox');
  await ended('fox');
  const [added] = of('image.added');
  expect(added).toMatchObject({ digest: added!.image.digest, image: { runId: 'fox', index: 0, kept: true } });
  expect(await core.picture(added!.digest)).not.toBeNull();
  const over = events.findIndex((event) => event.type === 'run.changed' && event.state === 'done');
  expect(events.indexOf(added!)).toBeLessThan(over);
  expect(of('image.added')).toHaveLength(1);
});

test('everything that moves the queue is told, and much at once only now and then', async () => {
  const { core, of, until, submit } = await serving();
  const call = core.handlers as unknown as Record<string, (args: object, signal: AbortSignal) => Promise<unknown>>;
  const told = async (name: string, args: object) => {
    const before = of('queue.changed').length;
    await call[name]!(args, signal);
    await until(() => of('queue.changed').length > before);
  };
  await told('queue.pause', {});
  await submit('first');
  await told('runs.submit', { graph, runs: [{ runId: 'second', overrides: {} }], times: 1 });
  await told('runs.move', { runIds: ['second'], to: 'front' });
  await told('runs.pause', { runIds: ['first'] });
  await told('runs.resume', { runIds: ['first'] });
  await told('runs.cancel', { runIds: ['first'] });
  await told('runs.clear', { states: ['cancelled'] });

  const [before, from] = [of('queue.changed').length, performance.now()];
  for (let i = 0; i < 50; i++) await call['runs.move']!({ runIds: ['second'], to: i % 2 ? 'front' : 'back' }, signal);
  const most = Math.ceil((performance.now() - from) / 100) + 1;
  expect(of('queue.changed').length - before).toBeLessThanOrEqual(most);
  expect(of('run.changed').map(({ runId, state }) => [runId, state])).toEqual([['first', 'cancelled']]);
});

test('a device is told to be busy while it works, and idle when nothing is left; a job says when it would be done', async () => {
  const { core, of, until, submit } = await serving();
  await submit('long', { steps: 1000 });
  await until(() => of('device.changed').some(({ state }) => state === 'busy'));
  // A step is told before the call that made it has been measured.
  await until(() => of('batch.finished').some(({ part }) => part.startsWith('denoiser')));
  const { jobs } = await core.handlers['runs.explain']({ runId: 'long' as RunId }, signal);
  const sampling = jobs.find(({ state, deviceId }) => state === 'running' && deviceId === 'cpu');
  expect(sampling!.finishMs.cpu).toBeGreaterThan(0);
  await core.handlers['runs.cancel']({ runIds: ['long' as RunId] }, signal);
  await until(() => of('device.changed').at(-1)?.state === 'idle');
});

test('a host that is killed is told as lost and idle again, and counted where devices are listed and measured', async () => {
  const { core, host, of, until, ended, submit } = await serving();
  const server = await openServer({
    core,
    version: '0',
    host: '127.0.0.1',
    port: 0,
    token: null,
    pages: null,
    onBug: () => {},
  });
  onTestFinished(() => server.close());
  await submit('before');
  await ended('before');
  host.kill();
  await until(() => of('device.changed').some(({ state }) => state === 'lost'));
  await submit('after');
  await ended('after');
  const states = of('device.changed').flatMap(({ state }) => (state === 'starting' ? [] : [state]));
  const at = states.indexOf('lost');
  expect(states.slice(at, at + 2)).toEqual(['lost', 'idle']);
  expect(states.filter((state) => state === 'lost')).toHaveLength(1);
  expect(await core.handlers['devices.list']({}, signal)).toMatchObject([{ device: { id: 'cpu' }, restarts: 1 }]);
  const metrics = await (await fetch(`${server.address}/metrics`)).text();
  expect(metrics).toMatch(/^kiln_host_restarts_total\{device="cpu"\} 1$/m);
});
