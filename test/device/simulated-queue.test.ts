import { expect, test } from 'vitest';
import { makeHosts, type SupervisedHost } from '../../src-main/device/host.ts';
import { inProcessHost } from '../../src-main/device/in-process.ts';
import { VirtualClock } from '../../src-main/device/sim/clock.ts';
import type { BatchId, JobId, RowId, RunId, TensorId } from '../../src-main/model/ids.ts';
import { bytesOf, type TensorRef } from '../../src-main/model/tensor.ts';
import { type TinyPack, tinyPack, width } from '../build/tiny-parts.ts';
import { nodeTypes } from './nodes.ts';
import { testDevice } from './test-device.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const [runs, steps, together] = [20, 12, 4];

/** A core of a few lines: it computes waiting rows `together` at a time until nobody waits. Answers when each run ended. */
async function simulate(pack: TinyPack, clock: VirtualClock, host: SupervisedHost): Promise<Map<string, number>> {
  const ended = new Map<string, number>();
  const waiting: RowId[] = [];
  let busy = false;
  let batches = 0;
  const file = pack.file('denoiser');
  const finished = new Promise<void>((resolve) => {
    host.listen((event) => {
      if (!('moved' in event)) return;
      waiting.push(...event.moved.next.map(({ id }) => id));
      for (const { jobId } of event.moved.ended) ended.set(jobId, clock.now());
      if (event.type === 'batch.done') busy = false;
      if (ended.size === runs) resolve();
      if (busy || waiting.length === 0) return;
      busy = true;
      const load = batches === 0 ? [file.part.key] : [];
      const rows = waiting.splice(0, together);
      host.run(
        {
          kind: 'batch',
          id: `batch_${batches++}` as BatchId,
          deviceId: host.device.id,
          part: file.part.key,
          rows,
          load,
          evict: [],
          lease: { steps: 3 },
          limitMs: 1000,
        },
        load.length > 0 ? [file] : [],
      );
    });
  });
  const put = async (id: string, shape: readonly number[]): Promise<TensorRef> => {
    const bytes = bytesOf('float32', shape);
    const tensor: TensorRef = { id: id as TensorId, deviceId: host.device.id, dtype: 'float32', shape, bytes };
    await host.put(tensor, new Uint8Array(bytes));
    return tensor;
  };
  const start = await put('start', [1, 4, 2, 2]);
  const hidden = await put('hidden', [1, 3, width]);
  for (let run = 0; run < runs; run++)
    host.start({
      jobId: `job_${run}` as JobId,
      runId: `run_${run}` as RunId,
      nodeType: 'test.sample',
      item: { model: pack.ref, start, hidden, steps, prepared: {} },
      packs: [pack.facts],
    });
  await finished;
  return ended;
}

test('a queue of twenty runs is simulated to the millisecond, always alike', async () => {
  const pack = tinyPack();
  const simulated = async () => {
    const clock = new VirtualClock();
    const ms = { 'denoiser@2222 4x2x2 3': [50, 60, 70, 80] };
    const hosts = makeHosts({
      specs: [
        {
          device: testDevice('sim'),
          runtime: {
            kind: 'sim',
            sim: { profile: { loadBytesPerMs: pack.file('denoiser').part.bytes / 500, bringBytesPerMs: 1e9, ms } },
          },
        },
      ],
      open: () => inProcessHost(catalog, clock),
      clock,
      file: () => Promise.reject(new Error('no files')),
      log: () => {},
    });
    const ended = await simulate(pack, clock, hosts.host(testDevice('sim').id));
    await hosts.close();
    return { ended, ms: clock.now() };
  };
  const first = await simulated();
  const second = await simulated();
  expect(first.ended).toEqual(second.ended);
  // 500 ms to load, then 240 rows four at a time; 20 runs of 12 steps fill every batch but perhaps the last ones.
  expect(first.ms).toBeCloseTo(500 + (runs * steps * 80) / together, 6);
  pack.remove();
});
