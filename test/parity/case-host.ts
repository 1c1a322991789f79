import { nodeTypes } from '../../nodes/index.ts';
import { callShapeOf } from '../../src-main/device/call.ts';
import type { CpuTensors } from '../../src-main/device/cpu-tensors.ts';
import { ortRuntime } from '../../src-main/device/ort/ort.ts';
import type { Runtime } from '../../src-main/device/runtime.ts';
import { batchKeyOf } from '../../src-main/model/batch-key.ts';
import { AppError, fail } from '../../src-main/model/errors.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { NodeContext, NodeType, PlanContext } from '../../src-main/model/node-type.ts';
import type { PackFacts, PartName } from '../../src-main/model/pack.ts';
import type { Packs } from '../../src-main/model/ports.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';

export type Row = Readonly<Record<string, TensorRef | number | undefined>>;
export type Values = Float32Array | Uint8Array | BigInt64Array | Int32Array;

export interface CaseHost {
  readonly runtime: Runtime;
  readonly ctx: NodeContext;
  /** Runs one node as a plan and a host do. */
  run(type: string, inputs: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
}

export interface CaseHostOptions {
  readonly library: Packs;
  readonly facts: PackFacts;
  /** Instead of what a seed gives; null takes that. */
  readonly noise: (seed: string, draw: number) => Float32Array | null;
  /** Every call, with what it gave. */
  readonly onCall: (part: PartName, rows: readonly Row[], given: readonly Row[]) => void;
}

/** onnxruntime on the CPU, one for all cases: packs stay loaded. */
export const parityRuntime = (): Runtime =>
  ortRuntime({
    id: 'cpu' as DeviceId,
    runtime: 'ort',
    provider: 'cpu',
    label: 'CPU',
    budgetBytes: 8 * 2 ** 30,
    threads: 1,
  });

const typeOf = (type: string): NodeType =>
  nodeTypes.find((each) => each.type === type) ?? fail('bug', { reason: `there is no node ${type}` });

/** The product's nodes on the product's runtime, with the noise of a recorded run. */
export function caseHost(runtime: Runtime, options: CaseHostOptions): CaseHost {
  const { library, facts } = options;
  const tensor = runtime.tensor as CpuTensors;
  const math = new Proxy(tensor, {
    get(target, name) {
      if (name === 'noise')
        return (seed: string, shape: readonly number[], stream: number | { readonly draw: number } = 0) => {
          const stored = typeof stream === 'number' ? null : options.noise(seed, stream.draw);
          return stored ? target.from(stored, 'float32', shape) : target.noise(seed, shape, stream);
        };
      const found = Reflect.get(target, name) as unknown;
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
  const ctx: NodeContext = {
    async call(_, name, rows) {
      const part = facts.parts.find((each) => each.name === name);
      if (!part) return fail('pack.partMissing', { pack: facts.ref.packId, part: name, path: '' });
      await runtime.load(library.file(part.key));
      const given: Row[] = [];
      for (const [i, row] of (rows as readonly Row[]).entries()) {
        // Rows that may share a call do, as the scheduler has it.
        if (given[i]) continue;
        const key = batchKeyOf(part, callShapeOf(part, row));
        const company = rows.flatMap((other, j) =>
          batchKeyOf(part, callShapeOf(part, other as Row)) === key ? [j] : [],
        );
        const results = await runtime.call(
          part.key,
          company.map((j) => rows[j] as Row),
        );
        for (const [k, j] of company.entries()) given[j] = results[k]!;
      }
      options.onCall(name, rows as readonly Row[], given);
      return given as never;
    },
    tensor: math,
    pixels: {
      decode: () => Promise.reject(new Error('not here')),
      alpha: () => Promise.reject(new Error('not here')),
      encode: () => Promise.reject(new Error('not here')),
      resize: () => Promise.reject(new Error('not here')),
    },
    facts: () => facts,
    file: () => Promise.reject(new Error('not here')),
    signal: new AbortController().signal,
    progress: () => {},
  };
  const planning: PlanContext = {
    open: () => facts.ref,
    facts: () => facts,
    vocabulary: () => null,
    tokenize: (_, text, how) => library.tokenize(facts.ref, text, how),
    warn: () => {},
  };
  return {
    runtime,
    ctx,
    async run(type, inputs) {
      const node = typeOf(type);
      const defaults = Object.entries(node.inputs).map(([name, input]) => [name, defaultOf(input) ?? undefined]);
      const item = { ...Object.fromEntries(defaults), ...inputs };
      const prepared = node.prepare?.(item, planning) ?? {};
      const [made] = await node.run!([{ ...item, prepared }], ctx);
      return made!;
    },
  };
}

export async function openedPack(library: Packs, folder: string): Promise<PackFacts> {
  const opened = await library.open(folder);
  if (!opened.ok) throw new AppError(opened.problems);
  return opened.value;
}
