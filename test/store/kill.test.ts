import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore, type Store } from '../../src-main/store/store.ts';
import { contentKey, runId, temporaryFolder } from './fixtures.ts';
import { brokenFiles, type Child, pictureSuffixes, startChild } from './processes.ts';

const rounds = 10;
const seed = 20261123;

const filesOf = (outputs: object) => Object.values(outputs).map((value: { $file: never }) => value.$file);

/** Everything that the child was told is on disk. Answers what is missing. */
async function lostOf(store: Store, { lines }: Child): Promise<string[]> {
  const lost: string[] = [];
  // A result is on disk with the next commit, of which its picture's is one; until then it may be made again.
  const withPicture = new Set(lines.flatMap(([what, id]) => (what === 'image' ? [id] : [])));
  for (const [what, id = '', digest = ''] of lines) {
    if (what === 'result' && !withPicture.has(id)) continue;
    const isThere = async (): Promise<boolean> => {
      if (what === 'run') return (await store.runs.get(runId(id))) !== null;
      if (what === 'done') return (await store.runs.get(runId(id)))?.state === 'done';
      if (what === 'blob') return (await store.blobs.get(digest as never)) !== null;
      if (what === 'image') {
        const listed = await store.images.list({ runId: runId(id) });
        return (
          listed.length === 1 && listed[0]!.digest === digest && (await store.images.get(digest as never)) !== null
        );
      }
      if (what !== 'result') return what === 'open';
      const key = contentKey(`key ${id}`);
      const found = (await store.results.find([key])).get(key);
      const files = found ? filesOf(found.outputs) : [];
      const read = await Promise.all(files.map((file) => store.results.read(file)));
      return read.length === 2 && !read.includes(null);
    };
    if (!(await isThere())) lost.push(`${what} ${id} ${digest}`);
  }
  return lost;
}

test('two processes killed at any moment lose nothing that was acknowledged and leave nothing half-written', async () => {
  const home = temporaryFolder();
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const children = [startChild('work', home, `${round}p`), startChild('work', home, `${round}q`)];
    await Promise.all(
      children.map(async (child) => {
        await child.said(1 + random(60));
        for (let spins = random(2_000_000); spins > 0; spins--); // so that it is anywhere between two acknowledgements
        child.process.kill('SIGKILL');
        await child.ended;
      }),
    );

    const db = new Database(join(home, 'kiln.db'));
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();

    const store = await openStore({ home });
    for (const child of children) expect(await lostOf(store, child)).toEqual([]);
    await store.tidy();
    expect((await store.runs.counts()).running).toBe(0);
    const unfinished = await store.runs.unfinished();
    const { queued, interrupted } = await store.runs.counts();
    expect(unfinished.length).toBe(queued + interrupted);
    await store.close();
    acknowledged += children.reduce((sum, { lines }) => sum + lines.length, 0);
  }
  expect(acknowledged).toBeGreaterThan(rounds * 2);
  expect(brokenFiles(join(home, 'blobs'))).toEqual([]);
  expect(brokenFiles(join(home, 'images'), pictureSuffixes)).toEqual([]);
  expect(readdirSync(join(home, 'blobs', 'incoming'))).toEqual([]);
}, 60_000);
