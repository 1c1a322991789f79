import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CoreClient } from '../../src-main/contract/calls.ts';
import { type AppError, failed, ok, problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { GraphId, RunId } from '../../src-main/model/ids.ts';
import { api } from '../../src-renderer/bridge/api.ts';
import { fanOut } from '../../src-renderer/bridge/events.ts';
import { filesAt } from '../../src-renderer/bridge/files.ts';
import { sha256 } from '../../src-renderer/bridge/sha256.ts';
import { image } from './fake-core-calls.ts';

const warned = (run: string, graph: string): Event => ({
  type: 'run.warned',
  runId: run as RunId,
  graphId: graph as GraphId,
  problems: [],
});

function talking() {
  const listeners = new Set<(event: Event) => void>();
  const client = {
    listen: (listener: (event: Event) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    events: fanOut(client as unknown as CoreClient),
    says: (event: Event) => {
      for (const listener of listeners) listener(event);
    },
    count: () => listeners.size,
  };
}

test('each listener hears what concerns its graph or its run, and one subscription serves all', () => {
  const { events, says, count } = talking();
  const heard: Record<string, number> = { all: 0, graph: 0, run: 0 };
  events.all(() => heard.all!++);
  events.ofGraph('g1' as GraphId, () => heard.graph!++);
  const stop = events.ofRun('a' as RunId, () => heard.run!++);
  says(warned('a', 'g1'));
  says(warned('b', 'g1'));
  says(warned('c', 'g2'));
  says({ type: 'image.added', image: image('a'), digest: image('a').digest });
  expect(heard).toEqual({ all: 4, graph: 2, run: 2 });
  stop();
  says(warned('a', 'g1'));
  expect(heard.run).toBe(2);
  expect(count()).toBe(1);
  events.close();
  expect(count()).toBe(0);
});

test('a call gives its value, or throws what is wrong', async () => {
  const asked: unknown[] = [];
  const answers = [ok({ runs: [], total: 0 }), failed([problem('run.missing', { run: 'x' })])];
  const client = {
    call: async (...args: unknown[]) => {
      asked.push(args.slice(0, 2));
      return answers.shift();
    },
  };
  const calls = api(client as unknown as CoreClient);
  expect(await calls.runs({ order: 'queue' })).toEqual({ runs: [], total: 0 });
  await expect(calls.cancel(['x' as RunId])).rejects.toMatchObject({ problems: [{ code: 'run.missing' }] });
  expect(asked).toEqual([
    ['runs.list', { order: 'queue' }],
    ['runs.cancel', { runIds: ['x'] }],
  ]);
});

test.each([0, 1, 3, 55, 56, 63, 64, 65, 1000, 100_003])(
  'sha256 of %i bytes is the one that Node computes',
  (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
    expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  },
);

const some = new Uint8Array([1, 2, 3]);
const digest = createHash('sha256').update(some).digest('hex');

test('a file goes up under its digest', async () => {
  const sent: unknown[] = [];
  const files = filesAt('', async (address, init) => {
    sent.push(address, init?.method, init?.body);
    return Response.json({ ok: true });
  });
  expect(await files.put(some, 'fox.png')).toEqual({ digest, name: 'fox.png' });
  expect(sent).toEqual([`/blobs/${digest}`, 'PUT', some]);
});

test('what keeps a file from going up is said: nobody there, refused, empty', async () => {
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => (error as AppError).problems[0]!.code,
    );
  const silent = filesAt('', () => Promise.reject(new TypeError('fetch failed')));
  expect(await codeOf(silent.put(some, 'a'))).toBe('port.closed');
  const full = filesAt('', async () =>
    Response.json({ ok: false, problems: [problem('disk.full', { path: 'x' })] }, { status: 507 }),
  );
  expect(await codeOf(full.put(some, 'a'))).toBe('disk.full');
  const odd = filesAt('', async () => new Response('<html>', { status: 502 }));
  expect(await codeOf(odd.put(some, 'a'))).toBe('bug');
  expect(await codeOf(odd.put(new Uint8Array(0), 'a'))).toBe('file.empty');
});
