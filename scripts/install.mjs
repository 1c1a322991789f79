// node_modules follows package-lock.json: installed when it is missing or when the lockfile has changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from './child.mjs';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';
import { SetupError, say } from './say.mjs';

const modules = path.join(root, 'node_modules');
const stamp = path.join(modules, '.kiln-installed');

/** Brings node_modules up to date; touches neither disk nor network when it is. */
export async function ensureInstalled() {
  const lockfile = path.join(root, 'package-lock.json');
  if (!existsSync(lockfile)) return; // an installed package, not a checkout: npm has put everything in place
  const text = readFileSync(lockfile, 'utf8');
  const wanted = createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(text).digest('hex');
  const done = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (done()) return;
  await withLock(async () => {
    if (done()) return;
    if (!agrees(JSON.parse(text))) await install();
    writeFileSync(stamp, wanted);
  });
}

async function install() {
  const again = existsSync(modules);
  say(
    again ? 'the lockfile has changed: installing packages again' : 'installing packages (about 500 MB on disk), once',
  );
  rmSync(stamp, { force: true });
  const began = Date.now();
  const code = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], root);
  if (code !== 0) {
    throw new SetupError(
      `packages could not be installed (npm ci ended with ${code}; what it said is above). ` +
        'Check the network and the registry that npm is set to, then start again: it goes on from a clean state.',
    );
  }
  say(`packages installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** Whether somebody has installed by hand just what the lockfile says. Packages for other platforms may be missing. */
function agrees(lockfile) {
  let installed;
  try {
    installed = JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(lockfile.packages).every(([where, { version, integrity, optional, devOptional, peer }]) => {
    if (where === '') return true;
    const here = installed[where];
    if (!here) return Boolean(optional || devOptional || peer);
    return here.version === version && here.integrity === integrity && existsSync(path.join(root, where));
  });
}
