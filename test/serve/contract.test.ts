import { describe, expect, onTestFinished, test } from 'vitest';
import { calls } from '../../src-main/contract/calls.ts';
import { ownCore } from '../../src-main/shell/own-core.ts';
import { calledCore } from '../build/called-core.ts';
import {
  callsContract,
  callsOver,
  type FramedCore,
  framesContract,
  inbox,
  type LookedCore,
  type ReachedCore,
} from '../contracts/core.contract.ts';
import { post, served } from './served.ts';
import { socketClient } from './socket-client.ts';

/** The server behind it may be asked for a token, say no, or be closed. */
async function reached() {
  const running = await served();
  const seen: LookedCore = Object.assign(running.core, { bugs: running.bugs });
  const look: ReachedCore['look'] = async (read, arg) => read(seen, arg as never);
  return { ...running, look };
}

callsContract('HTTP', {
  async reach() {
    const { at, look } = await reached();
    return { look, call: async (name, args) => (await post(at, name, args)).body };
  },
});

const overSocket = async (): Promise<FramedCore> => {
  const { at, look } = await reached();
  const { socket, send, got, messages } = await socketClient(at);
  return { look, send, got, messages, close: () => socket.close() };
};
callsContract('WebSocket', { reach: callsOver(overSocket) });
framesContract('WebSocket', { reach: overSocket });

const inProcess = async (): Promise<FramedCore> => {
  const core = calledCore();
  const bugs: unknown[] = [];
  const seen: LookedCore = Object.assign(core, { bugs });
  const { take, got, messages } = inbox();
  const link = ownCore({ ...core, close: async () => {} }, null, (error) => bugs.push(error));
  const opened = Promise.withResolvers<void>();
  const wire = link.open({ onopen: opened.resolve, onmessage: take, onclose: () => {} });
  await opened.promise;
  onTestFinished(() => wire.close());
  const look: FramedCore['look'] = async (read, arg) => read(seen, arg as never);
  return { look, got, messages, send: (message) => wire.send(JSON.stringify(message)), close: () => wire.close() };
};
callsContract('the own process', { reach: callsOver(inProcess) });
framesContract('the own process', { reach: inProcess });

const asked: Record<string, (at: string, headers?: Record<string, string>) => Promise<ReachedCore['call']>> = {
  HTTP: async (at, headers) => async (name, args) => (await post(at, name, args, headers)).body,
  async WebSocket(at, headers) {
    const client = await socketClient(at, headers);
    return async (name, args) => {
      client.send({ t: 'call', id: 1, name, args });
      return (await client.got(({ t }) => t === 'answer')).result;
    };
  },
};

describe.each(Object.entries(asked))('a server over %s', (_name, asking) => {
  test('it says its problems in sentences', async () => {
    const { at } = await served();
    const call = await asking(at);
    expect(await call('runs.get', { runId: 'run_9' })).toMatchObject({
      problems: [
        {
          message: 'There is no run “run_9”.',
          remedy: 'It may have been removed. Look at the list of runs.',
        },
      ],
    });
  });

  test('they are in Chinese for whoever asks for it', async () => {
    const { at } = await served();
    const call = await asking(at, { 'accept-language': 'zh-CN,zh;q=0.9' });
    expect((await call('runs.get', { runId: 'run_9' })).problems?.[0]?.message).toBe('没有运行“run_9”。');
  });

  test('one that is stopping takes no further calls', async () => {
    const { at, server, core } = await served();
    const call = await asking(at);
    server.refuse();
    expect((await call('queue.pause', {})).problems).toMatchObject([{ code: 'request.stopping' }]);
    expect(core.called).toEqual([]);
  });
});

test('the status of an answer says what kind of problem it has', async () => {
  const { at, server } = await served();
  const statusOf = async (name: string, args?: unknown, headers?: Record<string, string>) =>
    (await post(at, name, args, headers)).status;
  expect(await statusOf('core.info')).toBe(200);
  expect(await statusOf('runs.move', { runIds: [] })).toBe(400);
  expect(await statusOf('core.info', '{"a":')).toBe(400);
  expect(await statusOf('core.info', '{}', { 'content-type': 'text/plain' })).toBe(415);
  expect(await statusOf('runs.steal')).toBe(404);
  expect(await statusOf('runs.get', { runId: 'run_9' })).toBe(404);
  expect(await statusOf('runs.clear')).toBe(500);
  server.refuse();
  expect(await statusOf('core.info')).toBe(503);
});

test('a call whose client goes away is aborted', async () => {
  const { at, core } = await served();
  const gone = new AbortController();
  const asked = fetch(`${at}/api/runs.explain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"runId":"run_1"}',
    signal: gone.signal,
  });
  const signal = await core.explaining.promise;
  gone.abort();
  await expect(asked).rejects.toThrow();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
});

test('the description for programs holds every call with what it takes', async () => {
  const { at } = await served();
  const described = (await (await fetch(`${at}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, { post?: { requestBody: { content: { 'application/json': { schema: object } } } } }>;
  };
  expect(described.openapi).toBe('3.1.0');
  for (const name of Object.keys(calls)) expect(described.paths).toHaveProperty([`/api/${name}`]);
  const submit = described.paths['/api/runs.submit']!.post!.requestBody.content['application/json'].schema;
  expect(submit).toMatchObject({
    type: 'object',
    required: ['graph'],
    properties: { times: { type: 'integer', minimum: 1, maximum: 10_000 }, tier: { enum: expect.any(Array) } },
  });
  expect(JSON.stringify(described)).not.toContain('undefined');
});

test('the page for people shows every call and runs no script', async () => {
  const { at } = await served();
  const response = await fetch(`${at}/api`);
  const page = await response.text();
  for (const [name, { about }] of Object.entries(calls)) {
    expect(page).toContain(`<h2>${name}</h2>`);
    expect(page).toContain(about.slice(0, 20));
  }
  expect(page).not.toMatch(/<script|<style|style=|onclick/);
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
});
