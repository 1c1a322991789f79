import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenedFile } from '../contract/desktop.ts';

/** So many files that a page has not asked for yet are remembered. */
const mostKept = 100;

/** Files that a person chose, by ids: a page never learns a path, and can ask for nothing else. */
export function openedFiles(): {
  add(path: string): OpenedFile;
  path(id: string): string | null;
  read(id: string): Promise<Uint8Array | null>;
} {
  const paths = new Map<string, string>();
  return {
    add(path) {
      const id = randomUUID();
      paths.set(id, path);
      const [oldest] = paths.keys();
      if (paths.size > mostKept && oldest !== undefined) paths.delete(oldest);
      return { id, name: basename(path) };
    },
    path: (id) => paths.get(id) ?? null,
    async read(id) {
      const path = paths.get(id);
      return path === undefined ? null : readFile(path).catch(() => null);
    },
  };
}
