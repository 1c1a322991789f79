import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { Device } from '../../model/device.ts';
import { fail } from '../../model/errors.ts';
import type { PartKey } from '../../model/ids.ts';
import type { Part, PartPort } from '../../model/pack.ts';
import { isTensorRef, type TensorRef } from '../../model/tensor.ts';
import { type Output, type OutputElsewhere, plainNumbers, rowsFrom, Stacker, takesOneRow } from '../call.ts';
import { sessionOptions } from '../ort/providers.ts';
import { inWords, type Library, loadLibrary, openSession, outputOf, tensorOf } from '../ort/session.ts';
import type { RowResult, RowValues, Runtime } from '../runtime.ts';
import { type DeviceBuffer, DeviceBuffers } from './buffers.ts';
import { DeviceGraphs } from './graphs.ts';
import { Settler, settleHere } from './settle.ts';
import { StackedRows } from './stacked-rows.ts';
import { DeviceTensors } from './tensors.ts';
import type { Value } from './value.ts';

interface Loaded {
  readonly part: Part;
  readonly session: InferenceSession;
  /** Of inputs that come from the process's memory. */
  readonly stacker: Stacker;
  readonly rows: StackedRows;
}

interface Opened {
  readonly ort: Library;
  readonly graphs: DeviceGraphs;
  readonly buffers: DeviceBuffers;
  readonly settler: Settler;
}

const staysThere = ({ dtype }: PartPort): boolean => dtype === 'float32';

/**
 * onnxruntime on WebGPU. Latents and conditioning stay on the device from call to call: what a call gives is read by the
 * next one where it lies, the arithmetic between is done there, and 8-bit pixels are all that comes back. Of every call
 * the sums of its rows come too: they show values that are not finite, and that the device has really finished.
 */
export function webgpuRuntime(device: Device): Runtime {
  const loaded = new Map<PartKey, Loaded>();
  let opening: Promise<Opened> | null = null;
  /** What the device does, one thing after the other: a session must not be entered twice. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: (opened: Opened) => Promise<T>): Promise<T> => {
    opening ??= open(device);
    const next = last.then(async () => work(await opening!));
    last = next.catch(() => {});
    return next;
  };
  let buffers: DeviceBuffers | null = null;
  const tensors = new DeviceTensors(device.id, (value) =>
    inTurn(async ({ settler }) => {
      await settler.settle([value]);
      return settler.fetch(value);
    }),
  );
  const dispose: Runtime['dispose'] = (ids) => {
    tensors.dispose(ids);
    for (const { rows } of loaded.values()) rows.sweep();
  };

  const compute = async (
    opened: Opened,
    { part, session, stacker, rows: stacked }: Loaded,
    rows: readonly RowValues[],
  ) => {
    const there = part.takes.filter((port) => goesThere(port, rows));
    const feeds: Record<string, OnnxValue> = {};
    const kept: Value[] = [];
    const keep = ({ name }: PartPort) =>
      rows.map((row) => {
        const value = tensors.valueOf(row[name] as TensorRef); // or it would not go there
        kept.push(value.keep());
        return value;
      });
    const taken: DeviceBuffer[] = [];
    try {
      const values = there.map((port) => ({ port, of: keep(port) }));
      const here = part.takes.filter((port) => !there.includes(port));
      await bringHere(here, rows);
      for (const feed of stacker.feeds(rows, here)) feeds[feed.name] = tensorOf(feed, opened.ort.Tensor);
      await opened.settler.settle(values.flatMap(({ of }) => of));
      for (const { port, of } of values) {
        const shape = of[0]!.shape.slice(1);
        if (!of.every((value) => value.shape.slice(1).join() === shape.join()))
          fail('device.callFailed', {
            device: device.id,
            part: part.name,
            reason: `rows of different shapes at ${port.as}`,
          });
        const buffer = await stacked.of(port.name, of, opened.settler);
        taken.push(buffer);
        feeds[port.as] = buffer.view([rows.length, ...shape]);
      }
      return await run(opened, session, part, rows, feeds);
    } finally {
      for (const buffer of taken) buffer.drop();
      for (const value of kept) value.drop();
    }
  };

  /** Rare: a float that lies on the device and is wanted as another kind of number. */
  const bringHere = async (ports: readonly PartPort[], rows: readonly RowValues[]) => {
    for (const { name } of ports)
      for (const row of rows) {
        const value = row[name];
        if (isTensorRef(value) && !plainNumbers.has(name)) await moveHere(tensors.valueOf(value));
      }
  };
  const moveHere = async (value: Value) => {
    if (settleHere(value)) return;
    const { settler } = await opening!;
    await settler.settle([value]);
    value.move({ at: 'cpu', values: await settler.fetch(value) });
  };

  const run = async (
    { graphs, buffers: all }: Opened,
    session: InferenceSession,
    part: Part,
    rows: readonly RowValues[],
    feeds: Record<string, OnnxValue>,
  ): Promise<RowResult[]> => {
    // Where outputs stay on the device, the same must be asked for at every call.
    const made = await session.run(feeds);
    const outputs = new Map<string, Output | OutputElsewhere>();
    const own: DeviceBuffer[] = [];
    try {
      for (const port of givenBy(part)) {
        const tensor = made[port.as] as Tensor | undefined;
        if (!tensor) continue;
        if (tensor.location !== 'gpu-buffer') {
          outputs.set(port.as, outputOf(tensor));
          continue;
        }
        const buffer = all.own(tensor, session);
        own.push(buffer);
        const size = tensor.size / (tensor.dims[0] ?? 1);
        const sums = await graphs.sums(buffer.view([tensor.dims[0] ?? 1, size]));
        outputs.set(port.as, {
          dims: tensor.dims,
          row(i, shape) {
            const ref = tensors.hold({ at: 'device', buffer: buffer.keep(), from: i * size }, 'float32', shape);
            if (!Number.isFinite(sums[i])) tensors.valueOf(ref).flaw = `the sum of ${port.as} is ${sums[i]}`;
            return ref;
          },
        });
      }
      return rowsFrom(part, rows, outputs, tensors);
    } finally {
      for (const buffer of own) buffer.drop();
    }
  };

  return {
    deviceId: device.id,
    tensor: tensors,
    async warmUp() {
      await loadLibrary();
    },
    load: (file) =>
      inTurn(async ({ ort }) => {
        const { part } = file;
        if (loaded.has(part.key)) return { bytes: part.bytes };
        try {
          const places = Object.fromEntries(
            givenBy(part).map((port) => [port.as, staysThere(port) ? ('gpu-buffer' as const) : ('cpu' as const)]),
          );
          const session = await openSession(ort, file, (folder) => ({
            ...sessionOptions(device, folder),
            preferredOutputLocation: places,
          }));
          loaded.set(part.key, { part, session, stacker: new Stacker(part, tensors), rows: new StackedRows() });
        } catch (error) {
          throw inWords(error, device, part, 'device.cannotLoad');
        }
        return { bytes: part.bytes };
      }),
    async release(key) {
      const leaving = loaded.get(key);
      if (!leaving) return;
      loaded.delete(key);
      await inTurn(async ({ graphs, buffers: all }) => {
        leaving.rows.clear();
        for (const buffer of all.madeBy(leaving.session)) {
          const { tensor, session } = await graphs.copy(buffer.view([buffer.count]), 'device');
          buffer.moveTo(tensor, session);
        }
        await leaving.session.release();
      });
    },
    has: (key) => loaded.has(key),
    call: (key, rows) =>
      inTurn(async (opened) => {
        buffers = opened.buffers;
        const target = loaded.get(key);
        if (!target) return fail('device.callFailed', { device: device.id, part: key, reason: 'it is not loaded' });
        try {
          if (rows.length === 1 || !takesOneRow(target.part)) return await compute(opened, target, rows);
          const results: RowResult[] = [];
          for (const row of rows) results.push(...(await compute(opened, target, [row])));
          return results;
        } catch (error) {
          throw inWords(error, device, target.part, 'device.callFailed');
        }
      }),
    upload: (data, dtype, shape, id) => tensors.upload(data, dtype, shape, id),
    download: (tensor) => tensors.download(tensor),
    dispose,
    flaw: (tensor, look) => tensors.flaw(tensor, look),
    held: () => ({ ...tensors.size, parts: loaded.size, buffers: buffers?.live ?? 0 }),
    async close() {
      if (!opening) return;
      await inTurn(async ({ graphs }) => {
        tensors.disposeAll();
        for (const { rows } of loaded.values()) rows.clear();
        for (const { session } of loaded.values()) await session.release();
        loaded.clear();
        await graphs.close();
      });
    },
  };
}

async function open(device: Device): Promise<Opened> {
  const ort = await loadLibrary();
  const graphs = new DeviceGraphs(ort, device);
  const buffers = new DeviceBuffers(ort.Tensor);
  return { ort, graphs, buffers, settler: new Settler(graphs, buffers) };
}

/** All that the file gives, whatever this call wants of it. */
const givenBy = (part: Part): readonly PartPort[] => [
  ...new Map(
    [...part.gives, ...(part.layers?.given.map(({ port }) => port) ?? [])].map((port) => [port.as, port]),
  ).values(),
];

/** Where the file and all rows have float32. Vectors and what a row lacks come from the process's memory. */
const goesThere = ({ name, dtype }: PartPort, rows: readonly RowValues[]): boolean =>
  dtype === 'float32' &&
  name !== 'vectors' &&
  !plainNumbers.has(name) &&
  rows.every(({ [name]: value }) => isTensorRef(value) && value.dtype === 'float32');
