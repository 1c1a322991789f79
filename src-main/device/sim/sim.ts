import { type CallShape, sizeKeyOf } from '../../model/batch-key.ts';
import type { Device } from '../../model/device.ts';
import { fail } from '../../model/errors.ts';
import type { PartKey } from '../../model/ids.ts';
import type { Part, PartPort } from '../../model/pack.ts';
import type { Clock } from '../../model/ports.ts';
import { elementsOf, isTensorRef } from '../../model/tensor.ts';
import { callShapeOf, givesFor, type Output, rowsFrom } from '../call.ts';
import { CpuTensors } from '../cpu-tensors.ts';
import type { RowValues, Runtime, SimOptions } from '../runtime.ts';
import { type Values, zeros } from '../values.ts';
import { callMsOf } from './call-time.ts';
import { jitterOf } from './jitter.ts';
import { rowShape } from './shapes.ts';

/** ms of a row that the profile knows nothing about. */
const unknownMs = 10;

/**
 * A device that computes nothing. It has the shapes, the bytes and the time of a real one, and goes wrong when told
 * to. Every output is filled with one number that depends on the values of its own row, so that tests tell rows apart.
 */
export function simRuntime(device: Device, options: SimOptions, clock: Clock, crash: () => void): Runtime {
  const tensors = new CpuTensors(device.id);
  const loaded = new Map<PartKey, Part>();
  const grained = grain();
  let calls = 0;
  const never = () => new Promise<never>(() => {});
  const jitter = jitterOf(options.jitter ?? options.card?.jitter ?? 0, options.seed ?? 0);

  return {
    deviceId: device.id,
    tensor: tensors,
    warmUp: async () => {},
    async load({ part }) {
      if (loaded.has(part.key)) return { bytes: part.bytes };
      const needed = [...loaded.values()].reduce((sum, { bytes }) => sum + bytes, part.bytes);
      if (needed > device.budgetBytes) fail('device.outOfMemory', { device: device.id, part: part.name, needed });
      await clock.sleep(part.bytes / options.profile.loadBytesPerMs);
      loaded.set(part.key, part);
      return { bytes: part.bytes };
    },
    async release(key) {
      loaded.delete(key);
    },
    has: (key) => loaded.has(key),
    async call(key, rows) {
      const part = loaded.get(key);
      if (!part) return fail('device.callFailed', { device: device.id, part: key, reason: 'it is not loaded' });
      calls++;
      const fault = options.faults?.find(({ at }) => at === calls)?.kind;
      if (fault === 'crash') crash();
      if (fault === 'crash' || fault === 'hang') return never();
      const shape = callShapeOf(part, rows[0]!);
      await clock.sleep(msOf(options, part, shape, rows.length) * jitter());
      if (fault === 'out-of-memory')
        fail('device.outOfMemory', { device: device.id, part: part.name, needed: part.bytes });
      const outputs = new Map<string, Output>();
      const gives = givesFor(part, rows[0]!);
      for (const port of gives) {
        const row = rowShape(part, port, shape, options);
        const output = fill(part, port, row, rows, tensors, fault === 'nan');
        if (options.grain && output.values instanceof Uint8Array) grained(output.values, rows.length);
        outputs.set(port.as, output);
        if (fault === 'wrong-shape')
          outputs.set(port.as, { dims: [rows.length, 1], values: new Float32Array(rows.length) });
      }
      const layers = part.layers?.given.map(({ layer, port }) => ({ layer, port: asKiln(port) })) ?? [];
      const asked = { ...part, gives: part.gives.map(asKiln), layers: { own: null, given: layers } };
      return rowsFrom(asked, rows, outputs, tensors);
    },
    upload: (data, dtype, shape, id) => tensors.upload(data, dtype, shape, id),
    download: async (tensor) => tensors.download(tensor),
    dispose: (ids) => tensors.dispose(ids),
    flaw: (tensor, look) => tensors.flaw(tensor, look),
    transfer: (bytes) => clock.sleep(bytes / options.profile.bringBytesPerMs),
    held: () => ({ ...tensors.size, parts: loaded.size, buffers: 0 }),
    async close() {
      loaded.clear();
    },
  };
}

/** What was measured of this size, else what the card's profile says of it. */
function msOf({ profile, card }: SimOptions, part: Part, shape: CallShape, rows: number): number {
  const table = profile.ms[sizeKeyOf(part, shape)];
  return table || !card ? msIn(table ?? [], rows) : callMsOf(card.times, part, shape, rows);
}

/** A hole in the table is filled from the nearest smaller count of rows, else from the nearest larger one. */
function msIn(ms: readonly (number | undefined)[], rows: number): number {
  for (let known = rows; known >= 1; known--) {
    const there = ms[known - 1];
    if (there !== undefined) return (there * rows) / known;
  }
  return ms.find((there) => there !== undefined) ?? unknownMs * rows;
}

const asKiln = (port: PartPort): PartPort => (port.dtype === 'float16' ? { ...port, dtype: 'float32' } : port);

function fill(
  part: Part,
  port: PartPort,
  row: readonly number[],
  rows: readonly RowValues[],
  tensors: CpuTensors,
  broken: boolean,
): Output {
  const dims = [rows.length, ...row];
  const values = zeros(asKiln(port).dtype, dims) as Float32Array;
  const size = elementsOf(row);
  rows.forEach((given, i) => {
    const number = fingerprint(part.key, given, tensors);
    const value = values instanceof Float32Array ? number / 2 ** 31 - 1 : number % 256;
    values.fill(value, i * size, (i + 1) * size);
  });
  if (broken && values instanceof Float32Array) values[values.length - 1] = Number.NaN;
  return { dims, values: values as Values };
}

/** Draws waves with noise over pictures of one level each, moved on by that level so that they differ. */
function grain(): (values: Uint8Array, pictures: number) => void {
  let drawn = new Uint8Array();
  return (values, pictures) => {
    const size = values.length / pictures;
    if (drawn.length !== size) {
      let random = 1;
      drawn = Uint8Array.from({ length: size }, (_, i) => {
        random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
        return 128 + 60 * Math.sin(i / 5000) + 40 * Math.sin(i / 311) + ((random >> 16) % 13);
      });
    }
    for (let at = 0; at < values.length; at += size) {
      const by = values[at]! * 3;
      values.set(drawn.subarray(by), at);
      values.set(drawn.subarray(0, by), at + size - by);
    }
  };
}

/** FNV-1a over what the row consists of, its tensors sampled at up to 1024 places. */
function fingerprint(key: PartKey, row: RowValues, tensors: CpuTensors): number {
  let hash = 0x811c9dc5;
  const add = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  };
  const addAll = (bytes: Uint8Array) => {
    const stride = Math.max(1, Math.floor(bytes.length / 4096));
    for (let i = 0; i < bytes.length; i += stride)
      for (let j = 0; j < 4 && i + j < bytes.length; j++) add(bytes[i + j]!);
  };
  for (const char of key) add(char.charCodeAt(0) & 255);
  for (const name of Object.keys(row).sort()) {
    const value = row[name];
    if (typeof value === 'string') addAll(new TextEncoder().encode(value));
    else if (typeof value === 'number') addAll(new Uint8Array(new Float64Array([value]).buffer));
    else if (isTensorRef(value)) addAll(tensors.download(value));
  }
  return hash;
}
