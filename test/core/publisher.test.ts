import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { readPictureTexts } from '../../src-main/comfy/picture-text.ts';
import { publisher } from '../../src-main/core-publisher.ts';
import { pictureEncoder } from '../../src-main/device/picture/encoder.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { NodeId, RunId } from '../../src-main/model/ids.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import type { Run, Step } from '../../src-main/model/run.ts';
import { pictureFormats } from '../../src-main/model/value-types.ts';
import type { NewImage } from '../../src-main/store/images.ts';
import type { Store } from '../../src-main/store/store.ts';

const specs = specsOf(new Map(nodeTypes.map((type) => [type.type, type])));

test.each(pictureFormats)('a %s of a sink goes to the gallery with its graph inside, as what it is', async (format) => {
  const size = { width: 8, height: 4 };
  const bare = await pictureEncoder().encode({ ...size, pixels: new Uint8Array(96).fill(90) }, format, 90);
  const added: { file: Uint8Array; image: NewImage }[] = [];
  const store = {
    results: { read: async () => bare },
    images: {
      async add(file: Uint8Array, image: NewImage) {
        added.push({ file, image });
        return image;
      },
    },
  } as unknown as Store;
  const text = JSON.stringify({
    format: 'kiln',
    version: 1,
    id: 'g',
    title: '红狐',
    nodes: { load: { type: 'image.load', values: {} }, save: { type: 'image.save', values: { format } } },
    links: { 'save.image': { from: 'load.image' } },
  });
  const graph = readGraph(text, { name: 'g' });
  if (!graph.ok) throw new Error(JSON.stringify(graph.problems));
  const { publish } = publisher({
    store,
    specs,
    madeFrom: () => ({ graph: graph.value, packs: [] }),
    version: '1',
    devices: [],
    onImage: () => {},
  });
  const kept = { $file: 'd', dtype: 'uint8', shape: [bare.length], bytes: bare.length };
  const outputs = { files: [{ bytes: kept, mime: `image/${format}`, ...size }] };
  const step = { id: 'save', nodeId: 'save' as NodeId, inputs: {}, sink: 'gallery' } as unknown as Step;
  await publish({ id: 'run_1' as RunId } as Run, step, '7', { key: 'k' as never, outputs: outputs as never });
  expect(added[0]!.image).toMatchObject({ mime: `image/${format}`, ...size, seed: '7' });
  const inside = JSON.parse(readPictureTexts(added[0]!.file, 'a').get('kiln')!) as { graph: { title: string } };
  expect(inside.graph).toMatchObject({ title: '红狐', nodes: { save: { values: { format } } } });
});
