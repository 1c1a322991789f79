import type { DragEvent } from 'react';
import type { Digest } from '../../src-main/model/ids.ts';
import type { RunImage } from '../../src-main/model/run.ts';
import { pictureName } from '../session/picture-actions.ts';

/** A picture that the core has, in a hand. */
const pictureType = 'application/x-kiln-picture';

export interface HeldPicture {
  readonly digest: Digest;
  readonly name: string;
}

export function holdPicture({ dataTransfer }: DragEvent, image: RunImage): void {
  const held: HeldPicture = { digest: image.digest, name: pictureName(image) };
  dataTransfer.setData(pictureType, JSON.stringify(held));
  dataTransfer.effectAllowed = 'copy';
}

export const holdsPicture = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes(pictureType);

/** What was dropped, where it is such a picture; who dropped it may be any page. */
export function heldPicture({ dataTransfer }: DragEvent): HeldPicture | null {
  try {
    const { digest, name } = JSON.parse(dataTransfer.getData(pictureType)) as Partial<HeldPicture>;
    return typeof digest === 'string' && typeof name === 'string' ? { digest, name } : null;
  } catch {
    return null;
  }
}
