import {
  joinedPlaces,
  ownPlaces,
  type Places,
  samePlaces,
  takenPlaces,
} from '../../src-main/diffusion/noise-places.ts';
import { batchImages, invertImage, padForOutpaint } from '../../src-main/diffusion/planes/image-ops.ts';
import {
  addLatents,
  batchLatents,
  blendLatents,
  compositeLatents,
  compositeMasked,
  concatLatents,
  cropLatent,
  cutLatent,
  flipLatent,
  interpolateLatents,
  latentFromBatch,
  multiplyLatent,
  repeatLatent,
  rotateLatent,
  subtractLatents,
} from '../../src-main/diffusion/planes/latent-ops.ts';
import {
  compositeMasks,
  cropMask,
  featherMask,
  forInpainting,
  growMask,
  invertMask,
  maskFor,
  maskForModel,
} from '../../src-main/diffusion/planes/mask-ops.ts';
import { type Planes, planesOf, valueAt } from '../../src-main/diffusion/planes/planes.ts';
import { absolute, equal, type Measured } from './comparison.ts';
import { imageOf, inputOf, latentOf, maskOf, planesAgainst, type Tensor } from './tensors.ts';
import { type Group, named, numbers, type Recorded, takingAll } from './vector-file.ts';

/** Finds a node's source arrays by name. */
interface Sources {
  latent(name: string): Planes;
  image(name: string): Planes;
  mask(name: string): Planes;
  maskOrNone(name: string | null | undefined): Planes | null;
}
type Node<T> = (inputs: Recorded, sources: Sources) => T;

function sourcesOf(file: Recorded): Sources {
  const mask = (name: string) => maskOf(inputOf(file, name));
  return {
    latent: (name) => latentOf(inputOf(file, name)),
    image: (name) => imageOf(inputOf(file, name)),
    mask,
    maskOrNone: (name) => (name ? mask(name) : null),
  };
}

// Some of them resample; the others are copies and sums.
const tolerance = 2e-6;
const turns = { none: 0, '90 degrees': 1, '180 degrees': 2, '270 degrees': 3 } as const;

const latentNodes: Readonly<Record<string, Node<Planes>>> = {
  LatentBlend: ({ samples1, samples2, blend_factor }, { latent }) =>
    blendLatents(latent(samples1), latent(samples2), blend_factor),
  LatentComposite: ({ samples_to, samples_from, x, y, feather }, { latent }) =>
    compositeLatents(latent(samples_to), latent(samples_from), x, y, feather),
  LatentCompositeMasked: ({ destination, source, x, y, resize_source, mask }, { latent, maskOrNone }) =>
    compositeMasked(latent(destination), latent(source), cell(x), cell(y), maskOrNone(mask), resize_source),
  LatentAdd: ({ samples1, samples2 }, { latent }) => addLatents(latent(samples1), latent(samples2)),
  LatentSubtract: ({ samples1, samples2 }, { latent }) => subtractLatents(latent(samples1), latent(samples2)),
  LatentMultiply: ({ samples, multiplier }, { latent }) => multiplyLatent(latent(samples), multiplier),
  LatentInterpolate: ({ samples1, samples2, ratio }, { latent }) =>
    interpolateLatents(latent(samples1), latent(samples2), ratio),
  LatentFlip: ({ samples, flip_method }, { latent }) =>
    flipLatent(latent(samples), flip_method.includes('vertically') ? 'vertically' : 'horizontally'),
  LatentRotate: ({ samples, rotation }, { latent }) =>
    rotateLatent(latent(samples), named(turns, rotation, 'rotation') as 0 | 1 | 2 | 3),
  LatentCrop: ({ samples, width, height, x, y }, { latent }) => cropLatent(latent(samples), width, height, x, y),
  LatentConcat: ({ samples1, samples2, dim }, { latent }) => concatLatents(latent(samples1), latent(samples2), dim),
  LatentCut: ({ samples, dim, index, amount }, { latent }) => cutLatent(latent(samples), dim, index, amount),
  RepeatLatentBatch: ({ samples, amount }, { latent }) => repeatLatent(latent(samples), amount),
  LatentFromBatch: ({ samples, batch_index, length }, { latent }) =>
    latentFromBatch(latent(samples), batch_index, length),
  LatentBatch: ({ samples1, samples2 }, { latent }) => batchLatents(latent(samples1), latent(samples2)),
  LatentBatchSeedBehavior: ({ samples, seed_behavior: _ }, { latent }) => latent(samples),
};
/** Which draws of noise a latent's images have after a node. */
const placesAfter: Readonly<Record<string, Node<Places | null>>> = {
  LatentFromBatch: ({ samples, batch_index, length }, { latent }) =>
    takenPlaces(ownPlaces(latent(samples).shape[0]), batch_index, length),
  LatentBatch: ({ samples1, samples2 }, { latent }) =>
    joinedPlaces(ownPlaces(latent(samples1).shape[0]), ownPlaces(latent(samples2).shape[0])),
  LatentBatchSeedBehavior({ samples, seed_behavior }, { latent }) {
    const own = ownPlaces(latent(samples).shape[0]);
    return named({ fixed: samePlaces(own), random: null }, seed_behavior, 'seed behaviour');
  },
};
const cell = (pixels: number): number => Math.floor(pixels / 8);

/** A picture, or a mask where the shape has no channels. */
const pictureNodes: Readonly<Record<string, Node<readonly Planes[]>>> = {
  ImageInvert: ({ image }, sources) => [invertImage(sources.image(image))],
  ImageBatch: ({ image1, image2 }, { image }) => [batchImages(image(image1), image(image2))],
  ImagePadForOutpaint: ({ image, feathering, left, top, right, bottom }, sources) => {
    const padded = padForOutpaint(sources.image(image), { left, top, right, bottom }, feathering);
    return [padded.image, padded.mask];
  },
  ImageCompositeMasked: ({ destination, source, x, y, resize_source, mask }, { image, maskOrNone }) => [
    compositeMasked(image(destination), image(source), x, y, maskOrNone(mask), resize_source),
  ],
};

/** With how the output lies: a mask, a picture or a latent. */
const maskNodes: Readonly<Record<string, readonly [Node<Planes>, (tensor: Tensor) => Planes]>> = {
  GrowMask: [({ mask, expand, tapered_corners }, s) => growMask(s.mask(mask), expand, tapered_corners), maskOf],
  FeatherMask: [({ mask, left, top, right, bottom }, s) => featherMask(s.mask(mask), left, top, right, bottom), maskOf],
  InvertMask: [({ mask }, s) => invertMask(s.mask(mask)), maskOf],
  MaskComposite: [
    ({ destination, source, x, y, operation }, s) =>
      compositeMasks(s.mask(destination), s.mask(source), x, y, operation),
    maskOf,
  ],
  CropMask: [({ mask, x, y, width, height }, s) => cropMask(s.mask(mask), x, y, width, height), maskOf],
  MaskToImage: [({ mask }, s) => threefold(s.mask(mask)), imageOf],
  reshape_mask: [({ mask, output_shape }, s) => maskFor(s.mask(mask), output_shape), latentOf],
};

function threefold(mask: Planes): Planes {
  const [n, , h, w] = mask.shape;
  return planesOf([n, 3, h, w], (i, _, y, x) => valueAt(mask, i, 0, y, x));
}

/** Nodes that prepare a picture and its mask for a run, by what of it was recorded. */
const inpaintNodes: Readonly<Record<string, Node<(entry: Recorded) => readonly Measured[]>>> = {
  VAEEncodeForInpaint: ({ pixels, mask, grow_mask_by }, s) => {
    const found = forInpainting(s.image(pixels), s.mask(mask), grow_mask_by);
    return ({ noise_mask, pixels_shape, pixels_channel0 }) => {
      const [n, channels, h, w] = found.pixels.shape;
      const first = Array.from(found.pixels.data).slice(0, h * w);
      return [
        planesAgainst('noise_mask', found.noiseMask, maskOf(noise_mask), 0),
        equal('pixels_shape', [n, h, w, channels], pixels_shape),
        ...(pixels_channel0 ? [absolute('pixels_channel0', first, numbers(pixels_channel0), 1e-6)] : []),
      ];
    };
  },
  InpaintModelConditioning: ({ pixels, mask }, s) => {
    const found = maskForModel(s.image(pixels), s.mask(mask));
    return ({ noise_mask, concat_mask }) => [
      planesAgainst('noise_mask', found, maskOf(noise_mask), tolerance),
      ...(concat_mask ? [planesAgainst('concat_mask', found, maskOf(concat_mask), tolerance)] : []),
    ];
  },
};

const name = ({ node, inputs }: Recorded): string => `${node} ${JSON.stringify(inputs)}`;

export const operations: Readonly<Record<string, Group>> = {
  latent_ops: {
    name,
    compare({ node, inputs, output, batch_index }, file) {
      const made = named(latentNodes, node, 'node');
      const found = takingAll(inputs, (given) => made(given, sourcesOf(file)));
      return [
        planesAgainst('output', found, latentOf(output), tolerance),
        ...(batch_index === undefined
          ? []
          : [equal('batch_index', named(placesAfter, node, 'node with draws')(inputs, sourcesOf(file)), batch_index)]),
      ];
    },
  },
  image_ops: {
    name,
    compare({ node, inputs, outputs }, file) {
      const made = named(pictureNodes, node, 'node');
      const found = takingAll(inputs, (given) => made(given, sourcesOf(file)));
      return [
        equal('outputs', found.length, outputs.length),
        ...(outputs as Tensor[])
          .slice(0, found.length)
          .map((output, i) =>
            planesAgainst(
              `outputs[${i}]`,
              found[i]!,
              output.shape.length === 4 ? imageOf(output) : maskOf(output),
              tolerance,
            ),
          ),
      ];
    },
  },
  mask_ops: {
    name,
    compare(entry, file) {
      const { node, inputs } = entry;
      if (Object.hasOwn(inpaintNodes, node))
        return takingAll(inputs, (given) => inpaintNodes[node]!(given, sourcesOf(file)))(entry);
      const [made, read] = named(maskNodes, node, 'node');
      const found = takingAll(inputs, (given) => made(given, sourcesOf(file)));
      return [planesAgainst('output', found, read(entry.output), tolerance)];
    },
  },
};
