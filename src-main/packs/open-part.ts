import path from 'node:path';
import { type Problem, problem } from '../model/errors.ts';
import type { Digest } from '../model/ids.ts';
import type { GraphEdit, PartFile, PartName } from '../model/pack.ts';
import { type Adapted, type AdaptedEnd, adaptNames, namesIn, portOf } from './adapt-names.ts';
import { type DigestCache, fileDigest, partKeyOf } from './digest.ts';
import { edgeOf } from './edit-graph/edges.ts';
import { BrokenOnnx } from './edit-graph/proto.ts';
import type { PartPlace } from './families.ts';
import { type OnnxFile, readOnnxFile } from './onnx-file.ts';
import type { Stamp } from './stamp.ts';

/** What a VAE's config.json says: latent in the denoiser's scale = (VAE's latent - shift) * scale. */
export interface VaeSpace {
  readonly scale: number;
  readonly shift: number;
  readonly channels: number | null;
}

export interface OpenedPart {
  readonly file: PartFile;
  /** The folder inside the pack in which it was found. */
  readonly folder: string;
  /** Files by their names inside the pack. */
  readonly digests: ReadonlyMap<string, Digest>;
  readonly stamps: readonly Stamp[];
}

export type PartAnswer = { readonly part: OpenedPart | null } | { readonly problem: Problem };

/** One part of a pack, without its weights; null where the family can do without it and it is not there. */
export async function openPart(
  pack: { readonly name: string; readonly folder: string },
  place: PartPlace,
  vae: VaeSpace,
  cache: DigestCache,
): Promise<PartAnswer> {
  for (const folder of place.folders) {
    const file = path.join(pack.folder, folder, 'model.onnx');
    const at = { pack: pack.name, part: place.part };
    try {
      const onnx = await readOnnxFile(file);
      const adapted = adaptNames(place.part, onnx.header.inputs, onnx.header.outputs);
      if (adapted === null)
        return {
          problem: problem('pack.unknownLayout', { ...at, names: namesIn(onnx.header.inputs, onnx.header.outputs) }),
        };
      return { part: await openedPart(pack.folder, folder, file, place.part, onnx, adapted, vae, cache) };
    } catch (error) {
      if (error instanceof BrokenOnnx)
        return { problem: problem('pack.partBroken', { ...at, path: file, reason: error.reason }) };
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (code !== 'ENOENT' && code !== 'ENOTDIR')
        return { problem: problem('pack.partBroken', { ...at, path: file, reason: `it cannot be read (${code})` }) };
    }
  }
  if (!place.required) return { part: null };
  const missing = `${place.folders[0]}/model.onnx`;
  return { problem: problem('pack.partMissing', { pack: pack.name, part: place.part, path: missing }) };
}

async function openedPart(
  root: string,
  folder: string,
  file: string,
  name: PartName,
  onnx: OnnxFile,
  adapted: Adapted,
  vae: VaeSpace,
  cache: DigestCache,
): Promise<OpenedPart> {
  const edits = editsFor(name, adapted, vae);
  const digests = await Promise.all(onnx.stamps.map((stamp) => fileDigest(stamp, cache)));
  const port = (end: AdaptedEnd) => portOf(end.name, afterEdits(end, edits, onnx.header.opset));
  return {
    folder,
    file: {
      path: file,
      edits,
      part: {
        key: partKeyOf(name, digests, edits),
        name,
        bytes: onnx.bytes,
        dtype: onnx.header.dtype,
        timestep: adapted.timestep,
        takes: adapted.takes.map(port),
        gives: adapted.gives.map(port),
      },
    },
    digests: new Map(
      onnx.stamps.map((stamp, i) => [path.relative(root, stamp.path).split(path.sep).join('/'), digests[i]!]),
    ),
    stamps: onnx.stamps,
  };
}

/** @throws BrokenOnnx where the graph cannot be edited so */
function afterEdits({ info }: AdaptedEnd, edits: readonly GraphEdit[], opset: number) {
  let now = info;
  for (const edit of edits)
    if (('input' in edit ? edit.input : edit.output) === info.name) now = edgeOf(edit, now, opset).outside;
  return now;
}

/** 8-bit pixels at the ends that hold pictures, and the denoiser's scale at those that hold latents. */
function editsFor(name: PartName, { takes, gives }: Adapted, { scale, shift, channels }: VaeSpace): GraphEdit[] {
  const input = takes[0]!.info;
  const output = gives[0]!.info;
  const isScaled = scale !== 1 || shift !== 0;
  switch (name) {
    case 'vae-encoder': {
      const edits: GraphEdit[] = [{ edit: 'pixels-in', input: input.name, scale: 2 / 255, shift: -1 }];
      // Mean and log-variance side by side: the mean is the latent.
      if (output.name === 'latent_parameters' || (channels !== null && output.shape[1] === 2 * channels))
        edits.push({ edit: 'first-half-out', output: output.name });
      if (isScaled) edits.push({ edit: 'affine-out', output: output.name, scale, shift: -shift * scale });
      return edits;
    }
    case 'vae-decoder':
      return [
        ...(isScaled ? [{ edit: 'affine-in', input: input.name, scale: 1 / scale, shift } as const] : []),
        { edit: 'pixels-out', output: output.name, scale: 0.5, shift: 0.5 },
      ];
    case 'upscaler':
      return [
        { edit: 'pixels-in', input: input.name, scale: 1 / 255, shift: 0 },
        { edit: 'pixels-out', output: output.name, scale: 1, shift: 0 },
      ];
    default:
      return [];
  }
}
