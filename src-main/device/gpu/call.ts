import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import { fail } from '../../model/errors.ts';
import type { Part, PartPort } from '../../model/pack.ts';
import { isTensorRef, type TensorRef } from '../../model/tensor.ts';
import { givesFor, type Output, type OutputElsewhere, plainNumbers, rowsFrom, type Stacker } from '../call.ts';
import { type Library, outputOf, tensorOf } from '../ort/session.ts';
import type { RowResult, RowValues } from '../runtime.ts';
import type { DeviceBuffer, DeviceBuffers } from './buffers.ts';
import type { DeviceGraphs } from './graphs.ts';
import { type Settler, settleHere } from './settle.ts';
import type { StackedRows } from './stacked-rows.ts';
import type { DeviceTensors } from './tensors.ts';
import type { Value } from './value.ts';

/** What calls are made with. */
export interface CallTools {
  readonly ort: Library;
  readonly graphs: DeviceGraphs;
  readonly buffers: DeviceBuffers;
  readonly settler: Settler;
  readonly tensors: DeviceTensors;
}

export interface CallTarget {
  readonly part: Part;
  /** Its outputs lie where `outputPlaces` says. */
  readonly session: InferenceSession;
  /** Of inputs that come from the process's memory. */
  readonly stacker: Stacker;
  readonly rows: StackedRows;
}

/** Rows of one call in, and its results out, without leaving the device on the way where they are float32. */
export async function callThere(
  tools: CallTools,
  target: CallTarget,
  rows: readonly RowValues[],
): Promise<readonly RowResult[]> {
  const { tensors, settler } = tools;
  const { part, stacker } = target;
  const there = part.takes.filter((port) => goesThere(port, rows));
  const here = part.takes.filter((port) => !there.includes(port));
  const feeds: Record<string, OnnxValue> = {};
  const kept: Value[] = [];
  const taken: DeviceBuffer[] = [];
  try {
    const given = there.map((port) => {
      const of = rows.map((row) => tensors.valueOf(row[port.name] as TensorRef).keep()); // or it would not go there
      kept.push(...of);
      return { port, of };
    });
    for (const { name } of here) for (const row of rows) await bringHere(tools, name, row);
    for (const feed of stacker.feeds(rows, here)) feeds[feed.name] = tensorOf(feed, tools.ort.Tensor);
    await settler.settle(kept);
    for (const { port, of } of given) {
      const shape = of[0]!.shape.slice(1);
      if (!of.every((value) => value.shape.slice(1).join() === shape.join())) {
        const reason = `rows of different shapes at ${port.as}`;
        return fail('device.callFailed', { device: tensors.deviceId, part: part.name, reason });
      }
      const buffer = await target.rows.of(port.name, of, settler);
      taken.push(buffer);
      feeds[port.as] = buffer.view([rows.length, ...shape]);
    }
    return await resultsOf(tools, target, rows, await target.session.run(feeds));
  } finally {
    for (const buffer of taken) buffer.drop();
    for (const value of kept) value.drop();
  }
}

/** Where a session leaves what it gives. Every call asks for all of it: the library keeps to what the first one asked for. */
export const outputPlaces = (part: Part): Record<string, 'gpu-buffer' | 'cpu'> =>
  Object.fromEntries(
    [...part.gives, ...(part.layers?.given.map(({ port }) => port) ?? [])].map(({ as, dtype }) => [
      as,
      dtype === 'float32' ? 'gpu-buffer' : 'cpu',
    ]),
  );

/** Where the file and all rows have float32. Vectors, and what a row lacks, come from the process's memory. */
const goesThere = ({ name, dtype }: PartPort, rows: readonly RowValues[]): boolean =>
  dtype === 'float32' &&
  name !== 'vectors' &&
  !plainNumbers.has(name) &&
  rows.every(({ [name]: value }) => isTensorRef(value) && value.dtype === 'float32');

/** Rare: a float that lies on the device and is wanted as another kind of number. */
async function bringHere({ tensors, settler }: CallTools, name: string, row: RowValues): Promise<void> {
  const given = row[name];
  if (!isTensorRef(given)) return;
  const value = tensors.valueOf(given);
  if (settleHere(value)) return;
  await settler.settle([value]);
  value.move({ at: 'cpu', values: await settler.fetch(value) });
}

async function resultsOf(
  { graphs, buffers, tensors }: CallTools,
  { part, session }: CallTarget,
  rows: readonly RowValues[],
  made: InferenceSession.ReturnType,
): Promise<readonly RowResult[]> {
  const outputs = new Map<string, Output | OutputElsewhere>();
  const own = new Map<string, { buffer: DeviceBuffer; dims: readonly number[] }>();
  for (const [name, tensor] of Object.entries(made as Readonly<Record<string, Tensor>>))
    if (tensor.location === 'gpu-buffer')
      own.set(name, { buffer: buffers.own(tensor, session), dims: [...tensor.dims] });
    else outputs.set(name, outputOf(tensor));
  try {
    for (const { as } of givesFor(part, rows[0]!)) {
      const there = own.get(as);
      if (!there) continue;
      const { buffer, dims } = there;
      const count = dims[0] ?? 1;
      const size = buffer.count / count;
      const sums = await graphs.sums(buffer.view([count, size]));
      outputs.set(as, {
        dims,
        row(i, shape) {
          const ref = tensors.hold({ at: 'device', buffer: buffer.keep(), from: i * size }, 'float32', shape);
          if (!Number.isFinite(sums[i])) tensors.valueOf(ref).flaw = `the sum of ${as} is ${sums[i]}`;
          return ref;
        },
      });
    }
    return rowsFrom(part, rows, outputs, tensors);
  } finally {
    for (const { buffer } of own.values()) buffer.drop();
  }
}
