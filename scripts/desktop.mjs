// What `npm start` alone opens: a window of our own where Electron is installed and somebody can see it, else the browser.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const withValue = ['--home', '--lang', '--port', '--host', '--token', '--devices'];
/** Options of a server, which has no window; the window's core takes the devices of the settings. */
const ofServers = ['--port', '--host', '--devices'];

/** Whether the words after `npm start` ask for the studio: none, or nothing but its options. */
export function asksForStudio(words) {
  for (let i = 0; i < words.length; i++) {
    const [name] = words[i].split('=', 1);
    if (name === '--no-color') continue;
    if (!withValue.includes(name)) return false;
    if (!words[i].includes('=')) i++;
  }
  return true;
}

export function hasDisplay(env, platform) {
  if (env.SSH_CONNECTION && !env.DISPLAY) return false;
  return platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

const programs = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** Electron's program, or null: npm brings it only when it is asked to, since it is 100 MB from another place. */
export function electronProgram(env, platform, folder = path.join(root, 'node_modules', 'electron', 'dist')) {
  const file = path.join(env.ELECTRON_OVERRIDE_DIST_PATH || folder, programs[platform] ?? 'electron');
  return existsSync(file) ? file : null;
}

/** The program that opens a window for these words; null where the studio belongs in the browser. */
export function windowProgram(words, env = process.env, platform = process.platform) {
  if (!hasDisplay(env, platform) || words.some((word) => ofServers.includes(word.split('=', 1)[0]))) return null;
  // Electron does not run as root with its sandbox, and Kiln does not run without.
  return process.getuid?.() === 0 ? null : electronProgram(env, platform);
}
