import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../model/errors.ts';

/** Folders with packs that a person added to a home. */
export interface KeptFolders {
  all(): Promise<readonly string[]>;
  /** @throws AppError folder.notWritable */
  add(folder: string): Promise<void>;
}

/** In a JSON file, read anew each time: every process with this home sees what another one added. A broken file holds none. */
export function keptFolders(home: string): KeptFolders {
  const file = path.join(home, 'pack-folders.json');
  const all = async (): Promise<readonly string[]> => {
    try {
      const found: unknown = JSON.parse(await readFile(file, 'utf8'));
      return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
    } catch {
      return [];
    }
  };
  return {
    all,
    async add(folder) {
      const known = await all();
      const added = path.resolve(folder);
      if (known.includes(added)) return;
      const beside = `${file}.${randomUUID()}`;
      try {
        await mkdir(home, { recursive: true });
        await writeFile(beside, JSON.stringify([...known, added], null, 2), { mode: 0o600 });
        await rename(beside, file);
      } catch (cause) {
        await rm(beside, { force: true }).catch(() => {});
        fail('folder.notWritable', { path: home, reason: (cause as Error).message }, {}, cause);
      }
    },
  };
}
