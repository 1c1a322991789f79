import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { Device } from '../../model/device.ts';
import { AppError, fail, problem } from '../../model/errors.ts';
import type { PartKey } from '../../model/ids.ts';
import type { Part, PartFile } from '../../model/pack.ts';
import { type Feed, givesFor, type Output, rowsFrom, Stacker, takesOneRow } from '../call.ts';
import { CpuTensors } from '../cpu-tensors.ts';
import type { PrepackedFiles, RowResult, RowValues, Runtime } from '../runtime.ts';
import { type Values, viewOf } from '../values.ts';
import type { EarlySession } from './early-session.ts';
import { openPrepacked } from './prepacked.ts';
import { sessionOptions, withMore } from './providers.ts';

interface Loaded {
  readonly part: Part;
  readonly session: InferenceSession;
  readonly stacker: Stacker;
  /** Of the library: an `import()` for each call, although nothing is loaded, would take 0.1 ms. */
  readonly Tensor: typeof import('onnxruntime-node').Tensor;
}

/** Takes 60 ms, and only hosts do it. */
export const loadLibrary = () => import('onnxruntime-node');

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
        const make = (more: InferenceSession.SessionOptions) => open(library, file, device, more);
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
    held: () => ({ ...tensors.size, parts: loaded.size }),
    async close() {
      for (const { session } of loaded.values()) await session.release();
      loaded.clear();
    },
  };
}

/** By path where the bytes stay as they are: the file is mapped, and its pages are shared between hosts. */
async function open(
  ort: typeof import('onnxruntime-node'),
  file: PartFile,
  device: Device,
  more: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  if (file.edits.length === 0) return ort.InferenceSession.create(file.path, withMore(sessionOptions(device), more));
  const { applyEdits } = await import('../../packs/edit-graph/apply.ts');
  const model = applyEdits(await readFile(file.path), file.edits);
  return ort.InferenceSession.create(model, withMore(sessionOptions(device, path.dirname(file.path)), more));
}

function tensorOf(feed: Feed, Tensor: typeof import('onnxruntime-node').Tensor): OnnxValue {
  // Where Float16Array is global, the constructor makes half-precision tensors that the binding cannot read; it
  // takes a plain object of the same fields (onnxruntime 1.30, open pull request 32323).
  if (feed.dtype === 'float16')
    return { type: 'float16', data: feed.values, dims: feed.dims, location: 'cpu' } as unknown as OnnxValue;
  return new Tensor(feed.dtype as 'float32', feed.values as Float32Array, feed.dims);
}

function outputOf(tensor: Tensor): Output {
  const { data, dims } = tensor;
  const view = data as ArrayBufferView;
  const isHalf = tensor.type === 'float16';
  const values = isHalf
    ? viewOf(new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength), 'float16')
    : (data as Values);
  return { dims, values };
}

const outOfMemory =
  /bad_alloc|out of memory|failed to allocate|cannot allocate|CUDA_ERROR_OUT_OF_MEMORY|E_OUTOFMEMORY/i;

function inWords(
  error: unknown,
  device: Device,
  part: Part,
  code: 'device.cannotLoad' | 'device.callFailed',
): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const at = { device: device.id, part: part.name };
  if (outOfMemory.test(reason)) return new AppError(problem('device.outOfMemory', { ...at, needed: part.bytes }));
  return new AppError(problem(code, { ...at, reason: reason.split('\n')[0]! }), { cause: error });
}
