import type { Inputs } from './inputs.ts';
import { type NodeType, type Outputs, versionOf } from './node-type.ts';

/** The part of a node type that is data: what clients, checks and editors work with. */
export interface NodeSpec {
  readonly type: string;
  readonly title: string;
  readonly about: string;
  readonly synonyms: readonly string[];
  readonly category: string;
  readonly version: number;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly sink: 'gallery' | 'preview' | null;
  /** Of a subgraph: what its inputs and outputs stand for, for their words. */
  readonly inner?: {
    readonly inputs: Readonly<
      Record<string, { readonly spec: NodeSpec; readonly input: string; readonly label?: string }>
    >;
    readonly outputs: Readonly<Record<string, { readonly spec: NodeSpec; readonly output: string }>>;
  };
}

export type NodeSpecs = ReadonlyMap<string, NodeSpec>;

export function specOf(type: NodeType): NodeSpec {
  return {
    type: type.type,
    title: type.title,
    about: type.about,
    synonyms: type.synonyms ?? [],
    category: type.type.slice(0, type.type.indexOf('.')),
    version: versionOf(type),
    inputs: type.inputs,
    outputs: type.outputs,
    sink: type.sink ?? null,
  };
}

export const specsOf = (catalog: ReadonlyMap<string, NodeType>): NodeSpecs =>
  new Map([...catalog].map(([name, type]) => [name, specOf(type)]));
