import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SupervisedHost, SupervisedHosts } from '../../src-main/device/host.ts';
import type { Fault } from '../../src-main/device/runtime.ts';
import { problem } from '../../src-main/model/errors.ts';
import type { HostEvent, Moved } from '../../src-main/model/events.ts';
import {
  type BatchId,
  type Digest,
  type JobId,
  newId,
  type RowId,
  type RunId,
  type TensorId,
} from '../../src-main/model/ids.ts';
import type { PartName } from '../../src-main/model/pack.ts';
import type { Clock } from '../../src-main/model/ports.ts';
import type { Batch, Row } from '../../src-main/model/run.ts';
import { bytesOf, type TensorRef } from '../../src-main/model/tensor.ts';
import { pngChunk, rawPng } from '../build/png.ts';
import { type TinyPack, tinyPack, width } from '../build/tiny-parts.ts';

export interface HostMaker {
  readonly name: string;
  readonly runtime: 'sim' | 'ort';
  /** Calls leave floats on the device and find them there. */
  readonly keepsFloats?: boolean;
  /** A loss of the process can be seen from outside. */
  readonly forked: boolean;
  make(options: { faults: readonly Fault[]; file: (digest: Digest) => Promise<Uint8Array> }): {
    readonly hosts: SupervisedHosts;
    readonly clock: Clock;
  };
}

type Named<E, T> = E extends { type: infer Name } ? (T extends Name ? E : never) : never;
type EventOf<T extends HostEvent['type']> = Named<HostEvent, T>;

/** Everything a host says, to be waited for one after the other. */
export class Heard {
  readonly all: HostEvent[] = [];
  #read = 0;
  #wake: (() => void) | null = null;

  constructor(host: SupervisedHost) {
    host.listen((event) => {
      this.all.push(event);
      this.#wake?.();
    });
  }

  /** The next event of these types; those before it are passed over. */
  async next<T extends HostEvent['type']>(...types: T[]): Promise<EventOf<T>> {
    for (;;) {
      while (this.#read < this.all.length) {
        const event = this.all[this.#read++]!;
        if ((types as string[]).includes(event.type)) return event as EventOf<T>;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Until these jobs have moved, whatever else happens. */
  async moved(count: number): Promise<Moved> {
    const sum: { ended: Moved['ended'][number][]; failed: Moved['failed'][number][]; next: Row[] } = {
      ended: [],
      failed: [],
      next: [],
    };
    while (sum.ended.length + sum.failed.length + sum.next.length < count) {
      const { moved } = await this.next('jobs.moved', 'batch.done', 'batch.stepped', 'batch.failed');
      sum.ended.push(...moved.ended);
      sum.failed.push(...moved.failed);
      sum.next.push(...moved.next);
    }
    return sum;
  }
}

/** What every host keeps, wherever it runs and whatever computes. */
export function hostContract({ name, runtime, keepsFloats = false, forked, make }: HostMaker): void {
  describe(`a host ${name}`, () => {
    let pack: TinyPack;
    let hosts: SupervisedHosts;
    let host: SupervisedHost;
    let heard: Heard;
    let clock: Clock;
    let files: Map<string, Promise<Uint8Array>>;

    const begin = (faults: readonly Fault[] = []) => {
      ({ hosts, clock } = make({
        faults,
        file: (digest) => files.get(digest) ?? Promise.reject(new Error('no such file')),
      }));
      host = hosts.host(hosts.devices[0]!.id);
      heard = new Heard(host);
    };
    beforeEach(() => {
      pack = tinyPack();
      files = new Map();
    });
    afterEach(async () => {
      await hosts?.close();
      pack.remove();
    });

    const put = async (id: string, shape: readonly number[], fill: number): Promise<TensorRef> => {
      const tensor: TensorRef = {
        id: id as TensorId,
        deviceId: host.device.id,
        dtype: 'float32',
        shape,
        bytes: bytesOf('float32', shape),
      };
      const values = new Float32Array(tensor.bytes / 4).fill(fill);
      await host.put(tensor, new Uint8Array(values.buffer));
      return tensor;
    };
    const latentShape = [1, 4, 2, 2];
    const sampleItem = async (id: string, steps: number, fill = 2) => ({
      model: pack.ref,
      start: await put(`start-${id}`, latentShape, fill),
      hidden: await put(`hidden-${id}`, [1, 3, width], fill),
      steps,
      prepared: {},
    });
    const start = (jobId: string, nodeType: string, item: Readonly<Record<string, unknown>>, more = {}) =>
      host.start({ jobId: jobId as JobId, runId: 'run_1' as RunId, nodeType, item, packs: [pack.facts], ...more });
    const batch = (part: PartName, rows: readonly string[], steps = 0, load = true): Batch => ({
      kind: 'batch',
      id: newId<BatchId>('batch'),
      deviceId: host.device.id,
      part: pack.file(part).part.key,
      rows: rows as readonly RowId[],
      load: load ? [pack.file(part).part.key] : [],
      evict: [],
      lease: { steps },
      limitMs: null,
    });
    const run = (made: Batch, part: PartName = 'denoiser') => {
      host.run(made, made.load.length > 0 ? [pack.file(part)] : []);
      return made;
    };

    test('is ready, and holds nothing', async () => {
      begin();
      expect((await heard.next('host.ready')).device).toEqual(host.device);
      expect(await host.held()).toEqual({ tensors: 0, bytes: 0, parts: 0, buffers: 0 });
    });

    test('a job runs until it waits for rows, and says which', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 2));
      const { moved } = await heard.next('jobs.moved');
      expect(moved.ended).toEqual([]);
      expect(moved.next).toEqual([
        {
          id: 'a.0.0',
          jobId: 'a',
          runId: 'run_1',
          part: 'denoiser@2222',
          batchKey: expect.stringContaining('denoiser@2222'),
          size: 'denoiser@2222 4x2x2 3',
          deviceId: host.device.id,
          scratchBytes: expect.any(Number),
          unit: 'a.0.0',
        },
      ]);
    });

    test("rows are computed step by step, and the result is the core's until it frees it", async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 2));
      await heard.moved(1);
      run(batch('denoiser', ['a.0.0']));
      expect(await heard.next('part.loaded')).toMatchObject({
        part: 'denoiser@2222',
        bytes: pack.file('denoiser').part.bytes,
      });
      const first = await heard.next('batch.done');
      expect(first).toMatchObject({ rows: 1, leaseLeft: 0, moved: { ended: [], failed: [] } });
      expect(first.moved.next.map(({ id }) => id)).toEqual(['a.1.0']);
      run(batch('denoiser', ['a.1.0'], 0, false));
      const { ended, next } = await heard.moved(1);
      expect(next).toEqual([]);
      const latent = ended[0]!.outputs.latent as TensorRef;
      const values = new Float32Array((await host.fetch(latent)).slice().buffer);
      expect(values).toHaveLength(16);
      if (runtime === 'ort') {
        // x -> x/2 + (x/2 + 2 + sqrt(t)/1000)/2, twice
        const step = (x: number, t: number) => x / 2 + (x / 2 + 2 + Math.sqrt(t) / 1000) / 2;
        expect(values[0]).toBeCloseTo(step(step(2, 2), 1), 5);
      }
      expect((await host.held()).tensors).toBe(3);
      host.free([latent.id, 'start-a' as TensorId, 'hidden-a' as TensorId]);
      expect((await host.held()).tensors).toBe(0);
      await expect(host.fetch(latent)).rejects.toMatchObject({ problems: [{ code: 'bug' }] });
    });

    test('times are on the clock of the core', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 1));
      await heard.moved(1);
      const beforeMs = clock.now();
      run(batch('denoiser', ['a.0.0']));
      const loaded = await heard.next('part.loaded');
      const done = await heard.next('batch.done');
      // Two processes agree within a few ms; their clocks began hundreds of ms apart.
      const slackMs = forked ? 20 : 0;
      expect(loaded.startMs).toBeGreaterThanOrEqual(beforeMs - slackMs);
      expect(done.startMs).toBeGreaterThanOrEqual(loaded.startMs + loaded.ms - 0.001);
      expect(done.startMs + done.ms).toBeLessThanOrEqual(clock.now() + slackMs);
    });

    test('under a lease the rows that come back are computed without asking', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 5));
      start('b', 'test.sample', await sampleItem('b', 3));
      await heard.moved(2);
      const { id } = run(batch('denoiser', ['a.0.0', 'b.0.0'], 10));
      const steps: EventOf<'batch.stepped' | 'batch.done'>[] = [];
      do steps.push(await heard.next('batch.stepped', 'batch.done'));
      while (steps.at(-1)!.type !== 'batch.done');
      expect(steps.map(({ type, rows, leaseLeft }) => [type, rows, leaseLeft])).toEqual([
        ['batch.stepped', 2, 9],
        ['batch.stepped', 2, 8],
        ['batch.stepped', 1 + 1, 7],
        ['batch.stepped', 1, 6],
        ['batch.done', 1, 6],
      ]);
      expect(steps.every(({ batchId }) => batchId === id)).toBe(true);
      expect(steps.flatMap(({ moved }) => moved.next)).toEqual([]);
      expect(steps.map(({ moved }) => moved.ended.map(({ jobId }) => jobId))).toEqual([[], [], ['b'], [], ['a']]);
    });

    test('a lease that runs out gives the rows back', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 5));
      await heard.moved(1);
      run(batch('denoiser', ['a.0.0'], 2));
      const done = await heard.next('batch.done');
      expect(done.leaseLeft).toBe(0);
      expect(done.moved.next.map(({ id }) => id)).toEqual(['a.3.0']);
    });

    test('a batch that waits behind ends the lease of the one that runs', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 50));
      start('b', 'test.sample', await sampleItem('b', 50));
      await heard.moved(2);
      run(batch('denoiser', ['a.0.0'], 100));
      run(batch('denoiser', ['b.0.0'], 0, false));
      const first = await heard.next('batch.done');
      const second = await heard.next('batch.done');
      expect(first.leaseLeft).toBeGreaterThan(90);
      expect(first.moved.next.map(({ jobId }) => jobId)).toEqual(['a']);
      expect(second.moved.next.map(({ id }) => id)).toEqual(['b.1.0']);
    });

    test('a revoked lease ends after the step that runs, and a renewed one goes on', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 900));
      await heard.moved(1);
      const revoked = run(batch('denoiser', ['a.0.0'], 890));
      await heard.next('batch.stepped');
      host.revoke(revoked.id);
      const done = await heard.next('batch.done');
      expect(done.leaseLeft).toBe(0);
      const [row] = done.moved.next;
      const renewed = run(batch('denoiser', [row!.id], 0, false));
      host.renew(renewed.id, { steps: 2 });
      expect(await heard.next('batch.stepped')).toMatchObject({ leaseLeft: 1 });
      expect(await heard.next('batch.stepped')).toMatchObject({ leaseLeft: 0 });
      await heard.next('batch.done');
    });

    test('a batch that is revoked before it has begun gives its rows back', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 50));
      start('b', 'test.sample', await sampleItem('b', 50));
      await heard.moved(2);
      run(batch('denoiser', ['a.0.0'], 0));
      const { id } = run(batch('denoiser', ['b.0.0'], 10, false));
      host.revoke(id);
      expect(await heard.next('batch.done')).toMatchObject({ rows: 1 });
      const back = await heard.next('batch.done');
      expect(back).toMatchObject({ batchId: id, rows: 0, leaseLeft: 0 });
      expect(back.moved.next.map((row) => row.id)).toEqual(['b.0.0']);
      run(batch('denoiser', ['b.0.0'], 0, false));
      expect((await heard.next('batch.done')).moved.next.map((row) => row.id)).toEqual(['b.1.0']);
    });

    test('a cancelled job leaves at the next step, and its company goes on', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 500));
      start('b', 'test.sample', await sampleItem('b', 500));
      await heard.moved(2);
      const { id } = run(batch('denoiser', ['a.0.0', 'b.0.0'], 400));
      await heard.next('batch.stepped');
      host.cancel(['a' as JobId]);
      let event: EventOf<'batch.stepped' | 'batch.done'>;
      do event = await heard.next('batch.stepped', 'batch.done');
      while (event.rows === 2);
      expect(event).toMatchObject({ type: 'batch.stepped', rows: 1 });
      const told = heard.all.flatMap((said) => ('moved' in said ? said.moved.failed : []));
      expect(told).toEqual([{ jobId: 'a', problems: [], cancelled: true }]);
      host.cancel(['b' as JobId]);
      host.revoke(id);
      await heard.next('batch.done');
      host.free(['start-a', 'hidden-a', 'start-b', 'hidden-b'] as TensorId[]);
      expect((await host.held()).tensors).toBe(0);
    });

    test('rows of jobs that are gone are left out of a batch', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 1));
      start('b', 'test.sample', await sampleItem('b', 1));
      await heard.moved(2);
      host.cancel(['a' as JobId]);
      run(batch('denoiser', ['a.0.0', 'b.0.0', 'never.0.0']));
      expect(await heard.next('batch.done')).toMatchObject({ rows: 1 });
      run(batch('denoiser', ['a.0.0'], 5, false));
      expect(await heard.next('batch.done')).toMatchObject({ rows: 0, leaseLeft: 5 });
    });

    test('a job that wants more rows than it had gives them to the core', async () => {
      begin();
      const { steps: _, ...item } = await sampleItem('a', 1);
      start('a', 'test.shrink', { ...item, counts: '2,1,3' });
      await heard.moved(2);
      run(batch('denoiser', ['a.0.0', 'a.0.1'], 5));
      expect(await heard.next('batch.stepped')).toMatchObject({ rows: 2 });
      const done = await heard.next('batch.done');
      expect(done.rows).toBe(1);
      expect(done.moved.next.map(({ id }) => id)).toEqual(['a.2.0', 'a.2.1', 'a.2.2']);
    });

    test('a job that waits for a file does not hold up its batch', async () => {
      begin();
      let arrive = (_: Uint8Array) => {};
      files.set(
        'f1',
        new Promise((resolve) => {
          arrive = resolve;
        }),
      );
      const { steps: _, ...item } = await sampleItem('a', 1);
      start('a', 'test.slow', { ...item, from: { digest: 'f1', name: 'x' } });
      start('b', 'test.sample', await sampleItem('b', 3));
      await heard.moved(2);
      run(batch('denoiser', ['a.0.0', 'b.0.0'], 1));
      expect(await heard.next('batch.stepped')).toMatchObject({ rows: 2, moved: { next: [], ended: [] } });
      const done = await heard.next('batch.done');
      expect(done.moved.next.map(({ id }) => id)).toEqual(['b.2.0']);
      arrive(new Uint8Array(3));
      expect((await heard.next('jobs.moved')).moved.next.map(({ id }) => id)).toEqual(['a.1.0']);
    });

    test('a job asks the core for the bytes of a file', async () => {
      begin();
      files.set('f1', Promise.resolve(Uint8Array.of(1, 2, 3)));
      start('a', 'test.read-file', { from: { digest: 'f1', name: 'x' }, prepared: {} });
      const { ended } = await heard.moved(1);
      expect(new Uint8Array(await host.fetch(ended[0]!.outputs.latent as TensorRef))).toEqual(Uint8Array.of(1, 2, 3));
      start('b', 'test.read-file', { from: { digest: 'f2', name: 'x' }, prepared: {} });
      expect((await heard.moved(1)).failed).toEqual([
        { jobId: 'b', problems: [{ code: 'bug', values: { reason: 'no such file' } }], cancelled: false },
      ]);
    });

    test('a job that fails says why and leaves nothing behind', async () => {
      begin();
      start('a', 'test.misbehave', { how: 'expected' });
      start('b', 'test.misbehave', { how: 'bug' });
      start('c', 'test.misbehave', { how: 'nan' });
      start('d', 'test.unheard-of', {});
      start('e', 'test.misbehave', { how: 'for ever' });
      const { failed } = await heard.moved(4);
      const codes = Object.fromEntries(failed.map(({ jobId, problems }) => [jobId, problems[0]!.code]));
      expect(codes).toEqual({ a: 'image.missing', b: 'bug', c: 'device.badResult', d: 'bug' });
      host.cancel(['e' as JobId]);
      expect((await heard.moved(1)).failed).toEqual([{ jobId: 'e', problems: [], cancelled: true }]);
      expect((await host.held()).tensors).toBe(0);
    });

    test('a call that cannot be made fails its batch, and the host goes on', async () => {
      begin();
      const item = await sampleItem('a', 1);
      start('a', 'test.sample', item);
      await heard.moved(1);
      run(batch('denoiser', ['a.0.0'], 0, false)); // never loaded
      const failure = await heard.next('batch.failed');
      expect(failure.problems).toMatchObject([{ code: 'device.callFailed' }]);
      expect(failure.moved.failed).toEqual([]);
      start('a', 'test.sample', item);
      await heard.moved(1);
      run(batch('denoiser', ['a.0.0']));
      expect((await heard.next('batch.done')).moved.ended).toHaveLength(1);
    });

    test('a part that cannot be loaded fails its batch', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 1));
      await heard.moved(1);
      const file = pack.file('denoiser');
      const made = batch('denoiser', ['a.0.0']);
      if (runtime === 'sim') host.run(made, [{ ...file, part: { ...file.part, bytes: 2 ** 50 } }]);
      else host.run(made, [{ ...file, path: `${file.path}.gone` }]);
      const { problems } = await heard.next('batch.failed');
      expect(problems[0]!.code).toBe(runtime === 'sim' ? 'device.outOfMemory' : 'device.cannotLoad');
    });

    test('weights that come ahead are there for the batch that wants them, which waits for them', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 1));
      await heard.moved(1);
      host.load(pack.file('vae-decoder'), []);
      await heard.next('part.loaded');
      host.load(pack.file('denoiser'), [pack.file('vae-decoder').part.key]);
      run(batch('denoiser', ['a.0.0'], 0, false));
      expect((await heard.next('batch.done')).moved.ended).toHaveLength(1);
      const denoiser = pack.file('denoiser').part.key;
      expect(heard.all.flatMap((event) => (event.type.startsWith('part.') ? [event] : []))).toMatchObject([
        { type: 'part.loaded', part: pack.file('vae-decoder').part.key },
        { type: 'part.evicted', part: pack.file('vae-decoder').part.key },
        { type: 'part.loaded', part: denoiser },
      ]);
      expect((await host.held()).parts).toBe(1);
    });

    test('weights that cannot come ahead say so, and a batch that waits for them fails with the reason', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 1));
      await heard.moved(1);
      const file = pack.file('denoiser');
      host.load(
        runtime === 'sim'
          ? { ...file, part: { ...file.part, bytes: 2 ** 50 } }
          : { ...file, path: `${file.path}.gone` },
        [],
      );
      run(batch('denoiser', ['a.0.0'], 0, false));
      const code = runtime === 'sim' ? 'device.outOfMemory' : 'device.cannotLoad';
      expect(await heard.next('part.failed')).toMatchObject({ part: file.part.key, problems: [{ code }] });
      expect((await heard.next('batch.failed')).problems).toMatchObject([{ code }]);
    });

    test('parts leave when a batch evicts them, and when they are released', async () => {
      begin();
      run(batch('denoiser', []));
      expect(await heard.next('batch.done')).toMatchObject({ rows: 0 });
      const made = { ...batch('vae-decoder', []), evict: [pack.file('denoiser').part.key] };
      host.run(made, [pack.file('vae-decoder')]);
      expect(await heard.next('part.evicted')).toMatchObject({
        part: 'denoiser@2222',
        bytes: pack.file('denoiser').part.bytes,
      });
      expect(await heard.next('part.loaded')).toMatchObject({ part: 'vae-decoder@3333' });
      await heard.next('batch.done');
      host.release([pack.file('vae-decoder').part.key]);
      await heard.next('part.evicted');
      expect((await host.held()).parts).toBe(0);
    });

    test('a picture is decoded and encoded in the host', async () => {
      begin();
      const latent = await put('x', latentShape, 1);
      start('a', 'test.decode', { vae: pack.ref, latent, prepared: {} });
      await heard.moved(1);
      run(batch('vae-decoder', ['a.0.0']), 'vae-decoder');
      const { ended } = await heard.moved(1);
      expect(ended[0]!.outputs.image).toMatchObject({
        dtype: 'uint8',
        shape: runtime === 'ort' ? [1, 2, 2, 3] : expect.anything(),
      });
      expect(ended[0]!.outputs.count).toBeGreaterThan(50);
      // A latent of floats goes in, and a picture of bytes comes out.
      const done = heard.all.find((event) => event.type === 'batch.done');
      expect(done).toMatchObject({ copied: { toDevice: keepsFloats ? 0 : latent.bytes, fromDevice: 2 * 2 * 3 } });
      expect((await host.held()).tensors).toBe(2);
    });

    test('a picture file is decoded, and a colour profile that cannot be followed is told of', async () => {
      const chunks = [pngChunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.from('nonsense'))]))];
      const samples = Uint8Array.of(0, 100, 255, 128, 9, 9, 9, 255);
      const png = rawPng({ width: 2, height: 1, depth: 8, color: 6, samples, chunks });
      files.set('f'.repeat(64), Promise.resolve(png));
      begin();
      start('a', 'test.picture', { from: { digest: 'f'.repeat(64), name: 'a.png' }, prepared: {} });
      expect(await heard.next('job.warned')).toEqual({
        type: 'job.warned',
        jobId: 'a',
        problems: [problem('image.profileIgnored', { name: 'a.png', profile: '' })],
      });
      const { ended } = await heard.moved(1);
      const { image, mask } = ended[0]!.outputs as { image: TensorRef; mask: TensorRef };
      expect([image.shape, mask.shape]).toEqual([
        [1, 1, 2, 3],
        [1, 1, 2, 1],
      ]);
      expect([...(await host.fetch(image))]).toEqual([127, 177, 255, 9, 9, 9]);
      expect([...(await host.fetch(mask))]).toEqual([128, 255]);
    });

    test('a file that is no picture fails its job alone, with its name', async () => {
      files.set('f'.repeat(64), Promise.resolve(Buffer.from('GIF89a\x01\0\x01\0')));
      begin();
      start('a', 'test.picture', { from: { digest: 'f'.repeat(64), name: 'a.gif' }, prepared: {} });
      const { failed } = await heard.moved(1);
      expect(failed).toEqual([
        { jobId: 'a', problems: [problem('image.formatNotRead', { name: 'a.gif', format: 'gif' })], cancelled: false },
      ]);
    });

    test('progress is told now and then, and always at the end', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 40));
      await heard.moved(1);
      run(batch('denoiser', ['a.0.0'], 100));
      await heard.next('batch.done');
      const told = heard.all.filter((event) => event.type === 'job.progressed');
      expect(told.at(-1)).toEqual({ type: 'job.progressed', jobId: 'a', done: 40, total: 40, preview: null });
      expect(told[0]).toMatchObject({ done: 1 });
    });

    test('steps of a job that is looked at come with a small picture now and then, those of others with none', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 40), { previews: true });
      start('b', 'test.sample', await sampleItem('b', 40));
      await heard.moved(2);
      run(batch('denoiser', ['a.0.0', 'b.0.0'], 100));
      let shown: EventOf<'job.progressed'>;
      do shown = await heard.next('job.progressed');
      while (!shown.preview);
      expect(shown).toMatchObject({ jobId: 'a', done: 1, total: 40, preview: { width: 2, height: 2 } });
      const rgb = [...Buffer.from(shown.preview.rgb, 'base64')];
      expect(rgb).toHaveLength(2 * 2 * 3);
      // What the step sees is x / 2 + 2 + sqrt(t) / 1000, about 3, and the matrix makes +0.75 and -0.75 of it.
      if (runtime === 'ort') expect(rgb.slice(0, 3)).toEqual([223, 31, 127]);
      do shown = await heard.next('job.progressed');
      while (shown.jobId !== 'a' || shown.done < 40);
      const others = heard.all.filter((event) => event.type === 'job.progressed' && event.jobId === 'b');
      expect(others.length).toBeGreaterThan(0);
      expect(others).toEqual(others.map((event) => ({ ...event, preview: null })));
    });

    test('somebody may begin to look at a job that was started, or cease to', async () => {
      begin();
      start('a', 'test.sample', await sampleItem('a', 2));
      start('b', 'test.sample', await sampleItem('b', 2), { previews: true });
      await heard.moved(2);
      host.show(['a', 'gone'] as JobId[], true);
      host.show(['b' as JobId], false);
      run(batch('denoiser', ['a.0.0', 'b.0.0'], 100));
      const told = new Map<string, EventOf<'job.progressed'>>();
      while (told.size < 2) {
        const event = await heard.next('job.progressed');
        if (event.done === 1) told.set(event.jobId, event);
      }
      expect(told.get('a')!.preview).toMatchObject({ width: 2, height: 2 });
      expect(told.get('b')!.preview).toBeNull();
    });

    test('a large latent makes a preview of at most 128 a side', async () => {
      begin();
      const shape = [1, 4, 150, 300];
      const item = {
        model: pack.ref,
        start: await put('start', shape, 2),
        hidden: await put('hidden', [1, 3, width], 2),
      };
      start('a', 'test.sample', { ...item, steps: 2, prepared: {} }, { previews: true });
      await heard.moved(1);
      run(batch('denoiser', ['a.0.0'], 100));
      const { preview } = await heard.next('job.progressed');
      expect(preview).toMatchObject({ width: 100, height: 50 });
      expect(Buffer.from(preview!.rgb, 'base64')).toHaveLength(100 * 50 * 3);
    });

    test('a host that dies is replaced under the same id, with nothing left', async () => {
      begin();
      await heard.next('host.ready');
      const pid = host.pid;
      start('a', 'test.sample', await sampleItem('a', 5));
      await heard.moved(1);
      const answer = host.fetch({ id: 'start-a' } as TensorRef).catch((error: unknown) => error);
      host.kill();
      const { reason } = await heard.next('host.lost');
      expect(reason).not.toBe('');
      await answer;
      expect((await heard.next('host.ready')).device).toEqual(host.device);
      if (pid !== null) expect(host.pid).not.toBe(pid);
      expect(await host.held()).toEqual({ tensors: 0, bytes: 0, parts: 0, buffers: 0 });
      start('a', 'test.sample', await sampleItem('a', 1));
      await heard.moved(1);
      run(batch('denoiser', ['a.0.0']));
      expect((await heard.next('batch.done')).moved.ended).toHaveLength(1);
    });

    if (runtime === 'sim') faulty();
    function faulty(): void {
      const oneStep = async (jobId: string, load = true, limitMs: number | null = null) => {
        start(jobId, 'test.sample', await sampleItem(jobId, 1));
        await heard.moved(1);
        run({ ...batch('denoiser', [`${jobId}.0.0`], 0, load), limitMs });
      };

      test('out of memory fails the batch and leaves the host as it was', async () => {
        begin([{ at: 1, kind: 'out-of-memory' }]);
        await oneStep('a');
        const { problems, moved } = await heard.next('batch.failed');
        expect(problems).toMatchObject([{ code: 'device.outOfMemory', values: { part: 'denoiser' } }]);
        // Nothing is wrong with the job: its row waits again, and can be computed when there is room.
        expect(moved).toMatchObject({ ended: [], failed: [], next: [{ id: 'a.0.0' }] });
        run(batch('denoiser', ['a.0.0'], 0, false));
        expect((await heard.next('batch.done')).moved.ended).toMatchObject([{ jobId: 'a' }]);
      });

      test.each(['nan', 'wrong-shape'] as const)('a result that is %s is not passed on', async (kind) => {
        begin([{ at: 1, kind }]);
        await oneStep('a');
        expect((await heard.next('batch.failed')).problems).toMatchObject([{ code: 'device.badResult' }]);
        expect((await host.held()).tensors).toBe(2);
      });

      test('a crash in a call loses the host, and another comes', async () => {
        begin([{ at: 1, kind: 'crash' }]);
        await oneStep('a');
        await heard.next('host.lost');
        await heard.next('host.ready');
      });

      test('a call that takes longer than its limit loses the host; loading is not counted', async () => {
        begin([{ at: 3, kind: 'hang' }]);
        await oneStep('a', true, 1000);
        await heard.next('batch.done');
        await oneStep('b', false, 1000);
        await heard.next('batch.done');
        await oneStep('c', false, 100);
        expect((await heard.next('host.lost')).reason).toContain('no sign');
        await heard.next('host.ready');
      });
    }
  });
}
