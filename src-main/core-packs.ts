import path from 'node:path';
import { builtInPacks } from './core-versions.ts';
import { type Device, isSimulated } from './model/device.ts';
import type { Packs } from './model/ports.ts';
import { fileDigestCache } from './packs/digest-cache.ts';
import { keptFolders } from './packs/kept-folders.ts';
import { withLabPacks } from './packs/lab-packs.ts';
import { packLibrary } from './packs/library.ts';

export interface CorePacksOptions {
  readonly home: string;
  /** Folders besides the built-in one and those of the home. */
  readonly packFolders?: readonly string[];
  /** Then no graph may name a path. */
  readonly serves?: boolean;
  readonly devices: readonly Pick<Device, 'provider'>[];
}

/** The packs of a home; where nothing but simulated devices can run them, those without weights as well. */
export function corePacks({ home, packFolders = [], serves, devices }: CorePacksOptions): Packs {
  const library = packLibrary({
    folders: [builtInPacks(), path.join(home, 'models'), ...packFolders],
    kept: keptFolders(home).all,
    embeddings: [path.join(home, 'embeddings')],
    cache: fileDigestCache(path.join(home, 'pack-digests.json')),
    takesPaths: serves !== true,
  });
  return devices.every(isSimulated) ? withLabPacks(library) : library;
}
