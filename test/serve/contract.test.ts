import { describe, expect, test } from 'vitest';
import { calls } from '../../src-main/contract/calls.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { type Answered, listing, post, served } from './served.ts';
import { socketClient } from './socket-client.ts';

const graph = { format: 'kiln', version: 1 };

interface Wire {
  call(name: string, args?: unknown): Promise<Answered>;
}

const wires: Record<string, (at: string, headers?: Record<string, string>) => Promise<Wire>> = {
  HTTP: async (at, headers) => ({ call: async (name, args) => (await post(at, name, args, headers)).body }),
  WebSocket: async (at, headers) => {
    const client = await socketClient(at, headers);
    let last = 0;
    return {
      async call(name, args) {
        const id = ++last;
        client.send({ t: 'call', id, name, args });
        return (await client.got((message) => message.t === 'answer' && message.id === id)).result;
      },
    };
  },
};

describe.each(Object.entries(wires))('the contract over %s', (_name, wire) => {
  const start = async (headers?: Record<string, string>) => {
    const running = await served();
    return { ...running, ...(await wire(running.at, headers)) };
  };

  test('a call is answered with its value, and what it leaves out has its default', async () => {
    const { call, core } = await start();
    expect(await call('core.info')).toEqual({
      ok: true,
      value: { version: '1.2.3', contract: 1, home: 'home', devices: ['sim:0'] },
    });
    expect(await call('runs.submit', { graph })).toEqual({
      ok: true,
      value: [{ runId: 'run_0', place: 0, isNew: true }],
    });
    expect(core.runs.get('run_0' as RunId)).toEqual(listing('run_0'));
  });

  test('an answer of nothing is null', async () => {
    const { call } = await start();
    expect(await call('queue.pause', {})).toEqual({ ok: true, value: null });
    expect(await call('queue.status', {})).toMatchObject({ ok: true, value: { paused: true } });
  });

  test('a run that is submitted twice under one id is queued once', async () => {
    const { call, core } = await start();
    const args = { graph, runs: [{ runId: 'run_mine', overrides: { seed: '7' } }] };
    const first = await call('runs.submit', args);
    const second = await call('runs.submit', args);
    expect(first.value).toEqual([{ runId: 'run_mine', place: 0, isNew: true }]);
    expect(second.value).toEqual([{ runId: 'run_mine', place: 0, isNew: false }]);
    expect(core.runs.size).toBe(1);
  });

  test('wrong arguments are refused before any handler sees them', async () => {
    const { call, core } = await start();
    const found = await call('runs.submit', { graph: { format: 'other' }, times: 0 });
    expect(found.problems).toMatchObject([{ code: 'call.badArguments' }]);
    expect(found.problems?.[0]?.message).toMatch(/graph\.format.*times/s);
    expect(core.called).toEqual([]);
  });

  test('a name that is no call is refused, also one that every object has', async () => {
    const { call } = await start();
    for (const name of ['runs.steal', 'constructor', '__proto__'])
      expect((await call(name, {})).problems).toMatchObject([{ code: 'call.unknown' }]);
  });

  test('errors come as problems with sentences', async () => {
    const { call, bugs } = await start();
    expect(await call('runs.get', { runId: 'run_9' })).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'run.missing',
          values: { run: 'run_9' },
          message: 'There is no run “run_9”.',
          remedy: 'It may have been removed. Look at the list of runs.',
        },
      ],
    });
    expect(bugs).toEqual([]);
  });

  test('they are in Chinese for whoever asks for it', async () => {
    const { call } = await start({ 'accept-language': 'zh-CN,zh;q=0.9' });
    expect((await call('runs.get', { runId: 'run_9' })).problems?.[0]?.message).toBe('没有运行“run_9”。');
  });

  test('a handler that breaks is our mistake and is logged; the next call is answered', async () => {
    const { call, bugs } = await start();
    expect((await call('runs.clear', {})).problems).toMatchObject([{ code: 'bug' }]);
    expect(bugs).toHaveLength(1);
    expect((await call('core.info')).ok).toBe(true);
  });

  test('a core that is stopping takes no further calls', async () => {
    const { call, server, core } = await start();
    server.refuse();
    expect((await call('runs.submit', { graph })).problems).toMatchObject([{ code: 'request.stopping' }]);
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
