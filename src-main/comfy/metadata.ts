import type { Graph } from '../model/graph.ts';
import { toFile } from '../model/graph-schema.ts';
import type { StepId } from '../model/ids.ts';
import { seedPlus } from '../model/inputs.ts';
import { limits } from '../model/limits.ts';
import type { NodeSpecs } from '../model/node-spec.ts';
import type { PackFacts } from '../model/pack.ts';
import { parametersOf } from './parameters.ts';
import { readPictureTexts } from './picture-text.ts';
import { singled } from './single.ts';
import { apiText, toApi } from './to-api.ts';

/** How a picture came to be. No clock, run or path, so that equal pictures are equal files. */
export interface Making {
  /** With the run's overrides in it. */
  readonly graph: Graph;
  /** The sink that made it, and the place among the pictures of that sink. */
  readonly sink: StepId;
  readonly index: number;
  /** The run's: picture `index` has the seed plus `index`. */
  readonly seed: string | null;
  readonly size: { readonly width: number; readonly height: number };
  /** Of Kiln. */
  readonly version: string;
  readonly specs: NodeSpecs;
  readonly packs: readonly PackFacts[];
}

export type PictureTexts = Readonly<Record<'kiln' | 'parameters' | 'prompt', string>>;

/**
 * The texts that a picture carries: Kiln's own, A1111's and ComfyUI's. The graph inside makes this picture alone where
 * it can be said, so a picture of a batch and the same one made alone carry the same texts.
 */
export function pictureTexts(making: Making): PictureTexts {
  const { sink, specs, packs, version } = making;
  const alone = singled(making.graph, specs, sink, making.index);
  const graph = alone ?? making.graph;
  const kiln = {
    kiln: version,
    node: sink,
    index: alone ? 0 : making.index,
    seed: making.seed === null ? null : seedPlus(making.seed, making.index),
    packs: packs.map(({ ref, version: of }) => ({ name: ref.packId, version: of, digest: ref.digest })),
    graph: toFile(graph),
  };
  return {
    kiln: JSON.stringify(kiln),
    parameters: parametersOf(graph, { specs, packs, sink, size: making.size, version }),
    prompt: apiText(toApi(graph, { specs, packs })),
  };
}

/**
 * The text of the Kiln graph inside a picture file, for `readGraph`; null where there is none.
 * @throws AppError image.notAnImage, image.broken, file.empty
 */
export function graphTextIn(picture: Uint8Array, name: string): string | null {
  const text = readPictureTexts(picture, name).get('kiln');
  if (text === undefined || text.length > limits.graphBytes) return null;
  try {
    const { graph } = JSON.parse(text) as { graph?: unknown };
    return typeof graph === 'object' && graph !== null ? JSON.stringify(graph) : null;
  } catch {
    return null; // not JSON, or nested so deep that it cannot be written again
  }
}
