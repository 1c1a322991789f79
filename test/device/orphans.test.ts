import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function gone(pid: number): Promise<void> {
  while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A core with an idle host and with one whose thread is stuck in a device call for ever. */
async function startCore() {
  const core = spawn(process.execPath, [path.join(import.meta.dirname, 'core-entry.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(core.stdout), 'line')) as [string];
  const pids = JSON.parse(line) as number[];
  return { core, pids };
}

test('no host outlives a core that is killed, not even one that hangs', async () => {
  const { core, pids } = await startCore();
  expect(pids).toHaveLength(2);
  expect(pids.every(lives)).toBe(true);
  core.kill('SIGKILL');
  await Promise.all(pids.map(gone));
});

test('a core that closes ends its hosts, also one that hangs', async () => {
  const { core, pids } = await startCore();
  core.stdin.end();
  const [code] = await once(core, 'exit');
  expect(code).toBe(0);
  await Promise.all(pids.map(gone));
});
