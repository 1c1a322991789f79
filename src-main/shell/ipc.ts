import type { IpcMain, WebContents } from 'electron';
import { type DesktopHandlers, desktopCalls, type Wire, type WireNews } from '../contract/desktop.ts';
import { channels, wiresOfLoad } from '../contract/desktop-channels.ts';
import type { CoreLink } from './core-link.ts';
import { isTrusted, type Sender } from './sender.ts';

export interface IpcOptions {
  readonly core: () => CoreLink;
  readonly handlers: DesktopHandlers;
  readonly log: (message: string) => void;
}

/** What this room needs of Electron's `ipcMain`. */
export type Ipc = Pick<IpcMain, 'on' | 'handle'>;
type Page = Pick<WebContents, 'id' | 'send' | 'once' | 'isDestroyed'>;

const mostWires = 8;

/** Which load of a page a wire's number is of. */
const loadOf = (id: number): number => Math.floor(id / wiresOfLoad);
const keyOf = (page: Page, id: number): string => `${page.id}:${loadOf(id)}:${id}`;

/** Every way from a page to here. Who asks is checked first, then what is asked. */
export function servePages(ipc: Ipc, { core, handlers, log }: IpcOptions): { closeWires(): void } {
  const wires = new Map<string, Wire>();
  const heard = new WeakSet<Page>();
  const closeWhere = (isMeant: (key: string) => boolean): void => {
    for (const [key, wire] of wires)
      if (isMeant(key)) {
        wires.delete(key);
        wire.close();
      }
  };
  const tell = (page: Page, news: WireNews): void => {
    if (!page.isDestroyed()) page.send(channels.wire, news);
  };
  const listen = (channel: string, work: (page: Page, id: number, rest: unknown) => void): void => {
    ipc.on(channel, (event, id: unknown, rest: unknown) => {
      if (!Number.isSafeInteger(id)) return;
      if (isTrusted(event as unknown as Sender)) return work(event.sender, id as number, rest);
      log(`refused ${channel} from ${event.senderFrame?.url}`);
      // A page that is our own, and asked while its frame was not known yet, asks again.
      if (channel === channels.open) tell(event.sender, { id: id as number, t: 'close' });
    });
  };

  listen(channels.open, (page, id) => {
    const key = keyOf(page, id);
    const isOfPage = (one: string) => one.startsWith(`${page.id}:`);
    const isOfLoad = (one: string) => one.startsWith(`${page.id}:${loadOf(id)}:`);
    if (wires.has(key) || [...wires.keys()].filter(isOfLoad).length >= mostWires) return;
    // Another page in the same window knows nothing of the wires of the one before. Electron's news of it may come later
    // than its first message, so it is told by its numbers.
    closeWhere((one) => isOfPage(one) && !isOfLoad(one));
    if (!heard.has(page)) {
      heard.add(page);
      page.once('destroyed', () => closeWhere(isOfPage));
    }
    const wire = core().open({
      onopen: () => tell(page, { id, t: 'open' }),
      onmessage: (text) => tell(page, { id, t: 'message', text }),
      onclose() {
        wires.delete(key);
        tell(page, { id, t: 'close' });
      },
    });
    wires.set(key, wire);
  });
  listen(channels.send, (page, id, text) => {
    if (typeof text === 'string') wires.get(keyOf(page, id))?.send(text);
  });
  listen(channels.close, (page, id) => {
    const key = keyOf(page, id);
    wires.get(key)?.close();
    wires.delete(key);
  });

  ipc.handle(channels.call, async (event, name: unknown, args: unknown) => {
    if (!isTrusted(event as unknown as Sender)) {
      log(`refused a call from ${event.senderFrame?.url}`);
      throw new Error('refused');
    }
    if (typeof name !== 'string' || !Object.hasOwn(desktopCalls, name)) throw new Error('no such call');
    const known = name as keyof typeof desktopCalls;
    const checked = desktopCalls[known].args.parse(args);
    // The table of handlers has the same types as the table of calls; the compiler cannot follow that through a name.
    return (handlers[known] as (args: unknown) => Promise<unknown>)(checked);
  });
  return { closeWires: () => closeWhere(() => true) };
}
