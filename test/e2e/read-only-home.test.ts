import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesBelow, kiln, linesOf, scratchFolder, template } from '../build/kiln-process.ts';
import { smallDisk } from '../build/small-disk.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const words = ['run', template('text-to-image'), '--set', 'steps=1', '--json'];

test('a home on a disk that may only be read: every command that needs it says so and ends, and with the right to write it goes on', {
  timeout: 60_000,
}, async ({ skip }) => {
  const disk = smallDisk(scratch.path, '24m');
  if (!disk) return skip('this user may not mount a small disk (Linux, root)');
  try {
    const home = path.join(disk.path, 'home');
    const made = await kiln([...words, '--home', home]);
    expect(made.code, made.err).toBe(0);
    const files = filesBelow(home).sort();
    const remount = (how: 'ro' | 'rw') =>
      expect(spawnSync('mount', ['-o', `remount,${how}`, disk.path]).status, how).toBe(0);
    remount('ro');
    for (const command of [['serve', '--port', '0'], words, ['images']]) {
      const { code, out, err } = await kiln([...command, '--home', home]);
      expect([command[0], code, out]).toEqual([command[0], 2, '']);
      expect(err).toBe(
        `error: The store “${home}” may not be written. Get the right to write there, or choose another data folder with --home.\n`,
      );
    }
    remount('rw');
    expect(filesBelow(home).sort()).toEqual(files);
    const again = await kiln([...words, '--home', home]);
    expect(linesOf(again)[0]?.images[0]?.sha256, again.err).toBe(linesOf(made)[0]!.images[0]!.sha256);
  } finally {
    disk.remove();
  }
});
