import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import type { Event } from './model/events.ts';
import { keptFolders } from './packs/kept-folders.ts';

/** A pack is copied file by file: it is looked at when nothing came for so long. */
const quietMs = 1000;
/** Folders may be made, added or plugged in later. */
const lookMs = 5000;

export interface PackNews {
  close(): void;
}

/** Says when something changed in the folders with packs: a person put a pack there, or took one away. */
export function packNews(
  { home, packFolders = [] }: { readonly home: string; readonly packFolders?: readonly string[] },
  emit: (event: Event) => void,
): PackNews {
  const kept = keptFolders(home);
  const watchers = new Map<string, FSWatcher>();
  let told: NodeJS.Timeout | null = null;
  let isClosed = false;

  const changed = (): void => {
    if (told !== null) clearTimeout(told);
    told = setTimeout(() => emit({ type: 'packs.changed' }), quietMs).unref();
  };
  const add = (folder: string): void => {
    try {
      const watcher = watch(folder, { recursive: true, persistent: false }, changed);
      watcher.on('error', () => drop(folder));
      watchers.set(folder, watcher);
    } catch {
      // It is not there, or cannot be watched: it is looked for again.
    }
  };
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
    changed();
  };
  const look = async (isFirst: boolean): Promise<void> => {
    const wanted = [path.join(home, 'models'), ...packFolders, ...(await kept.all())];
    if (isClosed) return;
    for (const folder of wanted.filter((one) => !watchers.has(one))) {
      add(folder);
      if (!isFirst && watchers.has(folder)) changed();
    }
    for (const folder of [...watchers.keys()].filter((one) => !wanted.includes(one))) drop(folder);
  };
  void look(true);
  const looking = setInterval(() => void look(false), lookMs).unref();
  return {
    close() {
      isClosed = true;
      clearInterval(looking);
      if (told !== null) clearTimeout(told);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
