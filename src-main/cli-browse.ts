import { spawn } from 'node:child_process';

export type Env = Readonly<Record<string, string | undefined>>;

/** Whether somebody sits here and can see a window. */
export function hasDisplay(env: Env, platform: NodeJS.Platform): boolean {
  if (env.SSH_CONNECTION && !env.DISPLAY) return false;
  return platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** What opens an address, and its arguments; null where nobody could see it. `BROWSER` names a program, or is `none`. */
export function browserCommand(address: string, env: Env, platform: NodeJS.Platform): readonly string[] | null {
  if (env.BROWSER === 'none') return null;
  if (env.BROWSER) return [env.BROWSER, address];
  if (!hasDisplay(env, platform)) return null;
  if (platform === 'darwin') return ['open', address];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address];
  return ['xdg-open', address];
}

/** Opens the browser and does not wait for it. Where it cannot be started, the address was printed all the same. */
export function browse(address: string, env: Env, platform: NodeJS.Platform): boolean {
  const [command, ...args] = browserCommand(address, env, platform) ?? [];
  if (command === undefined) return false;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
  return true;
}
