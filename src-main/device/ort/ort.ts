import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { Device } from '../../model/device.ts';
import { fail } from '../../model/errors.ts';
import type { PartKey } from '../../model/ids.ts';
import type { Part } from '../../model/pack.ts';
import { givesFor, rowsFrom, Stacker, takesOneRow } from '../call.ts';
import { CpuTensors } from '../cpu-tensors.ts';
import type { PrepackedFiles, RowResult, RowValues, Runtime } from '../runtime.ts';
import type { EarlySession } from './early-session.ts';
import { openPrepacked } from './prepacked.ts';
import { sessionOptions, withMore } from './providers.ts';
import { inWords, loadLibrary, openSession, outputOf, tensorOf } from './session.ts';

interface Loaded {
  readonly part: Part;
  readonly session: InferenceSession;
  readonly stacker: Stacker;
  /** Of the library: an `import()` for each call, although nothing is loaded, would take 0.1 ms. */
  readonly Tensor: typeof import('onnxruntime-node').Tensor;
}

/** onnxruntime. `load` and `call` block the thread: a host has nothing better to do meanwhile. */
export function ortRuntime(device: Device, early: EarlySession | null = null, prepacked?: PrepackedFiles): Runtime {
  const tensors = new CpuTensors(device.id);
  const loaded = new Map<PartKey, Loaded>();

  const compute = async ({ part, session, stacker, Tensor }: Loaded, rows: readonly RowValues[]) => {
    const feeds: Record<string, OnnxValue> = {};
    for (const feed of stacker.feeds(rows)) feeds[feed.name] = tensorOf(feed, Tensor);
    const outputs = givesFor(part, rows[0]!).map(({ as }) => as);
    const made = await session.run(feeds, outputs);
    return rowsFrom(part, rows, new Map(outputs.map((name) => [name, outputOf(made[name] as Tensor)])), tensors);
  };

  return {
    deviceId: device.id,
    tensor: tensors,
    async warmUp() {
      await loadLibrary();
    },
    async load(file) {
      const { part } = file;
      if (loaded.has(part.key)) return { bytes: part.bytes };
      try {
        const library = await loadLibrary();
        const make = (more: InferenceSession.SessionOptions) =>
          openSession(library, file, (folder) => withMore(sessionOptions(device, folder), more));
        const session =
          (await early?.take(file, device)) ??
          (await (prepacked ? openPrepacked(library, file, device, prepacked, make) : make({})));
        loaded.set(part.key, {
          part,
          session,
          stacker: new Stacker(part, tensors),
          Tensor: library.Tensor,
        });
      } catch (error) {
        throw inWords(error, device, part, 'device.cannotLoad');
      }
      return { bytes: part.bytes };
    },
    async release(key) {
      const leaving = loaded.get(key);
      loaded.delete(key);
      await leaving?.session.release();
    },
    has: (key) => loaded.has(key),
    async call(key, rows) {
      const target = loaded.get(key);
      if (!target) return fail('device.callFailed', { device: device.id, part: key, reason: 'it is not loaded' });
      try {
        if (rows.length === 1 || !takesOneRow(target.part)) return await compute(target, rows);
        const results: RowResult[] = [];
        for (const row of rows) results.push(...(await compute(target, [row])));
        return results;
      } catch (error) {
        throw inWords(error, device, target.part, 'device.callFailed');
      }
    },
    upload: (data, dtype, shape, id) => tensors.upload(data, dtype, shape, id),
    download: async (tensor) => tensors.download(tensor),
    dispose: (ids) => tensors.dispose(ids),
    flaw: (tensor, look) => tensors.flaw(tensor, look),
    held: () => ({ ...tensors.size, parts: loaded.size, buffers: 0 }),
    async close() {
      for (const { session } of loaded.values()) await session.release();
      loaded.clear();
    },
  };
}
