import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fail } from '../model/errors.ts';
import { codeOf, diskProblem, isFull } from './disk-problem.ts';

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly userHome: string;
}

const here = (): Surroundings => ({ env: process.env, platform: process.platform, userHome: homedir() });

/** What was asked for, then KILN_HOME, then where the platform keeps a program's data. */
export function homeFolder(asked?: string, { env, platform, userHome }: Surroundings = here()): string {
  const chosen = asked || env.KILN_HOME;
  if (chosen) return resolve(chosen);
  if (platform === 'darwin') return join(userHome, 'Library', 'Application Support', 'Kiln');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(userHome, 'AppData', 'Local'), 'Kiln');
  const data = env.XDG_DATA_HOME;
  return join(data && isAbsolute(data) ? data : join(userHome, '.local', 'share'), 'kiln'); // the rule ignores relative paths
}

/** Where a home keeps the file of a digest. */
export const fileInHome = (home: string, folder: 'blobs' | 'images', digest: string, suffix = ''): string =>
  join(home, folder, digest.slice(0, 2), digest.slice(2) + suffix);

/** Makes the folders of a home, for this person alone. @throws AppError folder.notWritable, store.readOnly, disk.full */
export function makeHome(home: string): void {
  try {
    for (const folder of [home, join(home, 'blobs'), join(home, 'images')]) {
      const found = statSync(folder, { throwIfNoEntry: false });
      if (found && !found.isDirectory()) fail('folder.notWritable', { path: folder, reason: 'it is a file' });
      if (!found) mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    accessSync(home, constants.W_OK);
  } catch (error) {
    const code = codeOf(error);
    if (isFull(error) || code === 'EROFS') throw diskProblem(error, home);
    if (code === 'EACCES' && statSync(home, { throwIfNoEntry: false }))
      fail('store.readOnly', { path: home }, {}, error);
    if (code.startsWith('E') && error instanceof Error) {
      fail('folder.notWritable', { path: home, reason: error.message }, {}, error);
    }
    throw error;
  }
}
