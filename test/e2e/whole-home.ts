import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { readPngTexts } from '../../src-main/comfy/png-text.ts';
import type { RunListing } from '../../src-main/contract/calls.ts';
import { type ErrorCode, unwrap } from '../../src-main/model/errors.ts';
import type { Digest } from '../../src-main/model/ids.ts';
import type { RunImage } from '../../src-main/model/run.ts';
import { openStore } from '../../src-main/store/store.ts';
import { filesBelow } from '../build/kiln-process.ts';
import { brokenFiles, pictureSuffixes } from '../store/processes.ts';
import type { Expected } from './mixed-runs.ts';
import { after, type Serving } from './serving.ts';

const page = 1000;

/** Every run that the core knows, in pages. */
export async function allRuns(server: Serving): Promise<RunListing[]> {
  const runs: RunListing[] = [];
  for (let offset = 0; ; offset += page) {
    const found = unwrap(await server.call('runs.list', { offset, count: page }));
    runs.push(...found.runs);
    if (runs.length >= found.total) return runs;
  }
}

export async function allImages(server: Serving): Promise<RunImage[]> {
  const images: RunImage[] = [];
  for (let offset = 0; ; offset += page) {
    const found = unwrap(await server.call('images.list', { offset, count: page })).images;
    images.push(...found);
    if (found.length < page) return images;
  }
}

/** Resolves when nothing waits or runs. */
export async function allOver(server: Serving): Promise<void> {
  for (;;) {
    const { counts } = unwrap(await server.call('queue.status', {}));
    if (counts.queued + counts.running + counts.paused + counts.interrupted === 0) return;
    await after(25);
  }
}

/** What is wrong with a picture's bytes, chunk by chunk down to its last pixel; null where nothing is. */
function faultOf(bytes: Uint8Array | null, { digest, width, height }: RunImage): string | null {
  if (!bytes) return 'it is gone';
  if (createHash('sha256').update(bytes).digest('hex') !== digest) return 'its bytes are others';
  if (!readPngTexts(bytes, digest).has('kiln')) return 'it has no graph';
  const data = Buffer.from(bytes);
  const pieces: Buffer[] = [];
  let type = '';
  for (let at = 8; at < data.length; ) {
    const length = data.readUInt32BE(at);
    type = data.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT') pieces.push(data.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  if (type !== 'IEND') return 'it is cut off';
  if (data.readUInt32BE(16) !== width || data.readUInt32BE(20) !== height) return 'it has another size';
  const samples = inflateSync(Buffer.concat(pieces)).length;
  return samples % height === 0 && samples >= (width * 3 + 1) * height ? null : 'pixels are missing';
}

export const failedWith = ({ state, problems }: RunListing, code: ErrorCode): boolean =>
  state === 'failed' && problems.length > 0 && problems.every((found) => found.code === code);

/** Everything that is not as it must be when all runs are over. Where one is named, runs may also have failed with that. */
export async function faultsIn(
  server: Serving,
  expected: ReadonlyMap<string, Expected>,
  mayFailWith?: ErrorCode,
): Promise<string[]> {
  const faults: string[] = [];
  const runs = await allRuns(server);
  const found = new Map(runs.map((run) => [run.runId as string, run]));
  if (found.size !== runs.length) faults.push('a run is listed twice');
  for (const { runId } of runs) if (!expected.has(runId)) faults.push(`${runId}: nobody asked for it`);
  for (const [id, wanted] of expected) {
    const run = found.get(id);
    if (!run) {
      if (wanted.acknowledged) faults.push(`${id}: acknowledged and lost`);
      continue;
    }
    if (mayFailWith !== undefined && failedWith(run, mayFailWith)) continue;
    if (wanted.ends === null ? !['done', 'cancelled'].includes(run.state) : run.state !== wanted.ends) {
      faults.push(`${id}: ${run.state} instead of ${wanted.ends} ${JSON.stringify(run.problems)}`);
    } else if (run.state === 'done') {
      const seeds = run.images.map(({ seed, index }) => `${index} ${seed}`).sort();
      const wantedSeeds = Array.from({ length: wanted.images }, (_, i) => `${i} ${wanted.seed + BigInt(i)}`);
      if (seeds.join() !== wantedSeeds.join())
        faults.push(`${id}: pictures ${seeds.join()} instead of ${wantedSeeds.join()}`);
    }
    if ((run.state === 'failed') !== run.problems.length > 0)
      faults.push(`${id}: ${run.state}, ${run.problems.length} problems`);
  }
  const images = await allImages(server);
  const places = images.map(({ runId, nodeId, index }) => `${runId} ${nodeId} ${index}`);
  if (new Set(places).size !== places.length) faults.push('a picture is in the gallery twice');
  const shown = new Set(
    runs.flatMap((run) => run.images.map(({ nodeId, index }) => `${run.runId} ${nodeId} ${index}`)),
  );
  for (const place of shown) if (!places.includes(place)) faults.push(`${place}: not in the gallery`);
  for (const image of images) {
    const run = found.get(image.runId);
    if (run?.state === 'failed' && !(mayFailWith && failedWith(run, mayFailWith)))
      faults.push(`${image.runId}: failed, and has a picture`);
    const fault = faultOf(await server.bytes(`/images/${image.digest}`), image);
    if (fault) faults.push(`${image.runId} ${image.index}: ${fault}`);
  }
  return faults;
}

/** Files of a home that nobody serves, after its store has tidied up, that are half-written or belong to nothing. */
export async function strayFiles(home: string): Promise<string[]> {
  const store = await openStore({ home });
  await store.tidy();
  await store.close();
  const database = new Database(path.join(home, 'kiln.db'), { readonly: true });
  const blobs = database.prepare<[], { digest: Digest }>('SELECT digest FROM blobs').all();
  database.close();
  const known = new Set(blobs.map(({ digest }) => store.blobs.path(digest)));
  const folder = path.join(home, 'blobs');
  const stray = existsSync(folder) ? filesBelow(folder).filter((file) => !known.has(file)) : [];
  const beside = readdirSync(home).filter((name) => /\.(new|tmp)$|-journal$|\.json\./.test(name));
  return [
    ...new Set([
      ...brokenFiles(path.join(home, 'blobs')),
      ...brokenFiles(path.join(home, 'images'), pictureSuffixes),
      ...stray,
      ...beside,
    ]),
  ].map((file) => path.relative(home, path.resolve(home, file)));
}
