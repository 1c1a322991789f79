import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holderOf, holdHome } from '../../src-main/cli-home-lock.ts';
import { problemsOfError } from '../../src-main/model/errors.ts';
import { holdFile } from '../../src-main/store/owner.ts';
import { emptyFolder, root } from './call.ts';

const owner = path.join(root, 'src-main', 'store', 'owner.ts');
const noteOf = (pid: number, address: string | null = 'http://127.0.0.1:1') =>
  JSON.stringify({ pid, address, token: null, since: '2026-01-01' });

/** Another process that has the lock of a home, and says so when it is told to. */
async function otherCore(home: string) {
  const script = `import { writeFileSync } from 'node:fs';
    import { holdFile } from ${JSON.stringify(owner)};
    globalThis.held = holdFile(${JSON.stringify(path.join(home, 'serve.lock'))});
    process.stdin.on('data', (note) => writeFileSync(${JSON.stringify(path.join(home, 'serve.json'))}, note));
    process.stdout.write('held');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(end);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { pid: child.pid!, tell: (address?: null) => child.stdin.write(noteOf(child.pid!, address)), end };
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('close', resolve));
  return child.pid!;
}

const problems = (held: Promise<unknown>) =>
  held.then(
    () => null,
    (error: unknown) => problemsOfError(error),
  );

test('who comes too late is told who has the home, not who had it when it was killed', async () => {
  const home = emptyFolder();
  const other = await otherCore(home);
  writeFileSync(path.join(home, 'serve.json'), noteOf(await deadPid()));
  const late = problems(holdHome(home));
  other.tell();
  expect(await late).toMatchObject([{ code: 'home.held', values: { pid: String(other.pid), since: '2026-01-01' } }]);
});

test('who comes while the other one starts is told where it is', async () => {
  const home = emptyFolder();
  const other = await otherCore(home);
  other.tell(null);
  while (holderOf(home)?.pid !== other.pid) await new Promise(setImmediate);
  const late = problems(holdHome(home));
  other.tell();
  expect(await late).toMatchObject([{ code: 'home.held', values: { address: 'http://127.0.0.1:1' } }]);
});

test('a lock that nobody says to have is tried again, for those who try at the same moment hold each other up', async () => {
  const home = emptyFolder();
  const letGo = holdFile(path.join(home, 'serve.lock'))!;
  const held = holdHome(home);
  letGo();
  const { tell, release } = await held;
  tell({ pid: process.pid, address: null, token: null, since: '2026-01-01' });
  expect(holderOf(home)?.pid).toBe(process.pid);
  release();
  expect(holderOf(home)).toBeNull();
});

test('a home whose holder was killed is free at once, whatever note it left', async () => {
  const home = emptyFolder();
  const other = await otherCore(home);
  other.tell();
  while (holderOf(home)?.pid !== other.pid) await new Promise(setImmediate);
  await other.end();
  const { release } = await holdHome(home);
  expect(holderOf(home)).toBeNull();
  release();
});
