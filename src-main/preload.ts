import { contextBridge, ipcRenderer } from 'electron';
import type { KilnWindow, Told, WireEvents, WireNews } from './contract/desktop.ts';
import { channels, wiresOfLoad } from './contract/desktop-channels.ts';

// The one narrow way between a page and its window. Everything is checked on the other side.

const wires = new Map<number, WireEvents>();
const waiting: Told[] = [];
let tell: ((told: Told) => void) | null = null;
// No page in this window has a number of the page before it.
let lastId = wiresOfLoad * Math.floor(Math.random() * 2 ** 31);

ipcRenderer.on(channels.wire, (_event, news: WireNews) => {
  const wire = wires.get(news.id);
  if (news.t === 'open') wire?.onopen();
  else if (news.t === 'message') wire?.onmessage(news.text);
  else {
    wires.delete(news.id);
    wire?.onclose();
  }
});
ipcRenderer.on(channels.told, (_event, told: Told) => {
  if (tell) tell(told);
  else waiting.push(told);
});

const kiln: KilnWindow = {
  platform: process.platform,
  connect(events) {
    lastId += 1;
    const id = lastId;
    wires.set(id, events);
    ipcRenderer.send(channels.open, id);
    return {
      send: (text) => ipcRenderer.send(channels.send, id, text),
      close() {
        wires.delete(id);
        ipcRenderer.send(channels.close, id);
      },
    };
  },
  call: (name, args) => ipcRenderer.invoke(channels.call, name, args),
  onTold(listener) {
    tell = listener;
    for (const told of waiting.splice(0)) listener(told);
  },
};
contextBridge.exposeInMainWorld('kiln', kiln);
