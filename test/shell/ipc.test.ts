import { expect, test } from 'vitest';
import type { DesktopHandlers, WireEvents } from '../../src-main/contract/desktop.ts';
import { channels, wiresOfLoad } from '../../src-main/contract/desktop-channels.ts';
import type { CoreLink } from '../../src-main/shell/core-link.ts';
import { type Ipc, servePages } from '../../src-main/shell/ipc.ts';
import { noCore } from '../../src-main/shell/no-core.ts';

type Listener = (event: object, ...args: unknown[]) => unknown;

function opened() {
  const listeners = new Map<string, Listener>();
  const wires: { events: WireEvents; sent: string[]; closed: boolean }[] = [];
  const core: CoreLink = {
    ...noCore([]),
    open(events) {
      const wire = { events, sent: [] as string[], closed: false };
      wires.push(wire);
      return {
        send: (text) => wire.sent.push(text),
        close: () => {
          wire.closed = true;
        },
      };
    },
  };
  const refused: string[] = [];
  const handlers = { 'window.progress': async () => null, 'core.where': async () => core.chosen } as never;
  const ipc = { on: (name: string, listener: Listener) => listeners.set(name, listener) } as unknown as Ipc;
  (ipc as { handle: unknown }).handle = (name: string, listener: Listener) => listeners.set(name, listener);
  servePages(ipc, { core: () => core, handlers: handlers as DesktopHandlers, log: (text) => refused.push(text) });
  const ends = new Map<string, () => void>();
  let listening = 0;
  const listen = (name: string, then: () => void): void => {
    listening++;
    ends.set(name, then);
  };
  const told: unknown[] = [];
  const page = {
    id: 7,
    isDestroyed: () => false,
    once: (name: string, then: () => void) => listen(name, then),
    send: (_channel: string, news: unknown) => told.push(news),
  };
  const ours = { sender: page, senderFrame: { url: 'app://kiln/', parent: null } };
  const foreign = { sender: page, senderFrame: { url: 'https://evil.example/', parent: null } };
  const inner = { sender: page, senderFrame: { url: 'app://kiln/', parent: {} } };
  const say = (event: object, channel: string, ...args: unknown[]) => listeners.get(channel)!(event, ...args);
  return { say, ours, foreign, inner, wires, told, refused, ends, listening: () => listening };
}

test('a page’s wire leads to the core and back, under the page’s own number', () => {
  const { say, ours, wires, told } = opened();
  say(ours, channels.open, 3);
  say(ours, channels.send, 3, 'hello');
  wires[0]!.events.onopen();
  wires[0]!.events.onmessage('back');
  wires[0]!.events.onclose();
  expect(wires[0]!.sent).toEqual(['hello']);
  expect(told).toEqual([
    { id: 3, t: 'open' },
    { id: 3, t: 'message', text: 'back' },
    { id: 3, t: 'close' },
  ]);
});

test('a strange page, and a frame inside ours, open nothing and are noted', async () => {
  const { say, foreign, inner, wires, refused } = opened();
  for (const event of [foreign, inner]) {
    say(event, channels.open, 1);
    await expect(say(event, channels.call, 'core.where', {})).rejects.toThrow('refused');
  }
  expect(wires).toEqual([]);
  expect(refused).toHaveLength(4);
});

test('what is no number, no text and no call is left alone or refused', async () => {
  const { say, ours, wires } = opened();
  say(ours, channels.open, 'x');
  say(ours, channels.open, 1.5);
  expect(wires).toEqual([]);
  say(ours, channels.open, 1);
  say(ours, channels.send, 1, { no: 'text' });
  expect(wires[0]!.sent).toEqual([]);
  await expect(say(ours, channels.call, 'toString', {})).rejects.toThrow('no such call');
  await expect(say(ours, channels.call, 'window.progress', { share: 2 })).rejects.toThrow();
  expect(await say(ours, channels.call, 'window.progress', { share: 0.5 })).toBeNull();
});

test('wires end with their page, and one page cannot open any number', () => {
  const { say, ours, wires, ends } = opened();
  for (let id = 0; id < 50; id++) say(ours, channels.open, id);
  expect(wires).toHaveLength(8);
  say(ours, channels.open, wiresOfLoad);
  expect(wires.slice(0, 8).every(({ closed }) => closed)).toBe(true);
  expect(wires).toHaveLength(9);
  ends.get('destroyed')!();
  expect(wires.every(({ closed }) => closed)).toBe(true);
});

test('a page that a window does not know yet is told so, and may ask again', () => {
  const { say, ours, foreign, wires, told } = opened();
  say(foreign, channels.open, 5);
  expect(told).toEqual([{ id: 5, t: 'close' }]);
  say(foreign, channels.send, 5, 'lost');
  expect(told).toHaveLength(1);
  say(ours, channels.open, 6);
  expect(wires).toHaveLength(1);
});

test('a page that connects again and again is listened to once', () => {
  const { say, ours, listening } = opened();
  for (let id = 0; id < 20; id++) {
    say(ours, channels.open, id);
    say(ours, channels.close, id);
  }
  expect(listening()).toBe(1);
});
