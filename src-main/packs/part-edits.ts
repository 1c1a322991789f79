import type { GraphEdit } from '../model/graph-edit.ts';
import { type EncoderLayers, isEncoder, type Part, type PartName, type PartPort } from '../model/pack.ts';
import { type Adapted, type AdaptedEnd, portOf } from './adapt-names.ts';
import { type EndEdit, edgeOf, endOf, oldestOpset } from './edit-graph/edges.ts';
import { vectorsEnd } from './edit-graph/token-table.ts';
import type { ValueInfo } from './edit-graph/value-info.ts';
import type { OnnxHeader } from './onnx-header.ts';

/** What a VAE's config.json says: latent in the denoiser's scale = (VAE's latent - shift) * scale. */
export interface VaeSpace {
  readonly scale: number;
  readonly shift: number;
  readonly channels: number | null;
}

export interface PartEdits {
  readonly edits: readonly GraphEdit[];
  readonly takes: readonly PartPort[];
  readonly gives: readonly PartPort[];
  readonly layers?: EncoderLayers;
  readonly timestep: Part['timestep'];
}

/**
 * What is done to a part so that its ends are Kiln's: 8-bit pixels where pictures are, the denoiser's scale and
 * [images, channels, height, width] where latents are, float32 where numbers are. `isNegated` turns a prediction's sign.
 * @throws BrokenOnnx where the graph cannot be edited so
 */
export function partEdits(
  name: PartName,
  adapted: Adapted,
  { opset, tokens, takesRows }: Pick<OnnxHeader, 'opset' | 'tokens' | 'takesRows'>,
  vae: VaeSpace,
  isNegated: boolean,
): PartEdits {
  const timestep = adapted.timestep === 'scalar' ? adapted.takes.find((end) => end.name === 'timestep')?.info : null;
  const perRow = timestep && takesRows(timestep.name) ? timestep.name : null;
  const own: EndEdit[] = [
    ...editsFor(name, adapted, vae, isNegated),
    ...(perRow === null ? [] : [{ edit: 'rows-in', input: perRow } as const]),
  ];
  const edits = [...own, ...floatEdges(adapted, own)];
  const after = (ends: readonly AdaptedEnd[]) => ends.flatMap((end) => portsAfter(end, edits, opset));
  const table = isEncoder(name) && opset >= oldestOpset ? tokens : null;
  return {
    edits: [...edits, ...(table ? [{ edit: 'vectors-in', ...table } as const] : [])],
    takes: [...after(adapted.takes), ...(table ? [portOf('vectors', vectorsEnd(table))] : [])],
    gives: after(adapted.gives),
    timestep: perRow === null ? adapted.timestep : 'made-per-row',
    ...(adapted.layers
      ? {
          layers: {
            own: adapted.layers.own,
            given: adapted.layers.given.flatMap(({ layer, info }) =>
              after([{ name: 'hidden', info }]).map((port) => ({ layer, port })),
            ),
          },
        }
      : {}),
  };
}

/** None where the graph makes that end itself, several where it was split. */
function portsAfter({ name, info }: AdaptedEnd, edits: readonly EndEdit[], opset: number): PartPort[] {
  let now: ValueInfo | null = info;
  const also: PartPort[] = [];
  for (const edit of edits) {
    if (now === null || endOf(edit) !== info.name) continue;
    const edge = edgeOf(edit, now, opset);
    now = edge.outside;
    also.push(...(edge.also ?? []).map(({ port, info: other }) => portOf(port, other)));
  }
  return [...(now === null ? [] : [portOf(name, now)]), ...also];
}

function editsFor(name: PartName, { takes, gives }: Adapted, vae: VaeSpace, isNegated: boolean): EndEdit[] {
  const input = takes[0]!.info;
  const output = gives[0]!.info;
  const { scale, shift, channels } = vae;
  const isScaled = scale !== 1 || shift !== 0;
  switch (name) {
    case 'denoiser':
      return [
        ...latentEdits(takes, output, channels),
        ...(isNegated ? [{ edit: 'affine-out', output: output.name, scale: -1, shift: 0 } as const] : []),
      ];
    case 'control-net': {
      const named = (port: string) => takes.find((end) => end.name === port)!.info.name;
      return [
        { edit: 'pixels-in', input: named('image'), scale: 1 / 255, shift: 0 },
        { edit: 'row-factor-in', input: named('strength') },
      ];
    }
    case 'vae-encoder': {
      const edits: EndEdit[] = [{ edit: 'pixels-in', input: input.name, scale: 2 / 255, shift: -1, keep: true }];
      if (output.name === 'latent_parameters' || (channels !== null && output.shape[1] === 2 * channels))
        edits.push({ edit: 'posterior-out', output: output.name, scale });
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

/** A denoiser that takes its latent as a row of patches, as a frame of a film, or together with what is to be kept. */
function latentEdits(takes: readonly AdaptedEnd[], output: ValueInfo, channels: number | null): EndEdit[] {
  const find = (port: string) => takes.find(({ name }) => name === port)?.info;
  const latent = find('latent')!;
  const wide = latent.shape.length === 3 ? latent.shape[2] : latent.shape[1];
  if (latent.shape.length === 3) {
    const own = typeof wide === 'number' ? wide / 4 : (channels ?? 16);
    const [places, noPlaces] = [find('places'), find('noPlaces')];
    return [
      ...(places ? [{ edit: 'places-in', input: places.name, latent: latent.name } as const] : []),
      ...(noPlaces ? [{ edit: 'no-places-in', input: noPlaces.name, hidden: find('hidden')!.name } as const] : []),
      { edit: 'patches-in', input: latent.name, channels: own },
      { edit: 'patches-out', output: output.name, latent: latent.name, channels: own },
    ];
  }
  if (latent.shape.length === 5)
    return [
      { edit: 'frame-in', input: latent.name },
      { edit: 'frame-out', output: output.name },
    ];
  if (channels !== null && wide === 2 * channels + 1)
    return [
      {
        edit: 'joined-in',
        input: latent.name,
        pieces: [
          { name: 'latent', channels },
          { name: 'mask', channels: 1 },
          { name: 'masked', channels },
        ],
      },
    ];
  return [];
}

/** Numbers of half precision are float32 outside, but for those that a call makes of plain numbers. */
function floatEdges({ takes, gives }: Adapted, own: readonly EndEdit[]): EndEdit[] {
  const makesFloats = new Set(['pixels-in', 'pixels-out', 'affine-in', 'affine-out', 'places-in', 'no-places-in']);
  const done = new Set(own.filter(({ edit }) => makesFloats.has(edit)).map(endOf));
  const isHalf = ({ info }: AdaptedEnd) =>
    (info.dtype === 'float16' && info.shape.length > 1) || info.dtype === 'bfloat16';
  const wanted = (ends: readonly AdaptedEnd[]) =>
    ends.filter((end) => isHalf(end) && !done.has(end.info.name)).map(({ info }) => info.name);
  return [
    ...wanted(takes).map((input): EndEdit => ({ edit: 'affine-in', input, scale: 1, shift: 0 })),
    ...wanted(gives).map((output): EndEdit => ({ edit: 'affine-out', output, scale: 1, shift: 0 })),
  ];
}
