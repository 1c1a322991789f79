import { type DeviceId, newId, type TensorId } from '../model/ids.ts';
import type { EnginePorts } from '../model/ports.ts';
import { keptTensorsIn, mapKeptTensors, mapTensors, type TensorRef, tensorsIn } from '../model/tensor.ts';
import type { Job } from './world.ts';

/** A source's outputs as a reader on this device may have them; null when they must be brought first. */
export function outputsOn(source: Job, deviceId: DeviceId): Readonly<Record<string, unknown>> | null {
  const copy = source.copies.get(deviceId);
  if (copy) return copy;
  if (source.state === 'reused' || source.deviceId === null)
    return keptTensorsIn(source.outputs).length === 0 ? source.outputs : null;
  return source.deviceId === deviceId || tensorsIn(source.outputs).length === 0 ? source.outputs : null;
}

/**
 * Brings a source's outputs to a device: from disk, or from the device where they lie.
 * Null when a kept file is gone or broken.
 */
export async function bring(
  ports: EnginePorts,
  source: Job,
  deviceId: DeviceId,
): Promise<Readonly<Record<string, unknown>> | null> {
  const { hosts, results } = ports;
  const target = hosts.host(deviceId);
  const placed = (dtype: TensorRef['dtype'], shape: readonly number[], bytes: number): TensorRef => ({
    id: newId<TensorId>('tensor'),
    deviceId,
    dtype,
    shape,
    bytes,
  });
  if (source.state === 'reused' || source.deviceId === null) {
    const refs = new Map<string, TensorRef>();
    for (const kept of keptTensorsIn(source.outputs)) {
      if (refs.has(kept.$file)) continue;
      const bytes = await results.read(kept.$file);
      if (!bytes || bytes.byteLength !== kept.bytes) return null;
      const ref = placed(kept.dtype, kept.shape, kept.bytes);
      await target.put(ref, bytes);
      refs.set(kept.$file, ref);
    }
    return mapKeptTensors(source.outputs, (kept) => refs.get(kept.$file)!) as Readonly<Record<string, unknown>>;
  }
  const from = hosts.host(source.deviceId);
  const refs = new Map<TensorId, TensorRef>();
  for (const tensor of tensorsIn(source.outputs)) {
    const ref = placed(tensor.dtype, tensor.shape, tensor.bytes);
    await target.put(ref, await from.fetch(tensor));
    refs.set(tensor.id, ref);
  }
  return mapTensors(source.outputs ?? {}, (tensor) => refs.get(tensor.id)!);
}
