import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packNews } from '../../src-main/core-pack-news.ts';
import type { Event } from '../../src-main/model/events.ts';
import { keptFolders } from '../../src-main/packs/kept-folders.ts';
import { scratchFolder } from '../build/kiln-process.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const pack = path.join(import.meta.dirname, '../data/packs/sd15');

test('a pack that is put into a folder, taken away, or lies in a folder that is added, is told of once it is quiet', async () => {
  const home = path.join(scratch.path, 'home');
  const [models, elsewhere] = [path.join(home, 'models'), path.join(scratch.path, 'elsewhere')];
  mkdirSync(models, { recursive: true });
  const events: Event[] = [];
  let heard = () => {};
  const next = () =>
    new Promise<void>((resolve) => {
      heard = resolve;
    });
  const news = packNews({ home }, (event) => {
    events.push(event);
    heard();
  });
  // Watching begins when the list of folders is read.
  await expect.poll(async () => (await keptFolders(home).all()).length).toBe(0);
  for (const change of [
    () => cpSync(pack, path.join(models, 'sd15'), { recursive: true }),
    () => rmSync(path.join(models, 'sd15'), { recursive: true }),
    async () => {
      cpSync(pack, path.join(elsewhere, 'sd15'), { recursive: true });
      await keptFolders(home).add(elsewhere);
    },
  ]) {
    const told = next();
    await change();
    await told;
  }
  expect(events).toEqual(Array.from({ length: 3 }, () => ({ type: 'packs.changed' })));
  news.close();
});

test('without any of its folders it waits, and is closed', () => {
  packNews({ home: path.join(scratch.path, 'nowhere') }, () => {}).close();
});
