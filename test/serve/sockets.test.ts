import { createConnection } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { changed, progressed, served } from './served.ts';
import { type SocketClient, socketClient } from './socket-client.ts';

/** What was sent before this has been read. */
async function answered(client: SocketClient): Promise<void> {
  client.send({ t: 'call', id: 900, name: 'core.info' });
  const count = client.messages.filter(({ id }) => id === 900).length;
  await expect.poll(() => client.messages.filter(({ id }) => id === 900).length).toBeGreaterThan(count);
}

test('every client hears every event, in order', async () => {
  const { at, core } = await served();
  const [one, two] = await Promise.all([socketClient(at), socketClient(at)]);
  const events = [changed('run_1', 'running'), progressed('run_1', 1), changed('run_1', 'done')];
  events.forEach(core.emit);
  for (const client of [one, two]) {
    await client.got(
      (message) => message.t === 'event' && message.event.type === 'run.changed' && message.event.state === 'done',
    );
    expect(client.messages.map(({ event }) => event)).toEqual(events);
  }
});

test('previews go to those who watch their graph; the others get the step without one', async () => {
  const { at, core } = await served();
  const [looks, looksElsewhere] = await Promise.all([socketClient(at), socketClient(at)]);
  looks.send({ t: 'watch', graphs: ['graph_1'] });
  looksElsewhere.send({ t: 'watch', graphs: ['graph_2'] });
  await Promise.all([looks, looksElsewhere].map((client) => answered(client)));
  const preview = { width: 1, height: 1, rgb: 'AAAA' };
  const step = { ...progressed('run_1', 1), preview };
  core.emit(step);
  const got = (client: SocketClient) => client.got(({ event }) => event?.type === 'job.progressed');
  expect((await got(looks)).event).toEqual(step);
  expect((await got(looksElsewhere)).event).toEqual(progressed('run_1', 1));
});

test('a graph is watched as long as some client looks at it', async () => {
  const { at, core } = await served();
  const [one, two] = await Promise.all([socketClient(at), socketClient(at)]);
  for (const client of [one, two]) client.send({ t: 'watch', graphs: ['fox', 'panda'] });
  await Promise.all([one, two].map((client) => answered(client)));
  expect([...core.watched]).toEqual([
    ['fox', 2],
    ['panda', 2],
  ]);
  one.send({ t: 'watch', graphs: ['panda', 'owl'] });
  await answered(one);
  expect([...core.watched]).toEqual([
    ['fox', 1],
    ['panda', 2],
    ['owl', 1],
  ]);
  two.socket.close();
  await expect.poll(() => [...core.watched.keys()]).toEqual(['panda', 'owl']);
});

test('the page about the calls names every message that a client may send', async () => {
  const { at } = await served();
  const page = await (await fetch(`${at}/api`)).text();
  for (const message of ['call', 'cancel', 'watch']) expect(page).toContain(`{"t":"${message}",`);
});

test('a client may have so many calls at a time, and one under each number', async () => {
  const { at } = await served({ limits: { callsPerClient: 2 } });
  const client = await socketClient(at);
  const explain = (id: number) => client.send({ t: 'call', id, name: 'runs.explain', args: { runId: 'run_1' } });
  explain(1);
  explain(1);
  const twice = await client.got((message) => message.id === null);
  expect(twice.result.problems).toMatchObject([{ code: 'request.malformed' }]);
  explain(2);
  explain(3);
  const refused = await client.got((message) => message.id === 3);
  expect(refused.result.problems).toMatchObject([{ code: 'request.tooMany' }]);
});

test.each([
  ['text that is no JSON', 'call me'],
  ['what is neither a call nor a cancel', { t: 'event', event: {} }],
  ['a call without a number', { t: 'call', name: 'core.info' }],
  [
    'arguments nested without end',
    `{"t":"call","id":1,"name":"core.info","args":${'['.repeat(100)}${']'.repeat(100)}}`,
  ],
])('%s is told and ends the connection', async (_what, message) => {
  const { at } = await served();
  const client = await socketClient(at);
  client.send(message);
  expect(await client.closed).toBe(1007);
  expect(client.messages).toMatchObject([{ id: null, result: { problems: [{ code: 'request.malformed' }] } }]);
});

test('a message that is too large ends the connection before it is read', async () => {
  const { at, core } = await served({ limits: { jsonBytes: 10_000 } });
  const client = await socketClient(at);
  client.send({ t: 'call', id: 1, name: 'core.info', args: { more: 'x'.repeat(20_000) } });
  expect(await client.closed).toBe(1009);
  expect(core.called).toEqual([]);
});

test('there is room for so many clients', async () => {
  const { at } = await served({ limits: { clients: 1 } });
  await socketClient(at);
  const second = await socketClient(at);
  expect(await second.closed).toBe(1013);
});

/** A client that reads nothing after the handshake, so that what is sent to it piles up. */
async function deafClient(at: string) {
  const { hostname, port, host } = new URL(at);
  const socket = createConnection({ host: hostname, port: Number(port) });
  onTestFinished(() => {
    socket.destroy();
  });
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => {
    socket.once('data', () => {
      socket.pause();
      resolve();
    });
  });
  return socket;
}

/** Fills the buffers of the system between both ends: what is beyond waits in the server. */
const flood = 64_000_000;
const longText = 'x'.repeat(100_000);

test('a slow client misses progress but not the end of a run, and nobody else waits for it', async () => {
  const { at, core } = await served({ limits: { slowBytes: 100_000, stuckBytes: 2 * flood } });
  const deaf = await deafClient(at);
  const quick = await socketClient(at);
  const loud = { ...progressed('run_1', 1), nodeId: longText } as ReturnType<typeof progressed>;
  for (let sent = 0; sent < flood; sent += longText.length) core.emit(loud);
  core.emit(changed('run_1', 'done'));
  await quick.got((message) => message.t === 'event' && message.event.type === 'run.changed');
  const metrics = await (await fetch(`${at}/metrics`)).text();
  expect(Number(/^kiln_dropped_events_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(100);

  let heard = 0;
  let end = '';
  const told = new Promise<void>((resolve) => {
    deaf.on('data', (chunk) => {
      heard += chunk.length;
      end = (end + chunk.toString('latin1')).slice(-2_000);
      if (end.includes('"state":"done"')) resolve();
    });
  });
  deaf.resume();
  await told;
  expect(heard).toBeLessThan(flood);
});

test('a client that takes nothing at all is dropped, and its memory with it', async () => {
  const { at, core } = await served({ limits: { slowBytes: 100_000, stuckBytes: 1_000_000 } });
  const deaf = await deafClient(at);
  const ended = new Promise<void>((resolve) => {
    deaf.on('close', () => resolve());
    deaf.on('error', () => {});
  });
  const important = { ...changed('run_1', 'done'), images: [{ title: longText }] } as unknown as ReturnType<
    typeof changed
  >;
  for (let sent = 0; sent < flood; sent += longText.length) core.emit(important);
  deaf.resume();
  await ended;
  const metrics = await (await fetch(`${at}/metrics`)).text();
  expect(metrics).toMatch(/^kiln_clients 0$/m);
});

test('a client that answers no ping is gone', async () => {
  const { at } = await served({ pingMs: 20 });
  const deaf = await deafClient(at);
  const ended = new Promise<void>((resolve) => {
    deaf.on('close', () => resolve());
  });
  deaf.resume();
  await ended;
});

test('a client that answers pings stays', async () => {
  const { at, core } = await served({ pingMs: 20 });
  const client = await socketClient(at);
  const deaf = await deafClient(at);
  deaf.resume();
  // The one that does not answer is gone after two pings, so the other has had as many.
  await new Promise((resolve) => deaf.on('close', resolve));
  core.emit(changed('run_1', 'done'));
  await client.got((message) => message.t === 'event');
});
