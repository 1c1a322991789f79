import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, linesOf, startKiln } from '../build/kiln-process.ts';
import { emptyFolder, graphFile, root } from './call.ts';

const isWindows = process.platform === 'win32';

/** A run that would take minutes; the warning of an unknown word tells that it has begun. */
async function longRun() {
  const cwd = emptyFolder();
  const sets = ['steps=1000', 'count=64', 'prompt=a xyzzy fox'].flatMap((set) => ['--set', set]);
  const folders = ['--out', path.join(cwd, 'out'), '--home', path.join(cwd, 'home')];
  const started = startKiln(['run', graphFile, ...sets, ...folders, '--json']);
  await started.said('xyzzy');
  return { cwd, started };
}

test('Ctrl-C cancels between steps and waits; nothing half-written is left', async (context) => {
  if (isWindows) context.skip('Windows ends a process at once where it cannot send Ctrl-C');
  const { cwd, started } = await longRun();
  started.child.kill('SIGINT');
  await started.said('Press Ctrl-C again');
  const ended = await started.ended;
  expect(ended.code).toBe(130);
  expect(linesOf(ended)).toMatchObject([{ state: 'cancelled', images: [] }]);
  expect(readdirSync(cwd)).toEqual(['home']);
  expect(filesBelow(cwd).filter((file) => /\.(part|tmp)$/.test(file))).toEqual([]);
});

test('a second Ctrl-C ends at once', async (context) => {
  if (isWindows) context.skip('Windows ends a process at once where it cannot send Ctrl-C');
  const { cwd, started } = await longRun();
  started.child.kill('SIGINT');
  await started.said('Press Ctrl-C again');
  started.child.kill('SIGTERM');
  expect((await started.ended).code).toBe(130);
  expect(readdirSync(cwd)).toEqual(['home']);
});

test('a reader that stops reading is no crash', async () => {
  const child = spawn(process.execPath, [path.join(root, 'out', 'main', 'cli.js'), 'nodes', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, said]).toEqual([0, '']);
});
