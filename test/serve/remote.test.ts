import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { remoteCore } from '../../src-main/cli-remote.ts';
import { remoteAt } from '../../src-main/cli-remote-wire.ts';
import { AppError, type Problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { openServer } from '../../src-main/serve/server.ts';
import { readTrace } from '../build/trace-rules.ts';
import { call, emptyFolder, graphFile } from '../cli/call.ts';
import { changed, digestOf, progressed, type Served, served } from './served.ts';

async function connected(running: Served, token: string | null = null) {
  const core = await remoteCore(running.at, token, { giveUpMs: 5_000, traces: true });
  onTestFinished(() => core.close());
  const events: Event[] = [];
  const hopes: { fits: (event: Event) => boolean; resolve: () => void }[] = [];
  core.listen((event) => {
    events.push(event);
    for (const hope of hopes) if (hope.fits(event)) hope.resolve();
  });
  const heard = (fits: (event: Event) => boolean) =>
    new Promise<void>((resolve) => {
      hopes.push({ fits, resolve });
      if (events.some(fits)) resolve();
    });
  return { core, events, heard };
}

const graphOf = (core: Awaited<ReturnType<typeof remoteCore>>) => {
  const read = core.readGraph(readFileSync(graphFile, 'utf8'), 'graph');
  if (!read.ok) throw new AppError(read.problems);
  return read.value;
};

async function problemsOf(asked: Promise<unknown>): Promise<readonly Problem[]> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error.problems;
  throw error;
}

test('a remote core takes runs, tells what happens to them and gives their pictures', async () => {
  const running = await served();
  const { core, events, heard } = await connected(running);
  const graph = graphOf(core);
  const taken = await core.submit({ graph, overrides: [{ seed: '1' }, { seed: '2' }], tier: 'background' });
  const runIds = taken.ok ? taken.value : [];
  expect(runIds).toHaveLength(2);
  expect([...running.core.runs.values()].map(({ runId, overrides, tier }) => ({ runId, overrides, tier }))).toEqual([
    { runId: runIds[0], overrides: { seed: '1' }, tier: 'background' },
    { runId: runIds[1], overrides: { seed: '2' }, tier: 'background' },
  ]);
  running.core.emit(progressed(runIds[0]!, 1));
  running.core.emit(changed(runIds[0]!, 'done'));
  await heard((event) => event.type === 'run.changed');
  expect(events).toEqual([progressed(runIds[0]!, 1), changed(runIds[0]!, 'done')]);

  const picture = new TextEncoder().encode('picture');
  running.core.pictures.set(digestOf(picture), picture);
  expect(await core.picture(digestOf(picture))).toEqual(picture);
  expect(await core.picture(digestOf('gone'))).toBeNull();
  const lanes = readTrace(core.trace());
  expect(
    lanes
      .get('runs')!
      .get(runIds[0]!)!
      .map(({ name }) => name),
  ).toEqual(['done']);
  const asked = lanes
    .get('sockets')!
    .get('http')!
    .find(({ name }) => name === 'runs.submit');
  expect(asked!.args).toEqual({ runs: runIds });
});

test('files go there before a graph names them', async () => {
  const running = await served();
  const { core } = await connected(running);
  const bytes = new TextEncoder().encode('file');
  expect(await core.putFile(bytes, 'fox.png')).toEqual({ digest: digestOf(bytes), name: 'fox.png' });
  expect(running.core.blobs.get(digestOf(bytes))).toEqual(bytes);
});

test('runs that are cancelled together are cancelled in one call', async () => {
  const running = await served();
  const { core, heard } = await connected(running);
  const taken = await core.submit({ graph: graphOf(core), overrides: [{}, {}, {}] });
  const runIds = taken.ok ? taken.value : [];
  for (const runId of runIds) core.cancel(runId);
  await Promise.all(runIds.map((runId) => heard((event) => 'runId' in event && event.runId === runId)));
  expect(running.core.called.filter((name) => name === 'runs.cancel')).toHaveLength(1);
  expect([...running.core.runs.values()].map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
});

test('what ends while the connection is away is heard when it is back', async () => {
  const running = await served();
  const { core, heard } = await connected(running);
  const taken = await core.submit({ graph: graphOf(core), overrides: [{}] });
  const runId = (taken.ok ? taken.value[0] : '') as RunId;
  const { port } = new URL(running.at);
  await running.server.close();
  running.core.runs.set(runId, { ...running.core.runs.get(runId)!, state: 'done' });
  const again = await openServer({
    core: running.core,
    version: '1',
    host: '127.0.0.1',
    port: Number(port),
    token: null,
    pages: null,
    onBug: () => {},
  });
  onTestFinished(() => again.close());
  await heard((event) => event.type === 'run.changed' && event.runId === runId && event.state === 'done');
});

test('a core that does not come back fails what was waited for, with the reason', async () => {
  const running = await served();
  const core = await remoteCore(running.at, null, { giveUpMs: 0 });
  onTestFinished(() => core.close());
  const taken = await core.submit({ graph: graphOf(core), overrides: [{}] });
  const runId = (taken.ok ? taken.value[0] : '') as RunId;
  const failed = new Promise<Event>((resolve) => core.listen(resolve));
  await running.server.close();
  expect(await failed).toMatchObject({ runId, state: 'failed', problems: [{ code: 'remote.unreachable' }] });
});

/** Something that answers at an address and is no core, or another one. */
async function answering(body: string): Promise<string> {
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('nobody, somebody else, another version and a missing token are told apart', async () => {
  const other = JSON.stringify({ ok: true, value: { contract: 99 } });
  expect(await problemsOf(remoteCore(await answering(other), null))).toMatchObject([
    { code: 'remote.otherVersion', values: { theirs: '99', ours: '1' } },
  ]);
  for (const body of ['<html>', 'null', '{"ok":true}', '{"ok":true,"value":{}}'])
    expect(await problemsOf(remoteCore(await answering(body), null))).toMatchObject([{ code: 'remote.notKiln' }]);
  expect(await problemsOf(remoteCore('127.0.0.1:1', null))).toMatchObject([{ code: 'remote.unreachable' }]);
  expect(await problemsOf(remoteCore('http://', null))).toMatchObject([{ code: 'option.badValue' }]);
  const { at } = await served({ token: 'a-secret-token' });
  expect(await problemsOf(remoteCore(at, null))).toMatchObject([{ code: 'request.unauthorized' }]);
  expect(await problemsOf(remoteCore(at, 'another-token'))).toMatchObject([{ code: 'request.unauthorized' }]);
});

test('the address may be short, have a path, or hold the token as it was printed', () => {
  expect(remoteAt('gpu.lan:7867', 'mine')).toEqual({ address: 'http://gpu.lan:7867', token: 'mine' });
  expect(remoteAt('https://gpu.lan/kiln/', null)).toEqual({ address: 'https://gpu.lan/kiln', token: null });
  expect(remoteAt('http://gpu.lan:7867/?token=a%2Bb', null)).toEqual({ address: 'http://gpu.lan:7867', token: 'a+b' });
});

test('a problem whose code is not known here is said in the words that came with it', async () => {
  const at = await answering(
    JSON.stringify({
      ok: false,
      problems: [{ code: 'new.thing', values: {}, message: 'Something new.', node: null, input: null }],
    }),
  );
  expect(await problemsOf(remoteCore(at, null))).toEqual([{ code: 'bug', values: { reason: 'Something new.' } }]);
});

test('kiln run --on works with the token from the environment, and the graph arrives whole', async () => {
  const running = await served({ token: 'a-secret-token' });
  running.core.listen(() => {});
  const submit = running.core.handlers['runs.submit'];
  const graphs: unknown[] = [];
  Object.assign(running.core.handlers, {
    'runs.submit': async (args: Parameters<typeof submit>[0], signal: AbortSignal) => {
      graphs.push(args.graph);
      const made = await submit(args, signal);
      for (const { runId } of made) running.core.emit(changed(runId, 'done'));
      return made;
    },
  });
  const cwd = emptyFolder();
  const env = { KILN_TOKEN: 'a-secret-token' };
  const { code, out, err } = await call(['run', graphFile, '--on', running.at, '--set', 'seed=5', '--json'], {
    cwd,
    env,
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ type: 'run.finished', state: 'done' });
  expect(graphs).toMatchObject([{ format: 'kiln', nodes: expect.anything() }]);
});
