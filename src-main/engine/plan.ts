// A plan is a graph made ready to run. Subgraphs are expanded, what no sink needs is left out, defaults are filled in,
// and everything that needs no device is computed here and now: values, packs, token ids. What remains are the steps
// that hosts will run, each with a content key that says what its result depends on, so that a result that is known is
// never made again.

import { AppError, atNode, failed, ok, type Problem, problem, problemsOfError, type Result } from '../model/errors.ts';
import { type FlatGraph, type FlatNode, flatten } from '../model/flat-graph.ts';
import type { Graph } from '../model/graph.ts';
import type { ContentKey, DeviceId, StepId } from '../model/ids.ts';
import { defaultOf, type Input } from '../model/inputs.ts';
import { canonicalJson, type Json, type JsonObject } from '../model/json.ts';
import type { NodeSpecs } from '../model/node-spec.ts';
import type { Catalog, NodeType, PlanContext } from '../model/node-type.ts';
import { versionOf } from '../model/node-type.ts';
import type { PackFacts, PackRef, Part } from '../model/pack.ts';
import type { Packs } from '../model/ports.ts';
import { literalFor, orderFrom, problemsOf, sinksOf } from '../model/problems.ts';
import type { Plan, Source, Step } from '../model/run.ts';
import {
  type GivenRules,
  type HeldRule,
  holding,
  type KnownDevice,
  readRules,
  type UsedPart,
} from './affinity-rules.ts';
import { placed, type Unplaced } from './placing.ts';

export interface PlanRequest {
  readonly graph: Graph;
  readonly catalog: Catalog;
  readonly specs: NodeSpecs;
  /** Packs by the names that the graph uses, opened beforehand. */
  readonly opened: ReadonlyMap<string, Result<PackFacts>>;
  readonly packs: Pick<Packs, 'facts' | 'tokenize' | 'vocabulary'>;
  /** All that are here. */
  readonly devices: readonly KnownDevice[];
  /** The one that was named for this run. Then rules of placement say nothing more, but what is wrong with them is told. */
  readonly device?: DeviceId;
  /** Rules of placement besides the graph's own. */
  readonly rules?: readonly GivenRules[];
  /** sha256 in hexadecimal. */
  readonly hash: (text: string) => string;
  /** What else results depend on: device, threads and runtime of a deterministic run. */
  readonly salt?: string;
}

/** Names of packs that the graph opens on the way to its sinks. */
export function packNames(graph: Graph, specs: NodeSpecs): string[] {
  const { flat } = flatten(graph, specs);
  const ordered = orderFrom(flat, sinksOf(flat, specs));
  const names = new Set<string>();
  for (const id of 'order' in ordered ? ordered.order : []) {
    const node = flat.get(id)!;
    for (const [name, input] of Object.entries(specs.get(node.type)?.inputs ?? {})) {
      if (input.kind !== 'pack') continue;
      const value = node.values[name] ?? input.default;
      if (typeof value === 'string') names.add(value);
    }
  }
  return [...names];
}

export function plan(request: PlanRequest): Result<Plan> {
  const { flat, problems } = flatten(request.graph, request.specs);
  const sinks = sinksOf(flat, request.specs);
  const read = rulesOf(request, flat);
  const all = [...problems, ...problemsOf(flat, request.specs, sinks), ...read.problems];
  if (all.length > 0) return failed(all);
  const ordered = orderFrom(flat, sinks);
  if ('cycle' in ordered) return failed([problem('graph.cycle', { nodes: ordered.cycle.join(' -> ') })]);
  return new Planning(request, flat, sinks, request.device === undefined ? read.rules : []).make(ordered.order);
}

/** A pack's rules are looked at where the pack is used. */
function rulesOf({ graph, rules = [], devices, opened }: PlanRequest, flat: FlatGraph) {
  const packs = new Set([...opened.values()].map((found) => (found.ok ? (found.value.ref.packId as string) : '')));
  const given = rules.filter(({ from, pack }) => from !== 'pack' || packs.has(pack));
  const own: GivenRules = { from: 'graph', pack: '', rules: graph.affinity };
  return readRules([...given, own], [...new Set<string>([...Object.keys(graph.nodes), ...flat.keys()])], devices);
}

/** One making of a plan: what was found out so far about the nodes that came before. */
class Planning {
  readonly #request: PlanRequest;
  readonly #flat: FlatGraph;
  readonly #sinks: readonly StepId[];
  readonly #problems: Problem[] = [];
  readonly #warnings: Problem[] = [];
  readonly #packs = new Map<string, PackFacts>();
  /** Outputs of nodes that were computed here. */
  readonly #known = new Map<StepId, Readonly<Record<string, unknown>>>();
  readonly #steps = new Map<StepId, Unplaced>();
  readonly #rules: readonly HeldRule[];
  readonly #devices: readonly DeviceId[];
  readonly #readers = new Map<StepId, number>();
  readonly #seeds = new Map<StepId, string>();
  /** Nodes that could not be planned; what depends on them is passed over in silence. */
  readonly #broken = new Set<StepId>();

  constructor(request: PlanRequest, flat: FlatGraph, sinks: readonly StepId[], rules: readonly HeldRule[]) {
    this.#rules = rules;
    this.#devices = request.device === undefined ? request.devices.map(({ id }) => id) : [request.device];
    this.#request = request;
    this.#flat = flat;
    this.#sinks = sinks;
  }

  make(order: readonly StepId[]): Result<Plan> {
    for (const id of order) {
      const node = this.#flat.get(id)!;
      if (Object.values(node.links).some(({ step }) => this.#broken.has(step))) this.#broken.add(id);
      else if (!this.#add(node, this.#request.catalog.get(node.type)!)) this.#broken.add(id);
    }
    if (this.#problems.length > 0) return failed(this.#problems);
    const { steps, problems } = placed(this.#steps, this.#rules, this.#request.devices);
    if (problems.length > 0) return failed(problems);
    const sinks = this.#sinks.filter((id) => steps.has(id));
    const seeds = new Map(sinks.flatMap((id) => (this.#seeds.has(id) ? [[id, this.#seeds.get(id)!]] : [])));
    return ok({
      graphId: this.#request.graph.id,
      steps: new Map([...steps].map(([id, step]) => [id, { ...step, readers: this.#readers.get(id) ?? 0 }])),
      order: order.filter((id) => steps.has(id)),
      sinks,
      packs: [...this.#packs.values()],
      warnings: this.#warnings,
      seeds,
    });
  }

  #add(node: FlatNode, type: NodeType): boolean {
    const before = this.#problems.length;
    const sources = this.#sources(node, type);
    this.#followSeed(node, type, sources);
    if (this.#problems.length > before) return false;
    try {
      if (type.plan) this.#known.set(node.id, type.plan(literalsOf(sources), this.#context(node)));
      else this.#steps.set(node.id, this.#step(node, type, sources));
    } catch (error) {
      this.#problems.push(...problemsOfError(error).map((found) => atNode(found, node.nodeId, node.id)));
    }
    return this.#problems.length === before;
  }

  #sources(node: FlatNode, type: NodeType): Record<string, Source> {
    const sources: Record<string, Source> = {};
    for (const [name, input] of Object.entries(type.inputs)) {
      const at = { nodeId: node.nodeId, input: name };
      const link = node.links[name];
      const outputs = link && this.#known.get(link.step);
      if (link && !outputs) {
        if (type.plan)
          this.#problems.push(problem('input.notPlanned', { node: node.id, input: name, source: link.step }, at));
        else sources[name] = { step: link.step, output: link.output };
        continue;
      }
      const value = outputs ? convert(outputs[link!.output], input) : valueOrDefault(node, name, input);
      if (input.kind === 'link') {
        if (value !== undefined && value !== null) sources[name] = { literal: value };
        continue;
      }
      const checked = literalFor(input, value as Json, node.id, name, at);
      if ('problem' in checked) this.#problems.push(checked.problem);
      else sources[name] = { literal: checked.value };
    }
    return sources;
  }

  /** The nearest seed at or above this node, sources in the order of the inputs. */
  #followSeed(node: FlatNode, type: NodeType, sources: Readonly<Record<string, Source>>): void {
    for (const [name, input] of Object.entries(type.inputs)) {
      const source = sources[name];
      if (input.kind === 'seed' && source && 'literal' in source && typeof source.literal === 'string') {
        this.#seeds.set(node.id, source.literal);
        return;
      }
    }
    for (const name of Object.keys(type.inputs)) {
      const link = node.links[name];
      const seed = link && this.#seeds.get(link.step);
      if (seed !== undefined) {
        this.#seeds.set(node.id, seed);
        return;
      }
    }
  }

  #step(node: FlatNode, type: NodeType, sources: Readonly<Record<string, Source>>): Unplaced {
    const literals = literalsOf(sources);
    const prepared = type.prepare?.(literals, this.#context(node)) ?? {};
    for (const source of Object.values(sources))
      if ('step' in source) this.#readers.set(source.step, (this.#readers.get(source.step) ?? 0) + 1);
    const used = this.#parts(type, literals);
    const parts = used.map(({ pack, part }) => ({ pack, part: part.name }));
    const step: Step = {
      id: node.id,
      nodeId: node.nodeId,
      nodeType: node.type,
      inputs: sources,
      prepared,
      key: this.#key(type, sources, prepared, this.#salt(node.id, parts)),
      readers: 0,
      needs: used.map(({ part }) => part.key),
      allowed: this.#devices,
      calls: type.calls?.(literals) ?? 1,
      sink: type.sink ?? null,
      keep: type.keep ?? 'memory',
    };
    return { step, parts };
  }

  #parts(type: NodeType, literals: Readonly<Record<string, unknown>>): { pack: string; part: Part }[] {
    return Object.entries(type.parts ?? {}).flatMap(([input, names]) => {
      const ref = literals[input] as PackRef | undefined;
      if (!ref) return [];
      const facts = this.#request.packs.facts(ref);
      return (names ?? []).flatMap((name) => {
        const part = facts.parts.find((candidate) => candidate.name === name);
        if (!part && type.mayLack?.includes(name)) return [];
        if (!part)
          throw new AppError(
            problem('pack.partMissing', { pack: ref.packId, part: name, path: ref.packId }, { input }),
          );
        return { pack: ref.packId, part };
      });
    });
  }

  /** Node type, version, revision, values, prepared values and the keys of the sources; null when a source has none. */
  #key(
    type: NodeType,
    sources: Readonly<Record<string, Source>>,
    prepared: JsonObject,
    salt: string | undefined,
  ): ContentKey | null {
    if (type.reuse === false) return null;
    const inputs: Record<string, unknown> = {};
    for (const [name, source] of Object.entries(sources)) {
      if ('literal' in source) {
        const { literal } = source;
        const asPack = type.packKey && isPack(literal) ? type.packKey(this.#request.packs.facts(literal)) : null;
        inputs[name] = asPack ?? withoutPlace(literal);
        continue;
      }
      const key = this.#steps.get(source.step)?.step.key;
      if (!key) return null;
      inputs[name] = { from: key, output: source.output };
    }
    const content = {
      type: type.type,
      version: versionOf(type),
      revision: type.revision ?? 0,
      inputs,
      prepared,
      salt,
    };
    return this.#request.hash(canonicalJson(content)) as ContentKey;
  }

  /** Where a result depends on its device, it depends on the rules that choose it. */
  #salt(id: StepId, parts: readonly UsedPart[]): string | undefined {
    const { salt } = this.#request;
    const rules = salt === undefined ? [] : holding(this.#rules, id, parts).map(({ text }) => text);
    return rules.length > 0 ? `${salt} ${rules.join(', ')}` : salt;
  }

  #context(node: FlatNode): PlanContext {
    const { packs, opened } = this.#request;
    return {
      open: (name) => {
        const found = opened.get(name);
        if (!found) throw new AppError(problem('pack.missing', { pack: name, known: [...opened.keys()].join(', ') }));
        if (!found.ok) throw new AppError(found.problems);
        this.#packs.set(found.value.ref.digest, found.value);
        return found.value.ref;
      },
      facts: (ref) => packs.facts(ref),
      vocabulary: (ref) => packs.vocabulary(ref),
      tokenize: (ref, text, options) => packs.tokenize(ref, text, options),
      warn: (code, values) => {
        this.#warnings.push(problem(code, values, { nodeId: node.nodeId }));
      },
    };
  }
}

function valueOrDefault(node: FlatNode, name: string, input: Input): unknown {
  const value = node.values[name];
  return value === undefined ? defaultOf(input) : value;
}

function literalsOf(sources: Readonly<Record<string, Source>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([name, source]) => ('literal' in source ? [[name, source.literal]] : [])),
  );
}

/** What a link brings, in the form that the input wants: see `value-types.ts`. */
function convert(value: unknown, input: Input): unknown {
  if ((input.kind === 'text' || input.kind === 'choice') && typeof value === 'number') return String(value);
  return value;
}

const isPack = (value: unknown): value is PackRef =>
  typeof value === 'object' && value !== null && 'packId' in value && 'digest' in value;

/** A pack is what it holds, not what its folder is called; a file is its bytes, not its name. */
function withoutPlace(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isPack(value)) {
    const { packId: _, ...rest } = value;
    return rest;
  }
  if ('digest' in value && 'name' in value) return { digest: value.digest };
  return value;
}
