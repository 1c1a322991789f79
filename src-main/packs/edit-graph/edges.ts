import type { GraphEdit } from '../../model/pack.ts';
import type { Edge } from './edge.ts';
import { frame, joinedIn, posterior, rowFactorIn } from './latent-ends.ts';
import { cellsOf, noPlacesIn, patchesIn, patchesOut, placesIn } from './patches.ts';
import { affine, pixelsIn, pixelsOut } from './pixel-ends.ts';
import { BrokenOnnx } from './proto.ts';
import type { ValueInfo } from './value-info.ts';

/** The name that an end of the file has after these edits: each one puts a new end before or behind the last. */
export function nameAfter(name: string, edits: readonly GraphEdit[]): string {
  const count = edits.filter((edit) => endOf(edit) === name).length;
  return 'kiln/'.repeat(count) + name;
}

/** The end of the file that an edit changes. */
export const endOf = (edit: GraphEdit): string => ('input' in edit ? edit.input : edit.output);

/** `inside` is the end as it was; `opset` decides how `Split` is written. @throws BrokenOnnx */
export function edgeOf(edit: GraphEdit, inside: ValueInfo, opset: number): Edge {
  if (opset < 11) throw new BrokenOnnx(`its operator set is ${opset}, and pixels need 11 or later`);
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
    case 'row-factor-in':
      return rowFactorIn(inside);
    case 'frame-in':
    case 'frame-out':
      return frame(inside, edit.edit === 'frame-in', opset);
  }
}
