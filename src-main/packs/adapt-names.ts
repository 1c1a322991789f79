import type { Part, PartName, PartPort } from '../model/pack.ts';
import type { DType } from '../model/tensor.ts';
import type { ValueInfo } from './edit-graph/value-info.ts';
import type { PartPlace } from './families.ts';

/** One of Kiln's names, how exporters spell it, and what may stand there. */
interface Port {
  readonly name: string;
  readonly names: readonly string[];
  readonly dtypes: readonly DType[];
  readonly ranks: readonly number[];
  readonly optional?: true;
}

const floats: readonly DType[] = ['float32', 'float16', 'bfloat16'];
const integers: readonly DType[] = ['int64', 'int32'];
const numbers: readonly DType[] = [...floats, ...integers];

const port = (name: string, names: readonly string[], dtypes: readonly DType[], ...ranks: number[]): Port => ({
  name,
  names,
  dtypes,
  ranks,
});
const optional = (given: Port): Port => ({ ...given, optional: true });
const image = (names: readonly string[]) => port('image', names, floats, 4);

const timestep = port('timestep', ['timestep', 't'], [...floats, 'int64'], 0, 1);
const context = port('hidden', ['encoder_hidden_states', 'cap_feats'], floats, 3);
const pooled = optional(port('pooled', ['pooled_projections', 'text_embeds'], floats, 2));
const sizes = optional(port('sizes', ['time_ids'], floats, 2));
const encoder: Ports = {
  takes: [port('tokens', ['input_ids'], integers, 2), optional(port('mask', ['attention_mask'], integers, 2))],
  gives: [
    port('hidden', ['last_hidden_state', 'encoder_hidden_state', 'encoder_hidden_states', 'prompt_embeds'], floats, 3),
    optional(port('pooled', ['text_embeds', 'pooler_output'], floats, 2)),
  ],
};

interface Ports {
  readonly takes: readonly Port[];
  readonly gives: readonly Port[];
}

/** Names seen in exports of optimum, Olive, Amuse and webnn; where several are there, the first counts. */
const ports: Readonly<Record<PartName, Ports>> = {
  'text-encoder': encoder,
  'text-encoder-2': encoder,
  'text-encoder-3': encoder,
  denoiser: {
    takes: [
      port('latent', ['hidden_states', 'sample', 'latent'], floats, 3, 4, 5),
      timestep,
      context,
      pooled,
      sizes,
      optional(port('padMask', ['encoder_pad_mask'], ['bool'], 2)),
      optional(port('guidance', ['guidance'], floats, 1)),
      optional(port('guidanceEmbedding', ['timestep_cond'], floats, 2)),
      optional(port('places', ['img_ids'], numbers, 2, 3)),
      optional(port('noPlaces', ['txt_ids'], numbers, 2, 3)),
    ],
    gives: [
      port(
        'prediction',
        ['out_sample', 'out_hidden_states', 'sample', 'unified_results', 'noise_pred'],
        floats,
        3,
        4,
        5,
      ),
    ],
  },
  'control-net': {
    takes: [
      port('latent', ['sample', 'hidden_states', 'latent'], floats, 4),
      timestep,
      context,
      image(['controlnet_cond']),
      port('strength', ['conditioning_scale'], floats, 1),
      pooled,
      sizes,
    ],
    gives: [],
  },
  'vae-encoder': {
    takes: [image(['sample', 'image'])],
    gives: [port('latent', ['latent_sample', 'latent_parameters', 'latent'], floats, 4)],
  },
  'vae-decoder': {
    takes: [port('latent', ['latent_sample', 'latent'], floats, 4)],
    gives: [image(['sample', 'image'])],
  },
  upscaler: {
    takes: [image(['input', 'image', 'pixel_values', 'x'])],
    gives: [image(['output', 'reconstruction', 'image', 'y'])],
  },
};

/** What a control net gives and a denoiser made for one takes, as many as there are. */
function residualsIn(ends: readonly ValueInfo[]): Port[] {
  return ends.flatMap(({ name }) => {
    const found = /^(?:down_block_(\d+)|(mid)_block)_additional_residual$/.exec(name);
    return found ? [port(`residual.${found[1] ?? found[2]}`, [name], floats, 4)] : [];
  });
}

type State = { readonly layer: number; readonly info: ValueInfo };

/** The states that an encoder gives, the embeddings' first. */
function statesIn(outputs: readonly ValueInfo[]): readonly State[] {
  return outputs
    .flatMap((info) => {
      const layer = /^hidden_states\.(\d+)$/.exec(info.name)?.[1];
      return layer === undefined ? [] : [{ layer: Number(layer), info }];
    })
    .sort((a, b) => a.layer - b.layer);
}

/** The state before the last, of exports that give them all or that one alone. */
const penultimateOf = (states: readonly State[]): State | undefined => states.at(-2) ?? states[0];

/** The last state has a number where all of them are given; it is theirs before its norm. */
function layersOf(states: readonly State[], isPenultimate: boolean): NonNullable<Adapted['layers']> {
  const isWhole = states.every(({ layer }, i) => layer === i);
  const own = isPenultimate ? penultimateOf(states)?.layer : isWhole ? states.at(-1)?.layer : undefined;
  return {
    own: own ?? null,
    given: states.filter(
      ({ info }) => info.shape.length === 3 && (info.dtype === 'float32' || info.dtype === 'float16'),
    ),
  };
}

/** A part's ends in Kiln's names; `info` is what the file has there. */
export interface AdaptedEnd {
  readonly name: string;
  readonly info: ValueInfo;
}

export interface Adapted {
  readonly takes: readonly AdaptedEnd[];
  readonly gives: readonly AdaptedEnd[];
  readonly timestep: Part['timestep'];
  readonly layers?: { readonly own: number | null; readonly given: readonly State[] };
}

/** Null where something is missing, is of another kind, or is demanded by the graph and not known here. */
export function adaptNames(
  part: PartName,
  inputs: readonly ValueInfo[],
  outputs: readonly ValueInfo[],
  { layer, maySkip }: Pick<PartPlace, 'layer' | 'maySkip'> = {},
): Adapted | null {
  const wanted = ports[part];
  const states = statesIn(outputs);
  const before = penultimateOf(states)?.info.name;
  const gives = wanted.gives.map((each) =>
    each.name === 'hidden' && layer === 'penultimate'
      ? port('hidden', before === undefined ? [] : [before], floats, 3)
      : each,
  );
  const takes = [...wanted.takes, ...(part === 'denoiser' ? residualsIn(inputs) : [])];
  if (part === 'control-net') gives.push(...residualsIn(outputs));
  const taken = takes.map((each) => place(each, inputs));
  const given = gives.map((each) => place(each, outputs, outputs.length === 1 && layer === undefined));
  if (given.length === 0 || ![...taken, ...given].every((end) => end !== null)) return null;
  const found = (ends: typeof taken) => ends.filter((end) => end !== undefined && end !== null);
  // A graph must be given all of its inputs; outputs that nobody asks for cost nothing.
  if (found(taken).length < inputs.length) return null;
  // A row of patches makes sense with their places alone.
  const isRow = part === 'denoiser' && taken[0]!.info.shape.length === 3;
  if (isRow && !found(taken).some(({ name }) => name === 'places')) return null;
  const at = found(taken).find(({ name }) => name === 'timestep');
  return {
    takes: found(taken),
    gives: found(given),
    timestep: at === undefined ? 'none' : isPerRow(at.info) ? 'per-row' : 'scalar',
    ...(maySkip ? { layers: layersOf(states, layer === 'penultimate') } : {}),
  };
}

/** A timestep of shape [1] is one for all rows, like a scalar. */
const isPerRow = ({ shape }: ValueInfo): boolean => shape.length === 1 && shape[0] !== 1;

/** Undefined where an optional end is not there, null where a wanted one is missing or does not fit. */
function place(wanted: Port, ends: readonly ValueInfo[], isOnlyOne = false): AdaptedEnd | null | undefined {
  const byName = wanted.names.map((name) => ends.find((end) => end.name === name)).find((end) => end !== undefined);
  const info = byName ?? (isOnlyOne && !wanted.optional ? ends[0] : undefined);
  if (info === undefined) return wanted.optional ? undefined : null;
  const fits = info.dtype !== null && wanted.dtypes.includes(info.dtype) && wanted.ranks.includes(info.shape.length);
  return fits ? { name: wanted.name, info } : null;
}

/** As the file has it after its edits. */
export const portOf = (name: string, { name: as, dtype, shape }: ValueInfo): PartPort => ({
  name,
  as,
  dtype: dtype ?? 'float32',
  shape,
});

const end = ({ name, dtype, shape }: ValueInfo): string => `${name} ${dtype ?? '?'} [${shape.join(', ')}]`;

/** For a person: everything that a graph takes and gives. */
export const namesIn = (inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): string =>
  `${inputs.map(end).join(', ')} → ${outputs.map(end).join(', ')}`;
