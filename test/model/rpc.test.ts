import { expect, test } from 'vitest';
import { AppError, Cancelled, fail, problem } from '../../src-main/model/errors.ts';
import { type Handler, type Port, rpcOver } from '../../src-main/model/rpc.ts';
import { settled } from '../build/fake-time.ts';

interface End extends Port {
  readonly sent: unknown[];
  breakOff(reason: string): void;
}

/** Two ports, each the other's far end. What is posted arrives as a copy, later and in order. */
function portPair(): [End, End] {
  const make = () => {
    const listeners: ((message: unknown, bytes: readonly Uint8Array[]) => void)[] = [];
    const closers: ((reason: string) => void)[] = [];
    return { listeners, closers, sent: [] as unknown[] };
  };
  const [a, b] = [make(), make()];
  const close = (reason: string) => {
    for (const { closers } of [a, b]) for (const closer of closers) closer(reason);
  };
  const end = (own: typeof a, far: typeof a): End => ({
    sent: own.sent,
    post(message, bytes = []) {
      own.sent.push(message);
      const copy = structuredClone(message);
      queueMicrotask(() => {
        for (const listener of far.listeners) listener(copy, bytes);
      });
    },
    onMessage: (listener) => void own.listeners.push(listener),
    onClose: (listener) => void own.closers.push(listener),
    close: () => close('closed'),
    breakOff: close,
  });
  return [end(a, b), end(b, a)];
}

function pair(handler: Handler) {
  const [near, far] = portPair();
  const events: unknown[] = [];
  const closed: string[] = [];
  const none: Handler = () => fail('call.unknown', { name: '' });
  const client = rpcOver(
    near,
    none,
    (event, bytes) => void events.push([event, bytes.length]),
    (reason) => void closed.push(reason),
  );
  const server = rpcOver(
    far,
    handler,
    () => {},
    () => {},
  );
  return { client, server, near, far, events, closed };
}

test('a call is answered with its value and its bytes', async () => {
  const { client } = pair((name, args, bytes) => ({
    value: { name, args },
    bytes: bytes.map((one) => one.map((byte) => byte + 1)),
  }));
  const made = await client.call('add', { a: 1 }, [Uint8Array.of(1, 2)]);
  expect(made).toEqual({ value: { name: 'add', args: { a: 1 } }, bytes: [Uint8Array.of(2, 3)] });
});

test('calls are answered each for itself, in whatever order', async () => {
  const open = new Map<string, () => void>();
  const { client } = pair(async (name) => {
    await new Promise<void>((resolve) => open.set(name, resolve));
    return { value: name, bytes: [] };
  });
  const answers: unknown[] = [];
  const calls = ['a', 'b', 'c'].map((name) => client.call(name, null).then(({ value }) => answers.push(value)));
  await settled();
  for (const name of ['c', 'a', 'b']) {
    open.get(name)!();
    await settled();
  }
  await Promise.all(calls);
  expect(answers).toEqual(['c', 'a', 'b']);
});

test('an expected error arrives as its problems', async () => {
  const found = problem('pack.missing', { pack: 'x', known: '' });
  const { client } = pair(() => {
    throw new AppError(found);
  });
  await expect(client.call('x', null)).rejects.toMatchObject({ name: 'AppError', problems: [found] });
});

test('an unexpected error arrives as our mistake, without its stack', async () => {
  const { client, far } = pair(async () => {
    throw new TypeError('x is not a function');
  });
  await expect(client.call('x', null)).rejects.toMatchObject({
    problems: [{ code: 'bug', values: { reason: 'x is not a function' } }],
  });
  expect(JSON.stringify(far.sent)).not.toContain('rpc.test');
});

test('a call that is cancelled ends as cancelled, on both sides', async () => {
  let wasAborted = false;
  const { client } = pair(
    (_name, _args, _bytes, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          wasAborted = true;
          reject(signal.reason);
        });
      }),
  );
  const controller = new AbortController();
  const call = client.call('slow', null, [], controller.signal);
  await settled();
  controller.abort();
  await expect(call).rejects.toBeInstanceOf(Cancelled);
  expect(wasAborted).toBe(true);
});

test('a call with a signal that was given before is not even sent', async () => {
  const { client, near } = pair(() => ({ value: 1, bytes: [] }));
  await expect(client.call('x', null, [], AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
  expect(near.sent).toEqual([]);
});

test('after its answer a call listens to its signal no more', async () => {
  const { client, near } = pair(() => ({ value: 1, bytes: [] }));
  const controller = new AbortController();
  await client.call('x', null, [], controller.signal);
  controller.abort();
  await settled();
  expect(near.sent).toHaveLength(1);
});

test('events arrive in order, with their bytes', async () => {
  const { server, events } = pair(() => ({ value: 1, bytes: [] }));
  server.emit('one');
  server.emit('two', [Uint8Array.of(1)]);
  await settled();
  expect(events).toEqual([
    ['one', 0],
    ['two', 1],
  ]);
});

test('when the other end is gone every open call fails, later ones too, and it is said once', async () => {
  let signal: AbortSignal | undefined;
  const { client, server, near, closed } = pair((_name, _args, _bytes, given) => {
    signal = given;
    return new Promise(() => {});
  });
  const call = client.call('slow', null);
  await settled();
  near.breakOff('it crashed');
  near.breakOff('again');
  const gone = { problems: [{ code: 'port.closed', values: { reason: 'it crashed' } }] };
  await expect(call).rejects.toMatchObject(gone);
  await expect(client.call('x', null)).rejects.toMatchObject(gone);
  expect(closed).toEqual(['it crashed']);
  expect(signal?.aborted).toBe(true);
  server.emit('nobody hears it');
});

test('a handler that ends after the port closed says nothing more', async () => {
  let answer = () => {};
  const { client, far, near } = pair(
    () =>
      new Promise((resolve) => {
        answer = () => resolve({ value: 1, bytes: [] });
      }),
  );
  const call = client.call('slow', null).catch(() => 'failed');
  await settled();
  near.breakOff('gone');
  answer();
  await settled();
  expect(await call).toBe('failed');
  expect(far.sent).toEqual([]);
});

test('an answer that nobody waits for is passed over', async () => {
  const { near, far, client } = pair(() => ({ value: 1, bytes: [] }));
  far.post({ t: 'answer', id: 99, value: 1 });
  far.post({ t: 'cancel', id: 99 });
  near.post({ t: 'cancel', id: 99 });
  await settled();
  expect((await client.call('x', null)).value).toBe(1);
});
