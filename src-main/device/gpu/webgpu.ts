import type { Device } from '../../model/device.ts';
import { fail } from '../../model/errors.ts';
import type { PartKey } from '../../model/ids.ts';
import { Stacker, takesOneRow } from '../call.ts';
import { sessionOptions } from '../ort/providers.ts';
import { inWords, loadLibrary, openSession } from '../ort/session.ts';
import type { RowResult, Runtime } from '../runtime.ts';
import { DeviceBuffers } from './buffers.ts';
import { type CallTarget, type CallTools, callThere, outputPlaces } from './call.ts';
import { DeviceGraphs } from './graphs.ts';
import { Settler } from './settle.ts';
import { StackedRows } from './stacked-rows.ts';
import { DeviceTensors } from './tensors.ts';

/**
 * onnxruntime on WebGPU. Latents and conditioning stay on the device from call to call: what a call gives is read by the
 * next one where it lies, the arithmetic between is done there, and 8-bit pixels are all that comes back. Of every call
 * the sums of its rows come too: they show values that are not finite, and that the device has really finished.
 */
export function webgpuRuntime(device: Device): Runtime {
  const loaded = new Map<PartKey, CallTarget>();
  let opening: Promise<CallTools> | null = null;
  let buffers: DeviceBuffers | null = null;
  const open = async (): Promise<CallTools> => {
    const ort = await loadLibrary();
    const graphs = new DeviceGraphs(ort, device);
    buffers = new DeviceBuffers(ort.Tensor);
    return { ort, graphs, buffers, settler: new Settler(graphs, buffers), tensors };
  };
  /** What the device does, one thing after the other: what one awaits, another must not change. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: (tools: CallTools) => Promise<T>): Promise<T> => {
    opening ??= open();
    const tools = opening;
    const next = last.then(async () => work(await tools));
    last = next.catch(() => {});
    return next;
  };
  const tensors = new DeviceTensors(device.id, (value) =>
    inTurn(async ({ settler }) => {
      await settler.settle([value]);
      return settler.fetch(value);
    }),
  );

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
          const session = await openSession(ort, file, (folder) => ({
            ...sessionOptions(device, folder),
            preferredOutputLocation: outputPlaces(part),
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
      inTurn(async (tools) => {
        const target = loaded.get(key);
        if (!target) return fail('device.callFailed', { device: device.id, part: key, reason: 'it is not loaded' });
        try {
          if (rows.length === 1 || !takesOneRow(target.part)) return await callThere(tools, target, rows);
          const results: RowResult[] = [];
          for (const row of rows) results.push(...(await callThere(tools, target, [row])));
          return results;
        } catch (error) {
          throw inWords(error, device, target.part, 'device.callFailed');
        }
      }),
    stays: ({ dtype }) => dtype === 'float32',
    upload: (data, dtype, shape, id) => tensors.upload(data, dtype, shape, id),
    download: (tensor) => tensors.download(tensor),
    dispose(ids) {
      tensors.dispose(ids);
      for (const { rows } of loaded.values()) rows.sweep();
    },
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
