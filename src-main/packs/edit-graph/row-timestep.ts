import { type Field, fieldsOf, textOf } from './proto.ts';
import { mostNodeBytes } from './token-table.ts';
import { block, node } from './writer.ts';

// A U-Net as optimum exports it takes one timestep for all rows: it makes a list of one of it, and as many of that as
// there are rows. Given a list of as many, it has nothing to do but to leave it as it is.

/** What inputs for timesteps are called. */
export const timestepNames: readonly string[] = ['timestep', 't'];

interface NodeHead {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function headOf(bytes: Uint8Array): NodeHead {
  const inputs: string[] = [];
  const outputs: string[] = [];
  let op = '';
  for (const field of fieldsOf(bytes)) {
    if (field.wire !== 2) continue;
    if (field.field === 1) inputs.push(textOf(bytes, field));
    if (field.field === 2) outputs.push(textOf(bytes, field));
    if (field.field === 4) op = textOf(bytes, field);
  }
  return { op, inputs, outputs };
}

type Use = 'passed on' | 'listed' | 'spread' | 'other';

function whatFor({ op, inputs }: NodeHead, name: string): Use {
  if (inputs[0] !== name || inputs.indexOf(name, 1) > 0) return 'other';
  if (op === 'Cast' || op === 'Identity') return 'passed on';
  return op === 'Unsqueeze' ? 'listed' : op === 'Expand' ? 'spread' : 'other';
}

/** Looks at a graph's nodes, one after the other in their order. */
export function timestepUses() {
  /** Tensors that hold a timestep, and the input that it came from. */
  const origins = new Map(timestepNames.map((name) => [name, name]));
  const uses = new Map<string, Set<Use>>();
  return {
    /** Answers what is made of a timestep here, where one is used. */
    see(bytes: Uint8Array): { readonly head: NodeHead; readonly use: Use; readonly origin: string } | null {
      if (bytes.length > mostNodeBytes) return null;
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      // Thousands of nodes are asked, and few are those.
      const may = [...origins.keys()].some((name) => buffer.indexOf(name) >= 0);
      const head = may ? headOf(bytes) : null;
      const name = head?.inputs.find((each) => origins.has(each));
      if (!head || name === undefined) return null;
      const origin = origins.get(name)!;
      const use = whatFor(head, name);
      if (use === 'passed on') origins.set(head.outputs[0]!, origin);
      uses.set(origin, (uses.get(origin) ?? new Set()).add(use));
      return { head, use, origin };
    },
    /** Whether the graph can be given one timestep for each row, when it has been seen whole. */
    takesRows(name: string): boolean {
      const seen = uses.get(name);
      return seen !== undefined && !seen.has('other') && (seen.has('listed') || seen.has('spread'));
    },
  };
}

/** Nodes that come in the places of those that make a list of one timestep. */
export function listedAlready(model: Uint8Array, nodes: readonly Field[], name: string): Map<Field, Uint8Array> {
  const uses = timestepUses();
  const instead = new Map<Field, Uint8Array>();
  for (const field of nodes) {
    const seen = uses.see(model.subarray(field.from, field.to));
    if (seen?.origin !== name || seen.use !== 'listed') continue;
    const { inputs, outputs } = seen.head;
    instead.set(field, block(field.field, node({ op: 'Identity', inputs: [inputs[0]!], outputs })));
  }
  return instead;
}
