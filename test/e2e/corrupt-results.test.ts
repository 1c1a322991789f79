import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesBelow, kiln, linesOf, scratchFolder, template } from '../build/kiln-process.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const home = path.join(scratch.path, 'home');

const damages: Readonly<Record<string, (file: string) => void>> = {
  changed: (file) => writeFileSync(file, readFileSync(file).fill(7)),
  'cut off': (file) => truncateSync(file, 5),
  gone: (file) => rmSync(file),
};

/** A picture, as its digest. */
async function made(): Promise<string> {
  const words = ['--set', 'prompt=a red fox', '--set', 'seed=1', '--set', 'steps=2', '--json', '--home', home];
  const ended = await kiln(['run', template('text-to-image'), ...words, '--out', path.join(scratch.path, 'out')]);
  expect(ended.code, ended.err).toBe(0);
  const [{ state, images } = { state: 'none', images: [] }] = linesOf(ended);
  expect(state).toBe('done');
  return images[0]!.sha256;
}

test('results and pictures whose files are changed, cut off or gone are made again, the same as before', async () => {
  const first = await made();
  const picture = filesBelow(path.join(home, 'images'));
  expect(picture).toHaveLength(1);
  const whole = readFileSync(picture[0]!);
  for (const [what, damage] of Object.entries(damages)) {
    const files = ['blobs', 'images'].flatMap((folder) => filesBelow(path.join(home, folder)));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) damage(file);
    expect(await made(), what).toBe(first);
    expect(readFileSync(picture[0]!).equals(whole), what).toBe(true);
  }
}, 240_000);
