import { access } from 'node:fs/promises';
import path from 'node:path';
import { fail } from './model/errors.ts';
import { keptFolders } from './packs/kept-folders.ts';
import { packsIn } from './packs/library.ts';
import type { Disk } from './shell/core-link.ts';
import { fileInHome } from './store/home.ts';
import { pictureSuffixes } from './store/picture-suffix.ts';

/** The home's part of this computer's disk. */
export function diskOf(home: string): Disk {
  const kept = keptFolders(home);
  return {
    async addPacks(folder) {
      const found = await packsIn(folder);
      if (found.length === 0) fail('pack.noneInFolder', { folder: path.basename(folder) });
      await kept.add(folder);
      return found;
    },
    async pictureFile(digest) {
      for (const suffix of pictureSuffixes.all) {
        const file = fileInHome(home, 'images', digest, suffix);
        const isThere = await access(file).then(
          () => true,
          () => false,
        );
        if (isThere) return file;
      }
      return null;
    },
  };
}
