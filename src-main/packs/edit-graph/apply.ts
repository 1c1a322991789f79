import type { GraphEdit } from '../../model/graph-edit.ts';
import type { Edge } from './edge.ts';
import { edgeOf, endOf, isEndEdit } from './edges.ts';
import { BrokenOnnx, type Field, fieldsOf, numbersOf, textOf } from './proto.ts';
import { listedAlready } from './row-timestep.ts';
import { lookupIn, lookupWithVectors, vectorsEnd } from './token-table.ts';
import { readValueInfo, type ValueInfo } from './value-info.ts';
import { block, blockHead, joined, node, value } from './writer.ts';

/** Field numbers of ModelProto and GraphProto. */
const fields = { graph: 7, opset: 8, node: 1, tensor: 5, input: 11, output: 12 } as const;

/**
 * The model with its ends changed, edits of one end from the inside outwards. Weights are copied once and not looked
 * at; external data stay where they are. The ends' new names are those of `nameAfter`.
 * @throws BrokenOnnx
 */
export function applyEdits(model: Uint8Array, edits: readonly GraphEdit[]): Uint8Array {
  if (edits.length === 0) return model;
  const top = [...fieldsOf(model)];
  const graph = top.find(({ field, wire }) => field === fields.graph && wire === 2);
  if (graph === undefined) throw new BrokenOnnx('it has no graph');
  const inner = [...fieldsOf(model, graph.from, graph.to)];
  const opset = opsetOf(model, top);

  const ends = { input: endsOf(model, inner, fields.input), output: endsOf(model, inner, fields.output) };
  const also: Record<'input' | 'output', ValueInfo[]> = { input: [], output: [] };
  const before: Edge[] = [];
  const behind: Edge[] = [];
  const lookups = lookupsIn(model, inner, edits, opset);
  also.input.push(...lookups.ends);
  const atEnds = edits.filter(isEndEdit);
  const perRow = atEnds.find(({ edit }) => edit === 'rows-in');
  const nodes = inner.filter(({ field, wire }) => field === fields.node && wire === 2);
  const listed = perRow ? listedAlready(model, nodes, endOf(perRow)) : new Map<Field, Uint8Array>();
  for (const edit of atEnds) {
    const side = 'input' in edit ? 'input' : 'output';
    const name = endOf(edit);
    const inside = ends[side].get(name);
    if (inside === undefined) throw new BrokenOnnx(`it has no ${side} "${name}"`);
    const edge = edgeOf(edit, inside, opset);
    if (edge.outside) ends[side].set(name, edge.outside);
    else ends[side].delete(name);
    also[side].push(...(edge.also ?? []).map(({ info }) => info));
    // The outermost input comes first, the outermost output last: nodes stand in the order in which they run.
    if (side === 'input') before.unshift(edge);
    else behind.push(edge);
  }

  const edited = new Set(atEnds.map((edit) => ('input' in edit ? `input ${edit.input}` : `output ${edit.output}`)));
  const kept = inner.map((field) => {
    const side = field.field === fields.input ? 'input' : field.field === fields.output ? 'output' : null;
    const bytes = model.subarray(field.start, field.to);
    if (side === null) return lookups.instead.get(field) ?? listed.get(field) ?? bytes;
    const { name } = readValueInfo(model, field.from, field.to);
    const now = ends[side].get(name);
    if (now === undefined) return new Uint8Array();
    return edited.has(`${side} ${name}`) ? block(field.field, value(now.name, now.dtype!, now.shape)) : bytes;
  });
  const content = [
    ...nodesOf(before),
    ...kept,
    ...nodesOf(behind),
    ...also.input.map((info) => block(fields.input, value(info.name, info.dtype!, info.shape))),
    ...also.output.map((info) => block(fields.output, value(info.name, info.dtype!, info.shape))),
    ...[...before, ...lookups.edges, ...behind].flatMap(({ tensors }) => tensors.map((t) => block(fields.tensor, t))),
  ];
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  return joined(
    top.flatMap((field) =>
      field === graph ? [blockHead(fields.graph, length), ...content] : [model.subarray(field.start, field.to)],
    ),
  );
}

const nodesOf = (edges: readonly Edge[]) => edges.flatMap(({ nodes }) => nodes.map((n) => block(fields.node, node(n))));

/** Nodes that look tokens up, with what comes in their places: a node may only use what stands before it. */
function lookupsIn(model: Uint8Array, inner: readonly Field[], edits: readonly GraphEdit[], opset: number) {
  const instead = new Map<Field, Uint8Array>();
  const edges: Edge[] = [];
  const ends: ValueInfo[] = [];
  for (const edit of edits) {
    if (isEndEdit(edit)) continue;
    const field = inner.find(
      (each) =>
        each.field === fields.node &&
        each.wire === 2 &&
        lookupIn(model.subarray(each.from, each.to))?.table === edit.table,
    );
    if (field === undefined) throw new BrokenOnnx(`nothing is looked up in "${edit.table}"`);
    const found = lookupIn(model.subarray(field.from, field.to))!;
    const edge = lookupWithVectors(found, edit, opset);
    instead.set(field, joined(nodesOf([edge])));
    edges.push(edge);
    ends.push(vectorsEnd(edit));
  }
  return { instead, edges, ends };
}

function endsOf(model: Uint8Array, inner: readonly Field[], kind: number): Map<string, ValueInfo> {
  const found = inner.filter(({ field, wire }) => field === kind && wire === 2);
  return new Map(found.map(({ from, to }) => readValueInfo(model, from, to)).map((info) => [info.name, info]));
}

/** Version of the default operators; 0 where the file does not say. */
function opsetOf(model: Uint8Array, top: readonly Field[]): number {
  for (const { field, wire, from, to } of top) {
    if (field !== fields.opset || wire !== 2) continue;
    const inside = [...fieldsOf(model, from, to)];
    const domain = inside.find((each) => each.field === 1 && each.wire === 2);
    const version = inside.find((each) => each.field === 2 && each.wire === 0);
    if ((domain === undefined || ['', 'ai.onnx'].includes(textOf(model, domain))) && version !== undefined)
      return numbersOf(model, version)[0]!;
  }
  return 0;
}
