import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { Device } from '../../model/device.ts';
import { AppError, problem } from '../../model/errors.ts';
import type { Part, PartFile } from '../../model/pack.ts';
import type { Feed, Output } from '../call.ts';
import { type Values, viewOf } from '../values.ts';

export type Library = typeof import('onnxruntime-node');

/** Takes 60 ms, and only hosts do it. */
export const loadLibrary = (): Promise<Library> => import('onnxruntime-node');

/** By path where the bytes stay as they are: the file is mapped, and its pages are shared between hosts. */
export async function openSession(
  ort: Library,
  { path: from, edits }: PartFile,
  optionsOf: (weightsFolder?: string) => InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  if (edits.length === 0) return ort.InferenceSession.create(from, optionsOf());
  const { applyEdits } = await import('../../packs/edit-graph/apply.ts');
  return ort.InferenceSession.create(applyEdits(await readFile(from), edits), optionsOf(path.dirname(from)));
}

export function tensorOf(feed: Feed, Tensor: Library['Tensor']): OnnxValue {
  // Where Float16Array is global, the constructor makes half-precision tensors that the binding cannot read; it
  // takes a plain object of the same fields (onnxruntime 1.30, open pull request 32323).
  if (feed.dtype === 'float16')
    return { type: 'float16', data: feed.values, dims: feed.dims, location: 'cpu' } as unknown as OnnxValue;
  return new Tensor(feed.dtype as 'float32', feed.values as Float32Array, feed.dims);
}

/** Of a tensor in the process's memory. */
export function outputOf(tensor: Tensor): Output {
  const { data, dims } = tensor;
  const view = data as ArrayBufferView;
  const isHalf = tensor.type === 'float16';
  const values = isHalf
    ? viewOf(new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength), 'float16')
    : (data as Values);
  return { dims, values };
}

const outOfMemory =
  /bad_alloc|out of memory|failed to allocate|cannot allocate|CUDA_ERROR_OUT_OF_MEMORY|E_OUTOFMEMORY/i;

export function inWords(
  error: unknown,
  device: Device,
  part: Part,
  code: 'device.cannotLoad' | 'device.callFailed',
): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const at = { device: device.id, part: part.name };
  if (outOfMemory.test(reason)) return new AppError(problem('device.outOfMemory', { ...at, needed: part.bytes }));
  return new AppError(problem(code, { ...at, reason: reason.split('\n')[0]! }), { cause: error });
}
