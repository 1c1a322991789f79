import type { DeviceId, Digest, TensorId } from './ids.ts';

export const dtypes = ['float32', 'float16', 'bfloat16', 'int64', 'int32', 'uint8', 'bool'] as const;
export type DType = (typeof dtypes)[number];

const byteSizes: Record<DType, number> = { float32: 4, float16: 2, bfloat16: 2, int64: 8, int32: 4, uint8: 1, bool: 1 };

/** A tensor that lies with a host. Nothing but its host can read it; across the wall goes this name of it. */
export interface TensorRef {
  readonly id: TensorId;
  readonly deviceId: DeviceId;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

export function elementsOf(shape: readonly number[]): number {
  let product = 1;
  for (let i = 0; i < shape.length; i++) product *= shape[i]!;
  return product;
}
export const bytesOf = (dtype: DType, shape: readonly number[]): number => byteSizes[dtype] * elementsOf(shape);

export function isTensorRef(value: unknown): value is TensorRef {
  return typeof value === 'object' && value !== null && 'deviceId' in value && 'dtype' in value && 'shape' in value;
}

/** Every tensor inside a value, however deep, each once and in order of appearance. */
export function tensorsIn(value: unknown): TensorRef[] {
  const found = new Map<TensorId, TensorRef>();
  const visit = (part: unknown): void => {
    if (isTensorRef(part)) found.set(part.id, part);
    else if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach(visit);
  };
  visit(value);
  return [...found.values()];
}

/** The same value with every tensor replaced. */
export function mapTensors<T>(value: T, replace: (tensor: TensorRef) => TensorRef): T {
  const visit = (part: unknown): unknown => {
    if (isTensorRef(part)) return replace(part);
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part === 'object' && part !== null)
      return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, visit(inner)]));
    return part;
  };
  return visit(value) as T;
}

/** A tensor that was kept on disk: what stands for it in a kept result. */
export interface KeptTensor {
  readonly $file: Digest;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

const isKeptTensor = (value: object): value is KeptTensor => '$file' in value && 'dtype' in value && 'shape' in value;

/** Every kept tensor inside a kept result, in order of appearance. */
export function keptTensorsIn(value: unknown): KeptTensor[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && isKeptTensor(value)) return [value];
  return Object.values(value).flatMap(keptTensorsIn);
}

/** A kept result with a tensor in the place of each file. */
export function mapKeptTensors(value: unknown, replace: (kept: KeptTensor) => TensorRef): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapKeptTensors(item, replace));
  if (isKeptTensor(value)) return replace(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapKeptTensors(inner, replace)]));
}
