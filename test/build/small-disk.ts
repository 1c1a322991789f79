import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A disk that can be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves about so many bytes. */
  fill(leavingBytes: number): void;
  makeRoom(): void;
  remove(): void;
}

/** In a folder that is there, of a size such as `24m`; null where this user may not mount one. */
export function smallDisk(folder: string, size: string): SmallDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const path = join(folder, 'disk');
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]).status !== 0) return null;
  const ballast = join(path, 'ballast');
  return {
    path,
    fill(leavingBytes) {
      const { bavail, bsize } = statfsSync(path);
      const bytes = Math.max(0, bavail * bsize - leavingBytes);
      try {
        writeFileSync(ballast, new Uint8Array(bytes));
      } catch (error) {
        // Somebody else wrote meanwhile; what there was is taken all the same.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    remove: () => void spawnSync('umount', ['-l', path]),
  };
}
