import type { Digest, TensorId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import { type DType, isTensorRef } from '../model/tensor.ts';

/** How a tensor stands in a kept result: `{"$file": digest, "dtype": …, "shape": […], "bytes": n}`. */
export interface KeptFile {
  readonly $file: Digest;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Outputs as JSON. An encoded file keeps its mime and size, and its bytes become a file like any tensor. */
export function keptOutputs(
  outputs: Readonly<Record<string, unknown>>,
  digests: ReadonlyMap<TensorId, Digest>,
): JsonObject {
  const visit = (part: unknown): unknown => {
    if (isTensorRef(part)) {
      const digest = digests.get(part.id);
      if (!digest) throw new Error(`the bytes of tensor ${part.id} were not given`);
      return { $file: digest, dtype: part.dtype, shape: part.shape, bytes: part.bytes } satisfies KeptFile;
    }
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, visit(inner)]));
    }
    return part;
  };
  return visit(outputs) as JsonObject;
}
