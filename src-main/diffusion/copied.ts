import type { TensorMath } from '../model/node-type.ts';
import { mapTensors } from '../model/tensor.ts';

/** The same value with tensors of its own: what a node was given stays with its maker. */
export const copied = <T>(math: TensorMath, value: T): T => mapTensors(value, (tensor) => math.stack([tensor]));
