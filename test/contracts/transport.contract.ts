import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError, Cancelled } from '../../src-main/model/errors.ts';
import { type Port, type Rpc, rpcOver } from '../../src-main/model/rpc.ts';

export interface Transport {
  /** Connected to a far side that runs `serveEcho`. */
  readonly port: Port;
  /** Ends the far side without a word. */
  kill(): void;
}

/** What every way between two processes keeps. */
export function transportContract(name: string, connect: () => Transport): void {
  describe(`${name} as a transport`, () => {
    let transport: Transport;
    let rpc: Rpc;
    const events: { event: unknown; bytes: readonly Uint8Array[] }[] = [];
    let closed: Promise<string>;
    let onEvent = () => {};

    beforeEach(() => {
      events.length = 0;
      transport = connect();
      closed = new Promise((resolve) => {
        rpc = rpcOver(
          transport.port,
          () => {
            throw new Error('nothing is served here');
          },
          (event, bytes) => {
            events.push({ event, bytes });
            onEvent();
          },
          resolve,
        );
      });
    });
    afterEach(async () => {
      rpc.close();
      await closed;
    });

    const eventCount = (count: number) =>
      new Promise<void>((resolve) => {
        onEvent = () => events.length >= count && resolve();
        onEvent();
      });

    test('answers come back with their values and bytes', async () => {
      const value = { text: 'ü', list: [1, null, { deep: true }], big: 2n ** 63n, nothing: undefined };
      const bytes = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(3_000_000).fill(9)];
      const answer = await rpc.call('echo', value, bytes);
      expect(answer.value).toEqual(value);
      expect(answer.bytes.map((part) => part.length)).toEqual([3, 0, 3_000_000]);
      expect(new Uint8Array(answer.bytes[0]!)).toEqual(bytes[0]);
      expect(answer.bytes[2]!.every((byte) => byte === 9)).toBe(true);
    });

    test('a part of a larger buffer travels alone', async () => {
      const whole = Uint8Array.from({ length: 100 }, (_, i) => i);
      const { bytes } = await rpc.call('echo', null, [whole.subarray(10, 14)]);
      expect([...bytes[0]!]).toEqual([10, 11, 12, 13]);
    });

    test('order is kept, with and without bytes', async () => {
      const { value } = await rpc.call('count', 60);
      expect(value).toBe('counted');
      expect(events.map(({ event }) => event)).toEqual(Array.from({ length: 60 }, (_, i) => i));
      expect(events.map(({ bytes }) => bytes[0]?.length ?? null)).toEqual(
        Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? i * 1000 : null)),
      );
    });

    test('many calls at once find their own answers', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => rpc.call('echo', i, i % 2 ? [Uint8Array.of(i)] : [])),
      );
      expect(answers.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, i) => i));
      expect(answers.map(({ bytes }) => bytes[0]?.[0] ?? null)).toEqual(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? i : null)),
      );
    });

    test('what is sent may be changed afterwards', async () => {
      const value = { list: [1] };
      const answer = rpc.call('echo', value);
      value.list.push(2);
      expect((await answer).value).toEqual({ list: [1] });
    });

    test('events go both ways', async () => {
      rpc.emit({ hello: 1 }, [Uint8Array.of(5)]);
      await eventCount(1);
      expect(events[0]!.event).toEqual({ hello: 1 });
      expect([...events[0]!.bytes[0]!]).toEqual([5]);
    });

    test('errors arrive as values', async () => {
      const expected = await rpc.call('fail', null).catch((error: unknown) => error);
      expect(expected).toBeInstanceOf(AppError);
      expect((expected as AppError).problems).toEqual([{ code: 'image.missing', values: { name: 'cat.png' } }]);
      const bug = await rpc.call('bug', null).catch((error: unknown) => error);
      expect((bug as AppError).problems).toEqual([{ code: 'bug', values: { reason: 'x is not a function' } }]);
    });

    test('a call can be cancelled', async () => {
      const controller = new AbortController();
      const waiting = rpc.call('wait', null, [], controller.signal);
      await rpc.call('echo', null);
      controller.abort();
      await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    });

    test('when the other side leaves, what it said last arrives, and waiting calls end', async () => {
      const waiting = rpc.call('wait', null).catch((error: unknown) => error);
      await rpc.call('leave', null).catch(() => {});
      expect(await closed).not.toBe('');
      expect(((await waiting) as AppError).problems[0]!.code).toBe('port.closed');
      expect(events.map(({ event, bytes }) => [event, bytes[0]?.[0]])).toEqual([['last words', 7]]);
      await expect(rpc.call('echo', 1)).rejects.toMatchObject({ problems: [{ code: 'port.closed' }] });
      rpc.emit('to nobody');
    });

    test('when the other side dies, waiting calls end', async () => {
      await rpc.call('echo', null);
      const waiting = rpc.call('wait', null).catch((error: unknown) => error);
      transport.kill();
      expect(await closed).not.toBe('');
      expect(((await waiting) as AppError).problems[0]!.code).toBe('port.closed');
    });
  });
}
