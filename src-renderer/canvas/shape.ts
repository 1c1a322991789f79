import { type Graph, type GraphBody, type GraphNode, linkIdOf, subgraphOf } from '../../src-main/model/graph.ts';
import { defaultOf, type Input, valueTypeOf } from '../../src-main/model/inputs.ts';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import type { ValueType } from '../../src-main/model/value-types.ts';
import { newSlot, outputsNode } from '../session/level-graph.ts';
import { inputsPrefix } from '../session/live-specs.ts';

// Where things are in a node, in graph units from the corner under its title. Known before anything is drawn, so that
// drawing, clicking and linking agree.

export const nodeWidth = 264;
export const titleHeight = 30;
const boundaryWidth = 176;
const slotHeight = 24;
const lineHeight = 28;
const textHeight = 76;
const margin = 8;
/** Side of the square in which a sink shows what it made. */
export const pictureSide = nodeWidth - 2 * margin;

/** Something that a link ends in. What is not known here has no type. */
export interface Slot {
  readonly name: string;
  readonly type: ValueType | null | '*';
  readonly y: number;
}

/** A value that is shown in the node and set there. */
export interface Row {
  readonly input: string;
  readonly spec: Exclude<Input, { kind: 'link' }>;
  readonly y: number;
  readonly height: number;
}

export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  readonly rows: readonly Row[];
  /** Top of the picture that a sink shows. */
  readonly pictureY: number | null;
}

const heightOf = (spec: Row['spec']): number =>
  (spec.kind === 'text' && spec.multiline === true) || spec.kind === 'file' ? textHeight : lineHeight;

/** Inputs for those who know what they do: in the node only where somebody used them. */
export const hasAdvanced = (spec: NodeSpec): boolean => Object.values(spec.inputs).some(({ advanced }) => advanced);

/** Which of them a node shows: those that are set, linked, or offered by the graph. */
export const advancedIn = (spec: NodeSpec, { id, values }: GraphNode, { links, exposed }: GraphBody): string[] =>
  Object.entries(spec.inputs).flatMap(([name, input]) => {
    if (!input.advanced) return [];
    const isSet = values[name] !== undefined && values[name] !== defaultOf(input);
    const isUsed = linkIdOf({ node: id, input: name }) in links;
    return isSet || isUsed || exposed.some(({ node, input: of }) => node === id && of === name) ? [name] : [];
  });

export function shapeOf(spec: NodeSpec, advanced: readonly string[] = []): Shape {
  const shown = Object.entries(spec.inputs).filter(([name, input]) => !input.advanced || advanced.includes(name));
  const links = shown.filter(([, { kind }]) => kind === 'link');
  const values = shown.filter(([, { kind }]) => kind !== 'link');
  const slotY = (i: number) => margin + (i + 0.5) * slotHeight;
  const outputs = Object.entries(spec.outputs)
    .filter(([, type]) => type !== 'files')
    .map(([name, type], i): Slot => ({ name, type, y: slotY(i) }));
  const inputs = links.map(([name, input], i): Slot => ({ name, type: valueTypeOf(input), y: slotY(i) }));
  let y = margin + Math.max(inputs.length, outputs.length) * slotHeight + (values.length > 0 ? 4 : 0);
  const rows: Row[] = [];
  for (const [input, of] of values) {
    const height = heightOf(of as Row['spec']);
    rows.push({ input, spec: of as Row['spec'], y, height });
    inputs.push({ name: input, type: valueTypeOf(of), y: y + Math.min(height, lineHeight) / 2 });
    y += height + 4;
  }
  const pictureY = spec.sink === null ? null : y + 4;
  if (pictureY !== null) y = pictureY + pictureSide;
  return { width: nodeWidth, height: y + margin, inputs, outputs, rows, pictureY };
}

/** The boundary of a subgraph that is open, and an empty slot for what it is to offer besides. */
export function shapeOfBoundary(spec: NodeSpec, level: Graph): Shape {
  const isInputs = spec.type.startsWith(inputsPrefix);
  const types: Readonly<Record<string, ValueType | null>> = isInputs
    ? spec.outputs
    : Object.fromEntries(Object.entries(spec.inputs).map(([name, input]) => [name, valueTypeOf(input)]));
  const ends = Object.values(level.links).filter(({ to }) => to.node === outputsNode);
  const names = isInputs
    ? level.exposed.map(({ name }) => name)
    : [...Object.keys(types), ...ends.map(({ to }) => to.input)];
  const slots = [...new Set(names), newSlot].map(
    (name, i): Slot => ({
      name,
      type: name === newSlot ? '*' : (types[name] ?? null),
      y: margin + (i + 0.5) * slotHeight,
    }),
  );
  const height = 2 * margin + slots.length * slotHeight;
  const [inputs, outputs] = isInputs ? [[], slots] : [slots, []];
  return { width: boundaryWidth, height, inputs, outputs, rows: [], pictureY: null };
}

/** A node that is not known here: it has what is linked to it, and is kept as it is. */
export function shapeOfUnknown(node: GraphNode, body: GraphBody): Shape {
  const names = (found: readonly string[]) => [...new Set(found)].sort();
  const links = Object.values(body.links);
  const slots = (found: readonly string[]) =>
    names(found).map((name, i): Slot => ({ name, type: null, y: margin + (i + 0.5) * slotHeight }));
  const inputs = slots(links.filter(({ to }) => to.node === node.id).map(({ to }) => to.input));
  const outputs = slots(links.filter(({ from }) => from.node === node.id).map(({ from }) => from.output));
  const most = Math.max(inputs.length, outputs.length, subgraphOf(node) ? 0 : 1);
  return { width: nodeWidth, height: 2 * margin + most * slotHeight, inputs, outputs, rows: [], pictureY: null };
}
