import { type Problem, problem } from './errors.ts';
import type { FlatEnd, FlatGraph, FlatNode } from './flat-graph.ts';
import type { StepId } from './ids.ts';
import { type Input, type Literal, maxSeed, valueTypeOf } from './inputs.ts';
import { type Json, own } from './json.ts';
import { nearest } from './nearest.ts';
import type { NodeSpec, NodeSpecs } from './node-spec.ts';
import { accepts } from './value-types.ts';

type At = { nodeId: FlatNode['nodeId']; input?: string };

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const kinds: Record<Input['kind'], string> = {
  link: 'link',
  int: 'int',
  float: 'float',
  text: 'text',
  choice: 'choice',
  bool: 'bool',
  seed: 'seed',
  file: 'file',
  pack: 'pack',
};

/** Checks a value against its input. The answer is the value as `run` wants it, or what is wrong with it. */
export function literalFor(
  input: Input,
  value: Json | undefined,
  node: string,
  name: string,
  at: At,
): { value: Literal } | { problem: Problem } {
  const wrong = () => ({
    problem: problem('input.wrongKind', { node, input: name, wanted: kinds[input.kind], given: shown(value) }, at),
  });
  switch (input.kind) {
    case 'link':
      return wrong();
    case 'int':
    case 'float': {
      if (typeof value !== 'number' || !Number.isFinite(value) || (input.kind === 'int' && !Number.isInteger(value)))
        return wrong();
      if (value < input.min || value > input.max)
        return {
          problem: problem(
            'input.outOfRange',
            { node, input: name, value: shown(value), min: String(input.min), max: String(input.max) },
            at,
          ),
        };
      return { value };
    }
    case 'text':
    case 'pack': {
      if (typeof value !== 'string') return wrong();
      const limit = input.kind === 'text' ? input.maxChars : 1000;
      if (value.length > limit)
        return { problem: problem('input.tooLong', { node, input: name, length: value.length, limit }, at) };
      return { value };
    }
    case 'choice':
      if (typeof value !== 'string') return wrong();
      if (!input.choices.includes(value))
        return {
          problem: problem(
            'input.notAChoice',
            {
              node,
              input: name,
              value: shown(value),
              choices: input.choices.join(', '),
              nearest: nearest(value, input.choices),
            },
            at,
          ),
        };
      return { value };
    case 'bool':
      return typeof value === 'boolean' ? { value } : wrong();
    case 'seed': {
      const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
      if (typeof text !== 'string' || !/^-?\d{1,30}$/.test(text)) return wrong();
      const seed = BigInt(text);
      if (seed < 0n || seed > maxSeed)
        return {
          problem: problem(
            'input.outOfRange',
            { node, input: name, value: shown(text), min: '0', max: maxSeed.toString() },
            at,
          ),
        };
      return { value: seed.toString() };
    }
    case 'file': {
      if (value === null || value === undefined) return { value: null };
      if (typeof value !== 'object' || Array.isArray(value)) return wrong();
      const { digest, name: fileName } = value as { digest?: unknown; name?: unknown };
      if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest) || typeof fileName !== 'string') return wrong();
      return { value: { digest, name: fileName } as unknown as Literal };
    }
    default:
      return input satisfies never;
  }
}

/** Nodes that these need, themselves included, sources first. A cycle gives the nodes on it. */
export function orderFrom(flat: FlatGraph, sinks: readonly StepId[]): { order: StepId[] } | { cycle: StepId[] } {
  const order: StepId[] = [];
  const state = new Map<StepId, 'open' | 'done'>();
  for (const sink of sinks) {
    // An explicit stack: a chain of 20,000 nodes must not be 20,000 calls deep.
    const stack: { id: StepId; sources: StepId[] }[] = [];
    const enter = (id: StepId): void => {
      state.set(id, 'open');
      const links = flat.get(id)?.links ?? {};
      stack.push({
        id,
        sources: Object.keys(links)
          .sort()
          .map((input) => links[input]!.step)
          .filter((source) => flat.has(source)),
      });
    };
    if (!state.has(sink)) enter(sink);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const source = top.sources.shift();
      if (source === undefined) {
        state.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
      } else if (!state.has(source)) enter(source);
      else if (state.get(source) === 'open') {
        const ids = stack.map(({ id }) => id);
        return { cycle: [...ids.slice(ids.indexOf(source)), source] };
      }
    }
  }
  return { order };
}

export const sinksOf = (flat: FlatGraph, specs: NodeSpecs): StepId[] =>
  [...flat.values()].filter((node) => specs.get(node.type)?.sink).map(({ id }) => id);

function linkProblem(
  flat: FlatGraph,
  specs: NodeSpecs,
  node: FlatNode,
  spec: NodeSpec,
  name: string,
  end: FlatEnd,
): Problem | null {
  const at = { nodeId: node.nodeId, input: name };
  const input = own(spec.inputs, name);
  if (!input)
    return problem('link.missingInput', { node: node.id, input: name, known: Object.keys(spec.inputs).join(', ') }, at);
  const source = flat.get(end.step);
  const from = source && specs.get(source.type);
  if (!source || !from) return null;
  const given = own(from.outputs, end.output);
  if (!given)
    return problem(
      'link.missingOutput',
      { node: source.id, output: end.output, known: Object.keys(from.outputs).join(', ') },
      at,
    );
  const wanted = valueTypeOf(input);
  if (wanted && accepts(wanted, given)) return null;
  return problem(
    'link.wrongType',
    { from: `${source.id}.${end.output}`, to: `${node.id}.${name}`, given, wanted: wanted ?? kinds[input.kind] },
    at,
  );
}

/** Everything that is wrong with one node: its type, its links, its values. */
export function problemsOfNode(flat: FlatGraph, specs: NodeSpecs, node: FlatNode): Problem[] {
  const spec = specs.get(node.type);
  const at = { nodeId: node.nodeId };
  if (!spec)
    return [
      problem('node.unknownType', { node: node.id, type: node.type, nearest: nearest(node.type, specs.keys()) }, at),
    ];
  if (node.version > spec.version)
    return [problem('node.newer', { node: node.id, type: node.type, version: node.version, known: spec.version }, at)];
  const found: Problem[] = [];
  for (const [name, end] of Object.entries(node.links)) {
    const wrong = linkProblem(flat, specs, node, spec, name, end);
    if (wrong) found.push(wrong);
  }
  for (const [name, input] of Object.entries(spec.inputs)) {
    const where = { ...at, input: name };
    if (node.links[name]) continue;
    if (input.kind === 'link') {
      if (!input.optional)
        found.push(problem('input.missing', { node: node.id, input: name, type: input.type }, where));
      continue;
    }
    const value = node.values[name];
    if (value === undefined && input.kind !== 'file') continue;
    const checked = literalFor(input, value, node.id, name, where);
    if ('problem' in checked) found.push(checked.problem);
    else if (checked.value === null)
      found.push(problem('input.notSet', { node: node.id, input: name, wanted: 'file' }, where));
  }
  return found;
}

/** Everything that keeps these sinks from running, all at once. */
export function problemsOf(flat: FlatGraph, specs: NodeSpecs, sinks: readonly StepId[]): Problem[] {
  if (sinks.length === 0) return [problem('graph.noSink', {})];
  const ordered = orderFrom(flat, sinks);
  if ('cycle' in ordered) {
    const others = [...reachable(flat, sinks)].flatMap((id) => problemsOfNode(flat, specs, flat.get(id)!));
    return [
      problem('graph.cycle', { nodes: ordered.cycle.join(' -> ') }, { nodeId: flat.get(ordered.cycle[0]!)!.nodeId }),
      ...others,
    ];
  }
  return ordered.order.flatMap((id) => problemsOfNode(flat, specs, flat.get(id)!));
}

function reachable(flat: FlatGraph, from: readonly StepId[]): Set<StepId> {
  const seen = new Set<StepId>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id) || !flat.has(id)) continue;
    seen.add(id);
    open.push(...Object.values(flat.get(id)!.links).map(({ step }) => step));
  }
  return seen;
}
