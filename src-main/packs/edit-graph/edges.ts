import type { GraphEdit } from '../../model/graph-edit.ts';
import type { Edge } from './edge.ts';
import { frame, joinedIn, posterior, rowFactorIn } from './latent-ends.ts';
import { cellsOf, noPlacesIn, patchesIn, patchesOut, placesIn } from './patches.ts';
import { affine, pixelsIn, pixelsOut } from './pixel-ends.ts';
import { BrokenOnnx } from './proto.ts';
import type { ValueInfo } from './value-info.ts';

/** The name that an end of the file has after these edits: each one puts a new end before or behind the last. */
export function nameAfter(name: string, edits: readonly GraphEdit[]): string {
  // A timestep keeps its name: nothing stands before it.
  const count = edits.filter((edit) => isEndEdit(edit) && edit.edit !== 'rows-in' && endOf(edit) === name).length;
  return 'kiln/'.repeat(count) + name;
}

/** An edit of what the graph takes or gives; the other ones are made inside. */
export type EndEdit = Exclude<GraphEdit, { edit: 'vectors-in' }>;
export const isEndEdit = (edit: GraphEdit): edit is EndEdit => edit.edit !== 'vectors-in';

/** The end of the file that an edit changes. */
export const endOf = (edit: EndEdit): string => ('input' in edit ? edit.input : edit.output);

export const oldestOpset = 11;

/** `inside` is the end as it was; `opset` decides how `Split` is written. @throws BrokenOnnx */
export function edgeOf(edit: EndEdit, inside: ValueInfo, opset: number): Edge {
  if (opset < oldestOpset)
    throw new BrokenOnnx(`its operator set is ${opset}, and pixels need ${oldestOpset} or later`);
  switch (edit.edit) {
    case 'pixels-in':
      return pixelsIn(inside, edit.scale, edit.shift, edit.keep === true);
    case 'pixels-out':
      return pixelsOut(inside, edit.scale, edit.shift);
    case 'affine-in':
    case 'affine-out':
      return affine(inside, edit.scale, edit.shift, edit.edit === 'affine-in');
    case 'posterior-out':
      return posterior(inside, edit.scale, opset);
    case 'patches-in':
      return patchesIn(inside, edit.channels);
    case 'patches-out':
      return patchesOut(inside, edit.channels, cellsOf(edit.latent));
    case 'places-in':
      return placesIn(inside, cellsOf(edit.latent));
    case 'no-places-in':
      return noPlacesIn(inside, edit.hidden);
    case 'joined-in':
      return joinedIn(inside, edit.pieces);
    case 'rows-in':
      return { outside: { ...inside, shape: ['batch'] }, nodes: [], tensors: [] };
    case 'row-factor-in':
      return rowFactorIn(inside);
    case 'frame-in':
    case 'frame-out':
      return frame(inside, edit.edit === 'frame-in', opset);
  }
}
