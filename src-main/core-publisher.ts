import { pictureTexts } from './comfy/metadata.ts';
import { writePictureTexts } from './comfy/picture-text.ts';
import { type Device, isSimulated } from './model/device.ts';
import type { Graph } from './model/graph.ts';
import type { RunId } from './model/ids.ts';
import { seedPlus } from './model/inputs.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { PackFacts } from './model/pack.ts';
import type { Publisher } from './model/ports.ts';
import type { RunImage } from './model/run.ts';
import { type KeptTensor, keptTensorsIn } from './model/tensor.ts';
import type { PictureMime } from './model/value-types.ts';
import type { Store } from './store/store.ts';

interface KeptFiles {
  readonly files: readonly {
    readonly bytes: KeptTensor;
    readonly mime: PictureMime;
    readonly width: number;
    readonly height: number;
  }[];
}

export interface Published {
  readonly graph: Graph;
  readonly packs: readonly PackFacts[];
}

export interface PublisherOptions {
  readonly store: Store;
  readonly specs: NodeSpecs;
  /** What a run was made from. */
  readonly madeFrom: (runId: RunId) => Published | undefined;
  readonly version: string;
  /** That compute: what a simulated one made is no picture of its graph, and says so. */
  readonly devices: readonly Device[];
  /** A picture is on disk; its run may not be over. */
  readonly onImage: (image: RunImage) => void;
}

/** Pictures of a sink as files of the gallery: the kept pixels with the run's graph and values written into them. */
export function publisher({ store, specs, madeFrom, devices, onImage, ...options }: PublisherOptions): Publisher {
  const simulated = devices.some(isSimulated) ? ' (simulated)' : '';
  const version = `${options.version}${simulated}`;
  return {
    async publish(run, step, seed, result) {
      const from = madeFrom(run.id);
      if (!from) return [];
      const title = titleOf(step.inputs.title, from.graph.title);
      const images: RunImage[] = [];
      for (const [index, { bytes, mime, width, height }] of (result.outputs as unknown as KeptFiles).files.entries()) {
        const kept = keptTensorsIn(bytes)[0];
        // The texts are made while the file is read.
        const reading = kept ? store.results.read(kept.$file) : null;
        const texts = pictureTexts({ ...from, sink: step.id, index, seed, size: { width, height }, version, specs });
        const bare = await reading;
        if (!bare) return null;
        const file = writePictureTexts(bare, { ...texts }, { width, height }, title);
        const image = {
          runId: run.id,
          nodeId: step.nodeId,
          index,
          width,
          height,
          seed: seed === null ? null : seedPlus(seed, index),
          title,
          kept: step.sink === 'gallery',
          mime,
          prompt: texts.parameters.split('\n')[0] ?? '',
          graphId: from.graph.id,
          graphTitle: from.graph.title,
          packs: [...new Set(from.packs.map(({ ref }) => `${ref.packId}${simulated}`))],
        };
        const added = await store.images.add(file, image);
        images.push(added);
        onImage(added);
      }
      return images;
    },
  };
}

function titleOf(source: unknown, otherwise: string): string {
  const literal = typeof source === 'object' && source !== null && 'literal' in source ? source.literal : '';
  return typeof literal === 'string' && literal !== '' ? literal : otherwise;
}
