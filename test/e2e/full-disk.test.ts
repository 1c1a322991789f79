import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Problem, unwrap } from '../../src-main/model/errors.ts';
import type { Digest } from '../../src-main/model/ids.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { randomOf } from '../build/random.ts';
import { smallDisk } from '../build/small-disk.ts';
import { smallPng } from '../build/small-png.ts';
import { idsOf, mixedRuns, type Submission } from './mixed-runs.ts';
import { after, type Serving, serving } from './serving.ts';
import { allOver, allRuns, failedWith, faultsIn, strayFiles } from './whole-home.ts';

// A queue of mixed runs on a disk that fills up again and again, at moments from a seed, and a core that is sometimes
// killed meanwhile. Whoever asks is told that the disk is full; what was acknowledged before is there afterwards.

const seed = Number(process.env.KILN_SEED ?? 20261123);
const rounds = Number(process.env.KILN_ROUNDS ?? 16);

const scratch = scratchFolder();
afterAll(scratch.remove);

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as Digest;
const areAll = (problems: readonly Problem[], ...codes: readonly Problem['code'][]) =>
  problems.every(({ code }) => codes.includes(code));

test(`a disk that fills up ${rounds} times (seed ${seed}): it is named, nothing acknowledged is lost, and with room the queue goes on`, {
  timeout: 300_000,
}, async ({ skip }) => {
  const disk = smallDisk(scratch.path, '24m');
  if (!disk) return skip('this user may not mount a small disk (Linux, root)');
  const home = path.join(disk.path, 'home');
  const random = randomOf(seed);
  const [picture, broken] = [smallPng(64, 48), Buffer.from('this is no picture')];
  const runs = mixedRuns(random, { picture: digestOf(picture), broken: digestOf(broken) });
  const { expected } = runs;
  const waiting: string[] = [];
  const told = { accepted: 0, refused: 0, cancelled: 0, notCancelled: 0, notStarted: 0, failed: 0 };
  let isFull = false;
  let server: Serving;

  const submit = async (submission: Submission): Promise<boolean> => {
    const answer = await server.call('runs.submit', submission);
    if (answer.ok) runs.acknowledge(submission);
    else if (!isFull || !areAll(answer.problems, 'disk.full')) throw new Error(JSON.stringify(answer.problems));
    // What was refused is not there.
    else for (const id of idsOf(submission)) expected.delete(id);
    told[answer.ok ? 'accepted' : 'refused']++;
    return answer.ok;
  };
  const submitWaiting = async (): Promise<void> => {
    const submission = runs.waiting();
    if (await submit(submission)) waiting.push(...idsOf(submission));
  };
  const cancel = async (): Promise<void> => {
    const id = waiting.shift();
    if (id === undefined) return;
    const answer = await server.call('runs.cancel', { runIds: [id as never] });
    if (!answer.ok && (!isFull || !areAll(answer.problems, 'disk.full')))
      throw new Error(JSON.stringify(answer.problems));
    expected.get(id)!.ends = answer.ok ? 'cancelled' : null;
    told[answer.ok ? 'cancelled' : 'notCancelled']++;
  };
  /** On a disk that is full it may also end, and say why. */
  const begin = async (): Promise<boolean> => {
    server = serving(home);
    const address = await server.address.catch(() => null);
    if (address !== null) return true;
    const { code, err } = await server.ended;
    expect([isFull, code, err]).toEqual([true, 2, expect.stringContaining('disk is full')]);
    told.notStarted++;
    return false;
  };

  try {
    await begin();
    for (const bytes of [picture, broken]) unwrap(await server!.put(`/blobs/${digestOf(bytes)}`, bytes));
    unwrap(await server!.call('queue.pause', { tier: 'background' }));
    for (let n = 0; n < rounds; n++) {
      await submit(runs.next());
      await submit(runs.next());
      await submitWaiting();
      await after(random.next() * 300);
      disk.fill(random.pick([0, 0, 8_192, 65_536, 300_000]));
      isFull = true;
      await Promise.all([submit(runs.next()), submitWaiting(), cancel(), submit(runs.next())]);
      await after(random.next() * 500);
      await submit(runs.next());
      // It can still be looked at.
      unwrap(await server!.call('queue.status', {}));
      let isUp = true;
      if (random.chance(0.4)) {
        await server!.end(random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM']));
        isUp = await begin();
        if (isUp) await after(random.next() * 300);
      }
      disk.makeRoom();
      isFull = false;
      if (!isUp) await begin();
    }
    unwrap(await server!.call('queue.resume', { tier: 'background' }));
    await allOver(server!);
    expect(await faultsIn(server!, expected, 'disk.full')).toEqual([]);

    // Those that failed for want of room are done when they are asked for again.
    const failed = (await allRuns(server!)).filter((run) => failedWith(run, 'disk.full')).map(({ runId }) => runId);
    told.failed = failed.length;
    const again = failed.length > 0 ? unwrap(await server!.call('runs.retry', { runIds: failed })) : [];
    await allOver(server!);
    for (const { runId, from } of again)
      expect(unwrap(await server!.call('runs.get', { runId })).state, from).toBe(expected.get(from)!.ends);
    await server!.end('SIGTERM');
    expect(await strayFiles(home)).toEqual([]);
    expect(told.refused).toBeGreaterThan(0);
    expect(told.accepted).toBeGreaterThan(0);
  } catch (error) {
    console.error(`the seed was ${seed}: repeat with KILN_SEED=${seed}; so far: ${JSON.stringify(told)}`);
    throw error;
  } finally {
    await server!.end('SIGKILL');
    disk.remove();
  }
});
