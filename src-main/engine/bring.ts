import { type DeviceId, newId, type TensorId } from '../model/ids.ts';
import type { EnginePorts } from '../model/ports.ts';
import {
  type KeptTensor,
  keptTensorsIn,
  mapKeptTensors,
  mapTensors,
  type TensorRef,
  tensorsIn,
} from '../model/tensor.ts';
import type { Job } from './world.ts';

/** A source's outputs as a reader on this device may have them; null when they must be brought first. */
export function outputsOn(source: Job, deviceId: DeviceId): Readonly<Record<string, unknown>> | null {
  const copy = source.copies.get(deviceId);
  if (copy) return copy;
  if (source.state === 'reused' || source.deviceId === null)
    return keptTensorsIn(source.outputs).length === 0 ? source.outputs : null;
  return source.deviceId === deviceId || tensorsIn(source.outputs).length === 0 ? source.outputs : null;
}

/** Outputs where their reader is, and how long it took to bring them. */
export interface Brought {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly ms: number;
}

/**
 * Brings a source's outputs to a device: from disk, or from the device where they lie.
 * Null when a kept file is gone or broken. Where it does not succeed nothing stays on the device.
 */
export async function bring(ports: EnginePorts, source: Job, deviceId: DeviceId): Promise<Brought | null> {
  const startMs = ports.clock.now();
  const target = ports.hosts.host(deviceId);
  const refs = new Map<string, TensorRef>();
  const put = async (name: string, { dtype, shape, bytes }: KeptTensor | TensorRef, data: Uint8Array) => {
    const ref: TensorRef = { id: newId<TensorId>('tensor'), deviceId, dtype, shape, bytes };
    await target.put(ref, data);
    refs.set(name, ref);
  };
  const told = (from: DeviceId | null): void => {
    const bytes = [...refs.values()].reduce((sum, ref) => sum + ref.bytes, 0);
    ports.emit({ type: 'tensors.brought', deviceId, from, count: refs.size, bytes, ms: ports.clock.now() - startMs });
  };
  const done = (copied: Brought['outputs']): Brought => ({ outputs: copied, ms: ports.clock.now() - startMs });
  const takeBack = () => target.free([...refs.values()].map(({ id }) => id));
  const { outputs } = source;
  try {
    if (source.state === 'reused' || source.deviceId === null) {
      for (const kept of keptTensorsIn(outputs)) {
        if (refs.has(kept.$file)) continue;
        const data = await ports.results.read(kept.$file);
        if (data?.byteLength !== kept.bytes) {
          takeBack();
          return null;
        }
        await put(kept.$file, kept, data);
      }
      told(null);
      return done(mapKeptTensors(outputs, (kept) => refs.get(kept.$file)!) as Brought['outputs']);
    }
    const from = ports.hosts.host(source.deviceId);
    for (const tensor of tensorsIn(outputs)) await put(tensor.id, tensor, await from.fetch(tensor));
    told(source.deviceId);
    return done(mapTensors(outputs ?? {}, (tensor) => refs.get(tensor.id)!));
  } catch (error) {
    takeBack();
    throw error;
  }
}
