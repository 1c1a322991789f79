import { expect, test } from 'vitest';
import { Cancelled, failed, ok, problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { GraphId, RunId } from '../../src-main/model/ids.ts';
import { overSocket, type Socket, waitBefore } from '../../src-renderer/bridge/over-socket.ts';
import { pageTime, settled } from './page-time.ts';

interface FakeSocket extends Socket {
  readonly sent: { t: string; id: number; name?: string; args?: unknown }[];
  closed: boolean;
  open(): void;
  says(message: unknown): void;
  breaks(): void;
}

function fakeSocket(): FakeSocket {
  const socket: FakeSocket = {
    sent: [],
    closed: false,
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => socket.sent.push(JSON.parse(text)),
    close: () => {
      socket.closed = true;
    },
    open: () => socket.onopen?.({} as never),
    says: (message) => socket.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) }),
    breaks: () => socket.onclose?.({} as never),
  };
  return socket;
}

function connected(options: { silenceMs?: number } = {}) {
  const time = pageTime();
  const sockets: FakeSocket[] = [];
  const client = overSocket({
    ...time,
    ...options,
    random: () => 0,
    open: () => {
      sockets.push(fakeSocket());
      return sockets.at(-1)!;
    },
  });
  return { client, time, socket: () => sockets.at(-1)!, sockets };
}

const status = ok({ paused: false });
const closed = failed([problem('port.closed', { reason: 'Kiln does not answer' })]);

test('a call before the connection is there waits for it, and is answered', async () => {
  const { client, socket } = connected();
  const asked = client.call('queue.status', {});
  expect(socket().sent).toEqual([]);
  socket().open();
  expect(socket().sent).toEqual([{ t: 'call', id: 1, name: 'queue.status', args: {} }]);
  socket().says({ t: 'answer', id: 1, result: status });
  expect(await asked).toEqual(status);
});

test('problems come back as values, and answers find their calls in any order', async () => {
  const { client, socket } = connected();
  socket().open();
  const [first, second] = [client.call('queue.status', {}), client.call('runs.retry', { runIds: ['a' as RunId] })];
  const missing = failed([problem('run.missing', { run: 'a' })]);
  socket().says({ t: 'answer', id: 2, result: missing });
  socket().says({ t: 'answer', id: 1, result: status });
  expect(await second).toEqual(missing);
  expect(await first).toEqual(status);
});

test('when the connection breaks, what may be repeated is sent again and the rest fails', async () => {
  const { client, socket, sockets, time } = connected();
  socket().open();
  const [reading, retrying] = [client.call('queue.status', {}), client.call('runs.retry', { runIds: ['a' as RunId] })];
  socket().breaks();
  expect(client.connection()).toEqual({ state: 'lost', tries: 1 });
  expect(await retrying).toEqual(closed);
  await time.pass(250);
  expect(sockets).toHaveLength(2);
  socket().open();
  expect(client.connection()).toEqual({ state: 'open', times: 2 });
  expect(socket().sent.map(({ name }) => name)).toEqual(['queue.status']);
  socket().says({ t: 'answer', id: socket().sent[0]!.id, result: status });
  expect(await reading).toEqual(status);
});

test('a submission with ids of its own is sent again, one without is not', async () => {
  const { client, socket, time } = connected();
  socket().open();
  const graph = { format: 'kiln' };
  const named = client.call('runs.submit', { graph, runs: [{ runId: 'run_1' as RunId }] });
  const unnamed = client.call('runs.submit', { graph });
  const twice = client.call('runs.submit', { graph, runs: [{ runId: 'run_1' as RunId }], times: 2 });
  socket().breaks();
  expect(await unnamed).toEqual(closed);
  expect(await twice).toEqual(closed);
  await time.pass(250);
  socket().open();
  expect(socket().sent).toHaveLength(1);
  socket().says({ t: 'answer', id: socket().sent[0]!.id, result: ok([]) });
  expect(await named).toEqual(ok([]));
});

test('what may not be repeated fails at once while nobody answers', async () => {
  const { client } = connected();
  expect(await client.call('runs.retry', { runIds: ['a' as RunId] })).toEqual(closed);
});

test('it waits longer after each try, and not at all after the first success', async () => {
  const { client, socket, sockets, time } = connected();
  for (const ms of [250, 500, 1000]) {
    socket().breaks();
    await time.pass(ms - 1);
    const before = sockets.length;
    await time.pass(1);
    expect(sockets).toHaveLength(before + 1);
  }
  socket().open();
  socket().breaks();
  expect(client.connection()).toEqual({ state: 'lost', tries: 1 });
  expect(waitBefore(20, 0)).toBe(5000);
  expect(waitBefore(20, 1)).toBe(4000);
});

test('asked to hurry, it tries at once', () => {
  const { client, socket, sockets } = connected();
  client.hurry();
  expect(sockets).toHaveLength(1);
  socket().breaks();
  client.hurry();
  expect(sockets).toHaveLength(2);
});

test('a cancelled call tells the core, and its late answer is nobody’s', async () => {
  const { client, socket } = connected();
  socket().open();
  const stop = new AbortController();
  const asked = client.call('queue.status', {}, stop.signal);
  stop.abort();
  await expect(asked).rejects.toBeInstanceOf(Cancelled);
  expect(socket().sent.at(-1)).toEqual({ t: 'cancel', id: 1 });
  socket().says({ t: 'answer', id: 1, result: status });
  await expect(client.call('queue.status', {}, stop.signal)).rejects.toBeInstanceOf(Cancelled);
});

test('events reach every listener until it stops listening', () => {
  const { client, socket } = connected();
  socket().open();
  const heard: Event[] = [];
  const stop = client.listen((event) => heard.push(event));
  const event = { type: 'run.warned', runId: 'a' as RunId, graphId: 'g' as GraphId, problems: [] } as const;
  socket().says({ t: 'event', event });
  stop();
  socket().says({ t: 'event', event });
  expect(heard).toEqual([event]);
});

test('which graphs are looked at is said when it changes, and again on a new connection', async () => {
  const { client, socket, time } = connected();
  const said = () => socket().sent.flatMap((message) => ('graphs' in message ? [message.graphs] : []));
  client.watch(['fox' as GraphId]);
  expect(socket().sent).toEqual([]);
  socket().open();
  expect(said()).toEqual([['fox']]);
  client.watch(['panda' as GraphId]);
  expect(said()).toEqual([['fox'], ['panda']]);
  socket().breaks();
  await time.pass(250);
  socket().open();
  expect(said()).toEqual([['panda']]);
  client.watch([]);
  socket().breaks();
  await time.pass(250);
  socket().open();
  expect(said()).toEqual([]);
});

test.each(['', '{', 'null', '7', '{"t":"answer"}', '{"t":"event"}', '{"t":"other","id":1}'])(
  'a message that is none of ours changes nothing: %s',
  async (text) => {
    const { client, socket } = connected();
    socket().open();
    const asked = client.call('queue.status', {});
    socket().says(text);
    socket().says({ t: 'answer', id: 1, result: status });
    expect(await asked).toEqual(status);
  },
);

test('a connection that is silent is asked for a sign of life, and given up without one', async () => {
  const { client, socket, time } = connected({ silenceMs: 1000 });
  socket().open();
  await time.pass(1000);
  expect(socket().sent.map(({ name }) => name)).toEqual(['core.info']);
  socket().says({ t: 'answer', id: 1, result: ok({}) });
  await time.pass(1500);
  expect(client.connection().state).toBe('open');
  const first = socket();
  await time.pass(600);
  expect(first.closed).toBe(true);
  expect(client.connection().state).toBe('lost');
});

test('a connection that neither opens nor closes is given up, and another tried', async () => {
  const { client, socket, sockets, time } = connected({ silenceMs: 1000 });
  const asked = client.call('queue.status', {});
  await time.pass(499);
  expect(sockets).toHaveLength(1);
  await time.pass(1);
  expect(sockets[0]!.closed).toBe(true);
  await time.pass(250);
  expect(sockets).toHaveLength(2);
  socket().open();
  socket().says({ t: 'answer', id: 1, result: status });
  expect(await asked).toEqual(status);
});

test('closed, it answers every call with that, and never comes back', async () => {
  const { client, socket, sockets, time } = connected();
  socket().open();
  const asked = client.call('queue.status', {});
  client.close();
  expect(await asked).toEqual(closed);
  expect(await client.call('queue.status', {})).toEqual(closed);
  await time.pass(60_000);
  await settled();
  expect(sockets).toHaveLength(1);
});
