import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { holderOf } from '../../src-main/cli-home-lock.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import { kiln, linesOf, scratchFolder, startKiln, template } from '../build/kiln-process.ts';
import { type Serving, serving as startServing } from './serving.ts';
import { allImages, allOver, allRuns } from './whole-home.ts';

// Several programs on one home: one of them serves it, whoever else only uses it works beside.

const scratch = scratchFolder();
afterAll(scratch.remove);
let homes = 0;
const newHome = (): string => path.join(scratch.path, `home-${homes++}`);

const started: Serving[] = [];
function serving(home: string): Serving {
  const made = startServing(home);
  started.push(made);
  return made;
}
afterEach(async () => {
  for (const server of started.splice(0)) await server.end('SIGKILL');
});

/** All of them at the same moment: the one that serves, and how the others ended. */
async function race(home: string, count: number) {
  const all = Array.from({ length: count }, () => serving(home));
  const won = await Promise.any(all.map((one) => one.address.then(() => one)));
  const lost = await Promise.all(all.filter((one) => one !== won).map(({ ended }) => ended));
  return { won, lost };
}

const words = ['--set', 'prompt=a red fox', '--set', 'steps=2', '--json'];

describe.skipIf(process.platform === 'win32')('cores on one home', () => {
  test('of ten that start at the same moment one serves, and the others say which and end', {
    timeout: 120_000,
  }, async () => {
    const home = newHome();
    for (let round = 0; round < 4; round++) {
      const { won, lost } = await race(home, 10);
      expect((await fetch(`${await won.address}/readyz`)).status).toBe(200);
      expect(holderOf(home)).toMatchObject({ pid: won.child.pid, address: await won.address });
      for (const { code, err } of lost) {
        expect(code, err).toBe(1);
        expect(err).toContain(`is already being served by process ${won.child.pid}`);
      }
      // Killed, it leaves a note of itself, which must mislead nobody in the next round.
      await won.end('SIGKILL');
      expect(existsSync(path.join(home, 'serve.json'))).toBe(true);
    }
  });

  test('after the one that serves is killed the next one starts without help, again and again', {
    timeout: 60_000,
  }, async () => {
    const home = newHome();
    for (let round = 0; round < 5; round++) {
      const server = serving(home);
      await server.address;
      expect(holderOf(home)?.pid).toBe(server.child.pid);
      await server.end('SIGKILL');
    }
  });

  test('a run of its own beside a core that serves: each does its own runs, once', { timeout: 120_000 }, async () => {
    const home = newHome();
    let server = serving(home);
    await server.address;
    const added = await kiln([
      ...['queue', 'add', template('text-to-image'), ...words.slice(0, 4), '--times', '6'],
      ...['--tier', 'background', '--home', home],
    ]);
    expect(added.code, added.err).toBe(0);
    const out = path.join(scratch.path, 'out');
    const beside = await kiln(['run', template('text-to-image'), ...words, '--home', home, '--out', out]);
    expect(beside.code, beside.err).toBe(0);
    expect(linesOf(beside)).toMatchObject([{ state: 'done', images: [{ width: 256 }] }]);

    // The core is killed and started again while another run of that kind is under way, and does not take it over.
    const slow = startKiln(['run', template('text-to-image'), ...words, '--set', 'steps=300', '--home', home]);
    await untilRuns(server, 8);
    await server.end('SIGKILL');
    server = serving(home);
    await server.address;
    const { code, err } = await slow.ended;
    expect(code, err).toBe(0);
    await allOver(server);
    const runs = await allRuns(server);
    expect(runs.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'done'));
    expect((await allImages(server)).map(({ runId }) => runId).sort()).toEqual(runs.map(({ runId }) => runId).sort());
  });

  test('`kiln run --on` and `kiln queue` find the core that serves the home, and give it the work', async () => {
    const home = newHome();
    const server = serving(home);
    const at = await server.address;
    const out = path.join(scratch.path, 'far');
    const far = await kiln(['run', template('text-to-image'), ...words, '--on', at, '--home', home, '--out', out]);
    expect(far.code, far.err).toBe(0);
    const [line] = linesOf(far);
    const [image] = line!.images;
    expect(unwrap(await server.call('runs.get', { runId: line!.runId as never }))).toMatchObject({
      state: 'done',
      images: [{ digest: image!.sha256 }],
    });
    expect(existsSync(image!.path!)).toBe(true);
  });
});

/** Resolves when the home knows of so many runs. */
async function untilRuns(server: Serving, count: number): Promise<void> {
  for (;;) if ((await allRuns(server)).length >= count) return;
}
