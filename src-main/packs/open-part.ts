import path from 'node:path';
import { type Problem, problem } from '../model/errors.ts';
import type { Digest } from '../model/ids.ts';
import type { PartFile } from '../model/pack.ts';
import { type Adapted, adaptNames, namesIn } from './adapt-names.ts';
import { type DigestCache, fileDigest, partKeyOf } from './digest.ts';
import { BrokenOnnx } from './edit-graph/proto.ts';
import type { Family, PartPlace } from './families.ts';
import { modelFilesIn } from './model-files.ts';
import { type OnnxFile, readOnnxFile } from './onnx-file.ts';
import { partEdits, type VaeSpace } from './part-edits.ts';
import type { Stamp } from './stamp.ts';

export interface OpenedPart {
  readonly file: PartFile;
  /** Files by their names inside the pack. */
  readonly digests: ReadonlyMap<string, Digest>;
  readonly stamps: readonly Stamp[];
}

export type PartAnswer = { readonly part: OpenedPart | null } | { readonly problem: Problem };

export interface PartContext {
  readonly pack: string;
  /** The pack's. */
  readonly folder: string;
  readonly family: Pick<Family, 'negated'>;
  readonly vae: VaeSpace;
  /** Which of several variants of one graph is wanted: the end of its file's name. */
  readonly variant: string | null;
  readonly cache: DigestCache;
}

/** One part of a pack, without its weights; null where the family can do without it and it is not there. */
export async function openPart(place: PartPlace, context: PartContext): Promise<PartAnswer> {
  const at = { pack: context.pack, part: place.part };
  for (const folder of place.folders)
    for (const file of await modelFilesIn(context.folder, folder, context.variant)) {
      try {
        const onnx = await readOnnxFile(file);
        const adapted = adaptNames(place.part, onnx.header.inputs, onnx.header.outputs, place);
        if (adapted === null)
          return {
            problem: problem('pack.unknownLayout', { ...at, names: namesIn(onnx.header.inputs, onnx.header.outputs) }),
          };
        return { part: await openedPart(file, place, onnx, adapted, context) };
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
  return { problem: problem('pack.partMissing', { pack: context.pack, part: place.part, path: missing }) };
}

async function openedPart(
  file: string,
  { part: name }: PartPlace,
  onnx: OnnxFile,
  adapted: Adapted,
  { pack, folder, family, vae, cache }: PartContext,
): Promise<OpenedPart> {
  const isNegated = name === 'denoiser' && family.negated?.includes(adapted.gives[0]!.info.name) === true;
  const { edits, ...ports } = partEdits(name, adapted, onnx.header, vae, isNegated);
  const digests = await Promise.all(onnx.stamps.map((stamp) => fileDigest(stamp, cache)));
  return {
    file: {
      path: file,
      edits,
      seen: { pack, files: onnx.stamps },
      part: {
        key: partKeyOf(name, digests, edits),
        name,
        bytes: onnx.bytes,
        dtype: onnx.header.dtype,
        ...ports,
      },
    },
    digests: new Map(
      onnx.stamps.map((stamp, i) => [path.relative(folder, stamp.path).split(path.sep).join('/'), digests[i]!]),
    ),
    stamps: onnx.stamps,
  };
}
