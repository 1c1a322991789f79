import { LGraphNode } from 'litegraph.js/build/litegraph.core.js';
import type { GraphNode } from '../../src-main/model/graph.ts';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import { accepts, type ValueType } from '../../src-main/model/value-types.ts';
import type { Row, Shape } from './shape.ts';

/** A slot as the library wants it; links are by id here as everywhere. */
export interface CanvasSlot {
  readonly name: string;
  /** The type that a link carries; 0 is that of a node that is not known here, and fits nothing; `*` takes any. */
  readonly type: ValueType | 0 | '*';
  readonly pos: [number, number];
  /** The value that it feeds has a row, with its label. */
  readonly hasRow?: boolean;
  link?: string | null;
  links?: string[] | null;
}

export const fitsInto = (output: CanvasSlot, input: CanvasSlot): boolean => {
  if (output.type === 0 || input.type === 0) return false;
  if (output.type === '*' || input.type === '*') return output.type !== input.type;
  return accepts(input.type, output.type);
};

/** One end of a link, as the canvas has it. */
export interface End {
  readonly node: CanvasNode;
  readonly slot: CanvasSlot;
}

/** Where a pointer is, as the library tells it. */
export interface PointerAt {
  readonly clientX: number;
  readonly clientY: number;
  readonly canvasX: number;
  readonly canvasY: number;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** What people do to nodes. The library would act by itself; here it asks, and the graph is edited. */
export interface NodeHooks {
  connect(from: CanvasNode, output: CanvasSlot, to: CanvasNode, input: CanvasSlot): void;
  disconnect(node: CanvasNode, input: CanvasSlot): void;
  /** A link was brought to where it does not fit: to an end, or to a node of which no end fits. */
  refuse(held: End, at: CanvasNode, slot: CanvasSlot | null): void;
  collapse(node: CanvasNode): void;
  /** True when a row took the press: the node is not dragged. */
  press(node: CanvasNode, row: Row, at: PointerAt): boolean;
  drag(node: CanvasNode, at: PointerAt): void;
  release(node: CanvasNode, at: PointerAt): void;
}

/**
 * A node on the canvas: where it is and what ends in it, and nothing else. Its id is that of the graph's node. What it
 * shows is read from the graph's node when it is drawn.
 */
export class CanvasNode extends LGraphNode {
  /** The graph's node that this one was last made equal to. */
  shown: GraphNode | null = null;
  spec: NodeSpec | null = null;
  form: Shape | null = null;
  readonly #hooks: NodeHooks | null;

  constructor(id: string, hooks: NodeHooks | null) {
    super('');
    this.#hooks = hooks;
    Object.assign(this, { id, resizable: false, title: '', flags: {} });
    this.onMouseDown = (event, pos) => {
      const at = event as unknown as PointerAt;
      const row = this.form?.rows.find(({ y, height }) => pos[1] >= y && pos[1] < y + height);
      return row !== undefined && pos[0] > 8 && (this.#hooks?.press(this, row, at) ?? false);
    };
    this.onMouseMove = (event) => this.#hooks?.drag(this, event as unknown as PointerAt);
    this.onMouseUp = (event) => this.#hooks?.release(this, event as unknown as PointerAt);
  }

  get key(): string {
    return String(this.id);
  }

  get inputSlots(): readonly CanvasSlot[] {
    return (this.inputs ?? []) as unknown as CanvasSlot[];
  }

  get outputSlots(): readonly CanvasSlot[] {
    return (this.outputs ?? []) as unknown as CanvasSlot[];
  }

  /** Slots and size; links stay where their slot still exists. */
  takeShape(shape: Shape): void {
    if (this.form === shape) return;
    const had = { inputs: this.inputSlots, outputs: this.outputSlots };
    this.form = shape;
    const rows = new Set(shape.rows.map(({ input }) => input));
    const inputs = shape.inputs.map(({ name, type, y }): CanvasSlot => {
      const link = had.inputs.find((slot) => slot.name === name)?.link ?? null;
      return { name, type: type ?? 0, pos: [0, y], hasRow: rows.has(name), link };
    });
    const outputs = shape.outputs.map(({ name, type, y }): CanvasSlot => {
      const links = had.outputs.find((slot) => slot.name === name)?.links ?? [];
      return { name, type: type ?? 0, pos: [shape.width, y], links };
    });
    Object.assign(this, { inputs, outputs, size: [shape.width, shape.height] });
  }

  override connect = ((slot: number, target: CanvasNode, targetSlot: number): null => {
    const [output, input] = [this.outputSlots[slot], target.inputSlots[targetSlot]];
    if (!output || !input) return null;
    if (fitsInto(output, input)) this.#hooks?.connect(this, output, target, input);
    else this.#hooks?.refuse({ node: this, slot: output }, target, input);
    return null;
  }) as never;

  /** Dropped on a node: its first input that fits, rather one that is free. */
  connectByType = ((slot: number, target: CanvasNode): null => {
    const output = this.outputSlots[slot];
    const fitting = output && target !== this ? target.inputSlots.filter((input) => fitsInto(output, input)) : [];
    const input = fitting.find(({ link }) => !link) ?? fitting[0];
    if (output && input) this.#hooks?.connect(this, output, target, input);
    else if (output && target !== this) this.#hooks?.refuse({ node: this, slot: output }, target, null);
    return null;
  }) as never;

  connectByTypeOutput = ((slot: number, source: CanvasNode): null => {
    const input = this.inputSlots[slot];
    if (!input || source === this) return null;
    const fitting = source.outputSlots.filter((one) => fitsInto(one, input));
    const output = fitting.find(({ type }) => type === '*') ?? fitting[0];
    if (output) this.#hooks?.connect(source, output, this, input);
    else this.#hooks?.refuse({ node: this, slot: input }, source, null);
    return null;
  }) as never;

  override disconnectInput = ((slot: number): boolean => {
    const input = this.inputSlots[slot];
    if (input?.link) this.#hooks?.disconnect(this, input);
    return true;
  }) as never;

  override disconnectOutput = (() => true) as never;

  override collapse = (() => this.#hooks?.collapse(this)) as never;
}
