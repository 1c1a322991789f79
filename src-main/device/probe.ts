import type { Device } from '../model/device.ts';
import { fail } from '../model/errors.ts';
import { model, value } from '../packs/edit-graph/writer.ts';

/** y = -x over one number: the smallest model that computes something. */
const negative = () =>
  model({
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
    inputs: [value('x', 'float32', [1])],
    outputs: [value('y', 'float32', [1])],
  });

/** Runs one operation on a device. A driver that crashes takes this process with it. @throws AppError device.cannotLoad */
export async function probe(device: Device): Promise<{ ms: number }> {
  const began = performance.now();
  const cannot = (reason: string, cause?: unknown) =>
    fail('device.cannotLoad', { device: device.id, part: 'probe', reason }, {}, cause);
  let answer: unknown;
  try {
    const [{ InferenceSession, Tensor }, { sessionOptions }] = await Promise.all([
      import('onnxruntime-node'),
      import('./ort/providers.ts'),
    ]);
    const session = await InferenceSession.create(negative(), sessionOptions(device));
    const made = await session.run({ x: new Tensor('float32', Float32Array.of(2), [1]) });
    answer = made.y?.data[0];
    await session.release();
  } catch (error) {
    return cannot(error instanceof Error ? error.message.split('\n')[0]! : String(error), error);
  }
  if (answer !== -2) return cannot(`-2 came out as ${answer}`);
  return { ms: performance.now() - began };
}
