import type { FlatEnd, FlatNode } from '../model/flat-graph.ts';
import type { Graph } from '../model/graph.ts';
import type { StepId } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { NodeSpecs } from '../model/node-spec.ts';
import type { PackFacts } from '../model/pack.ts';
import type { ClassMap } from './class-map.ts';
import { classFor, kilnClass } from './node-map.ts';
import { type Resolved, type ResolvedGraph, resolveGraph } from './resolve.ts';

export type ApiValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | readonly ApiValue[]
  | { readonly [name: string]: ApiValue };

export interface ApiNode {
  readonly class_type: string;
  readonly inputs: Readonly<Record<string, ApiValue>>;
  readonly _meta: { readonly title: string };
}

/** ComfyUI's API format: nodes by id; a link is `[id, slot]`. Seeds are bigints until they are written. */
export type ApiPrompt = Readonly<Record<string, ApiNode>>;

export interface ToApiOptions {
  readonly specs: NodeSpecs;
  /** For sizes that a graph leaves to its pack. */
  readonly packs?: readonly PackFacts[];
  /** The nodes whose results are wanted; without them, all that the graph keeps and shows. */
  readonly sinks?: readonly StepId[];
}

/** What ComfyUI's own node offers where no pack says more. */
const usualSidePx = 512;

/** Ids of inner nodes are colon paths there. */
const apiId = (id: StepId): string => id.replaceAll('/', ':');

class Export {
  readonly #graph: ResolvedGraph;
  readonly #options: ToApiOptions;
  readonly #made = new Map<string, ApiNode>();

  constructor(graph: ResolvedGraph, options: ToApiOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  prompt(): ApiPrompt {
    for (const id of this.#graph.order) this.#add(this.#graph.flat.get(id)!);
    return Object.fromEntries([...this.#made].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #add(node: FlatNode): void {
    // A loader is made when somebody asks for one of its outputs: which class it is depends on the output.
    if (node.type === 'pack.open') return;
    const map = classFor(node.type);
    const inputs = map && this.#mapped(node, map);
    if (map && inputs) this.#put(apiId(node.id), map.class, inputs, node);
    else this.#put(apiId(node.id), kilnClass(node.type), this.#asTheyAre(node), node);
  }

  #put(id: string, className: string, inputs: Readonly<Record<string, ApiValue>>, node: FlatNode): void {
    const title = node.title || this.#options.specs.get(node.type)?.title || node.type;
    this.#made.set(id, { class_type: className, inputs, _meta: { title } });
  }

  /** Null where a value has no counterpart. */
  #mapped(node: FlatNode, map: ClassMap): Record<string, ApiValue> | null {
    const given = this.#adjusted(node);
    const inputs: Record<string, ApiValue> = {};
    for (const [name, { kiln, values }] of Object.entries(map.inputs)) {
      const source = given[kiln];
      if (!source) continue;
      const value = this.#valueOf(node, kiln, source);
      if (!values) inputs[name] = value;
      else if (typeof value === 'string' && values[value] !== undefined) inputs[name] = values[value];
      else return null;
    }
    return inputs;
  }

  #asTheyAre(node: FlatNode): Record<string, ApiValue> {
    return Object.fromEntries(
      Object.entries(this.#graph.inputsOf(node.id)).map(([name, source]) => [name, this.#valueOf(node, name, source)]),
    );
  }

  /** What Kiln leaves open and ComfyUI wants said. */
  #adjusted(node: FlatNode): Readonly<Record<string, Resolved>> {
    const inputs = this.#graph.inputsOf(node.id);
    if (node.type === 'latent.sample' && !inputs.negative && inputs.positive)
      return { ...inputs, negative: inputs.positive, cfg: { value: 1 } };
    if (node.type !== 'latent.empty') return inputs;
    const size = this.#packSize(node);
    const side = (name: 'width' | 'height'): Resolved => {
      const source = inputs[name];
      return source && !('value' in source && source.value === 0) ? source : { value: size[name] };
    };
    return { ...inputs, width: side('width'), height: side('height') };
  }

  #packSize(node: FlatNode): { readonly width: number; readonly height: number } {
    const open = this.#graph.nearest(node.id, 'pack.open');
    const name = open && this.#graph.valueOf(open.id, 'pack');
    const facts = this.#options.packs?.find(({ ref }) => ref.packId === name);
    return facts?.defaults ?? { width: usualSidePx, height: usualSidePx };
  }

  #valueOf(node: FlatNode, name: string, source: Resolved): ApiValue {
    if ('from' in source) return this.#link(source.from);
    const kind = this.#options.specs.get(node.type)?.inputs[name]?.kind;
    const { value } = source;
    if (kind === 'seed' && typeof value === 'string' && /^\d+$/.test(value)) return BigInt(value);
    if (kind === 'file') return fileName(value);
    // A list would be read as a link.
    return Array.isArray(value) ? { __value__: value as readonly ApiValue[] } : (value as ApiValue);
  }

  #link(end: FlatEnd): ApiValue {
    const node = this.#graph.flat.get(end.step);
    if (node?.type === 'pack.open') return this.#loader(node, end.output);
    const mapped = node && classFor(node.type, end.output)?.outputs.indexOf(end.output);
    const outputs = Object.keys(this.#options.specs.get(node?.type ?? '')?.outputs ?? {});
    return [apiId(end.step), mapped ?? Math.max(0, outputs.indexOf(end.output))];
  }

  #loader(node: FlatNode, output: string): ApiValue {
    const map = classFor(node.type, output) ?? classFor(node.type)!;
    const isFirst = map === classFor(node.type);
    const id = isFirst ? apiId(node.id) : `${apiId(node.id)}:${output}`;
    if (!this.#made.has(id)) this.#put(id, map.class, this.#mapped(node, map) ?? {}, node);
    return [id, Math.max(0, map.outputs.indexOf(output))];
  }
}

function fileName(value: Json): ApiValue {
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : '';
  return typeof name === 'string' ? name : '';
}

/** A graph as ComfyUI's API takes it. What has no counterpart there keeps its name: `Kiln: type`. */
export function toApi(graph: Graph, options: ToApiOptions): ApiPrompt {
  return new Export(resolveGraph(graph, options.specs, options.sinks), options).prompt();
}

/** JSON in ASCII, as ComfyUI writes it into pictures: seeds as whole numbers of any size, other letters escaped. */
export function apiText(value: ApiValue | ApiPrompt): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((item: ApiValue) => apiText(item)).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, inner]) => `${ascii(JSON.stringify(name))}: ${apiText(inner as ApiValue)}`)
      .join(', ')}}`;
  return ascii(JSON.stringify(value) ?? 'null');
}

const ascii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
