import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownerIn } from '../../src-main/store/owner.ts';
import { temporaryFolder } from './fixtures.ts';

const module = join(import.meta.dirname, '..', '..', 'src-main', 'store', 'owner.ts');

/** Another process that asks without end whether a third one lives, and says its first answer. */
async function asking(home: string, token: string): Promise<void> {
  const script = `import { ownerIn } from ${JSON.stringify(module)};
    const owner = ownerIn(${JSON.stringify(home)});
    process.stdout.write(String(owner.isAlive(${JSON.stringify(token)})));
    for (;;) owner.isAlive(${JSON.stringify(token)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

test('a process that is gone is dead to all who ask at the same moment', async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'owners'));
  writeFileSync(join(home, 'owners', 'owner_dead'), '');
  await asking(home, 'owner_dead');
  const owner = ownerIn(home);
  const answers = Array.from({ length: 2000 }, () => owner.isAlive('owner_dead'));
  expect(answers.filter((alive) => alive)).toEqual([]);
});

test('a process that lives is alive to others, until it is closed', async () => {
  const home = temporaryFolder();
  const mine = ownerIn(home);
  const token = mine.token();
  await asking(home, token);
  const other = ownerIn(home);
  for (let n = 0; n < 100; n++) expect(other.isAlive(token)).toBe(true);
  mine.close();
  expect(other.isAlive(token)).toBe(false);
});
