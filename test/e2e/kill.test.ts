import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPngTexts } from '../../src-main/comfy/png-text.ts';
import {
  childrenOf,
  filesBelow,
  type KilnProcess,
  kiln,
  linesOf,
  scratchFolder,
  startKiln,
  template,
} from '../build/kiln-process.ts';

// Thirty moments from a seed: at half of them the whole program is killed, at the others the host.

const scratch = scratchFolder();
afterAll(scratch.remove);
const home = path.join(scratch.path, 'home');
const out = path.join(scratch.path, 'out');

/** A fraction from 0 to 1 for each moment, from a fixed seed. */
function moments(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

const run = (seed: number): KilnProcess =>
  startKiln([
    'run',
    template('text-to-image'),
    ...['--set', 'prompt=a red fox', '--set', `seed=${seed}`, '--times', '2', '--json', '--home', home, '--out', out],
  ]);

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Every file that Kiln shows is whole: pictures open, and what is named by its digest has it. */
function expectWholeFiles(): void {
  for (const folder of [out, path.join(home, 'images')]) {
    if (!existsSync(folder)) continue;
    for (const file of filesBelow(folder).filter((name) => name.endsWith('.png'))) {
      const bytes = readFileSync(file);
      expect(readPngTexts(bytes, file).has('kiln'), file).toBe(true);
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (folder !== out) expect(`${path.basename(path.dirname(file))}${path.basename(file, '.png')}`).toBe(digest);
      else expect(path.basename(file, '.png').endsWith(digest.slice(0, 8)), file).toBe(true);
    }
  }
}

test('killed at 15 random moments, the program leaves a store that opens and no half-written file', {
  timeout: 120_000,
}, async () => {
  const whole = startOf(run(1000));
  const { ms } = await whole;
  for (const [index, share] of moments(7, 15).entries()) {
    const { child, ended } = run(index * 10);
    await Promise.race([after(share * ms), ended]);
    child.kill('SIGKILL');
    await ended;
    expectWholeFiles();
  }
  const listed = await kiln(['images', '--home', home]);
  expect(listed).toMatchObject({ code: 0, err: '' });
  // Whatever was in the middle of being made can be made.
  const { ended } = run(0);
  const last = await ended;
  expect(last.code).toBe(0);
  expect(linesOf(last).every(({ state, images }) => state === 'done' && images.length === 1)).toBe(true);
  expectWholeFiles();
  expect(filesBelow(out).filter((file) => !file.endsWith('.png') && !path.basename(file).startsWith('.'))).toEqual([]);
});

async function startOf(process: KilnProcess): Promise<{ ms: number }> {
  const start = performance.now();
  const { code } = await process.ended;
  expect(code).toBe(0);
  return { ms: performance.now() - start };
}

test('a host killed at 15 random moments is replaced, and its runs finish with the same pictures', {
  timeout: 120_000,
}, async (context) => {
  if (process.platform !== 'linux') return context.skip('finds the host through /proc, which is only on Linux');
  const elsewhere = path.join(scratch.path, 'elsewhere');
  const digests = new Map<number, string>();
  let killed = 0;
  for (const [index, share] of moments(11, 15).entries()) {
    const seed = 5000 + (index % 3) * 10;
    const where = path.join(elsewhere, String(index));
    const started = startKiln([
      'run',
      template('text-to-image'),
      ...['--set', 'prompt=a red fox', '--set', `seed=${seed}`, '--json', '--home', where, '--out', out],
    ]);
    const host = await firstChild(started);
    await Promise.race([after(share * 700), started.ended]);
    try {
      if (host !== null) process.kill(host, 'SIGKILL');
      killed++;
    } catch {
      // It had ended by then.
    }
    const ended = await started.ended;
    expect(ended.code, ended.err).toBe(0);
    const [line] = linesOf(ended);
    expect(line!.state).toBe('done');
    const { sha256 } = line!.images[0]!;
    expect(sha256).toBe(digests.get(seed) ?? sha256);
    digests.set(seed, sha256);
  }
  expect(killed).toBeGreaterThan(5);
});

/** The host's process id as soon as there is one. */
async function firstChild({ child, ended }: KilnProcess): Promise<number | null> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    const [first] = childrenOf(child.pid!);
    if (first !== undefined) return first;
    await after(2);
  }
  return null;
}
