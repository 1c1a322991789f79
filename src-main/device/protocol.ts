import type { Device } from '../model/device.ts';
import type { BatchId, Digest, JobId, PartKey, TensorId } from '../model/ids.ts';
import type { PartFile } from '../model/pack.ts';
import type { JobStart } from '../model/ports.ts';
import type { Rpc } from '../model/rpc.ts';
import type { Batch, Lease } from '../model/run.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Held, RuntimeSpec } from './runtime.ts';

/** What the core says to a host and does not wait for. The host's answers are `HostEvent`s. */
export type Command =
  | { readonly type: 'start'; readonly job: JobStart }
  | { readonly type: 'run'; readonly batch: Batch; readonly files: readonly PartFile[] }
  | { readonly type: 'renew'; readonly batchId: BatchId; readonly lease: Lease }
  | { readonly type: 'revoke'; readonly batchId: BatchId }
  | { readonly type: 'cancel'; readonly jobs: readonly JobId[] }
  | { readonly type: 'show'; readonly jobs: readonly JobId[]; readonly previews: boolean }
  | { readonly type: 'free'; readonly tensors: readonly TensorId[] }
  /** Weights that come before a batch wants them, beside the call that runs where the runtime lets them. */
  | { readonly type: 'load'; readonly file: PartFile; readonly evict: readonly PartKey[] }
  /** Weights that shall leave though no batch needs their room. */
  | { readonly type: 'release'; readonly parts: readonly PartKey[] };

/** What the core asks a host. Bytes of `fetch` come, and those of `put` go, beside the message. */
export interface HostCalls {
  /** First of all. The core's clock showed `coreMs` at `wallMs` of the machine's: the host reports on the core's. */
  hello: { args: { device: Device; runtime: RuntimeSpec; coreMs: number; wallMs: number }; answer: Device };
  fetch: { args: { tensor: TensorRef }; answer: null };
  put: { args: { tensor: TensorRef }; answer: null };
  held: { args: null; answer: Held };
  /** Whether a model of one operation runs on this device. Asked of a child that is thrown away. */
  probe: { args: { device: Device }; answer: { ms: number } };
}

/** What a host asks the core: the bytes of an uploaded file, which come beside the answer. */
export interface CoreCalls {
  file: { args: { digest: Digest }; answer: null };
}

interface Answer<T> {
  readonly value: T;
  readonly bytes: readonly Uint8Array[];
}

/** @throws AppError of the other side, or port.closed; Cancelled */
export async function ask<Calls, N extends keyof Calls & string>(
  rpc: Rpc,
  name: N,
  args: Calls[N] extends { args: infer A } ? A : never,
  bytes: readonly Uint8Array[] = [],
  signal?: AbortSignal,
): Promise<Answer<Calls[N] extends { answer: infer R } ? R : never>> {
  const made = await rpc.call(name, args, bytes, signal);
  return made as Answer<Calls[N] extends { answer: infer R } ? R : never>;
}
