import type { Part, PartName, PartPort } from '../model/pack.ts';
import type { DType } from '../model/tensor.ts';
import type { ValueInfo } from './edit-graph/value-info.ts';

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

const port = (name: string, names: readonly string[], dtypes: readonly DType[], ...ranks: number[]): Port => ({
  name,
  names,
  dtypes,
  ranks,
});
const optional = (given: Port): Port => ({ ...given, optional: true });
const image = (names: readonly string[]) => port('image', names, floats, 4);

/** Names seen in exports of optimum, Olive, Amuse and webnn; where several are there, the first counts. */
const ports: Readonly<Record<PartName, { takes: readonly Port[]; gives: readonly Port[] }>> = {
  'text-encoder': {
    takes: [port('tokens', ['input_ids'], integers, 2), optional(port('mask', ['attention_mask'], integers, 2))],
    gives: [
      port(
        'hidden',
        ['last_hidden_state', 'encoder_hidden_state', 'encoder_hidden_states', 'prompt_embeds'],
        floats,
        3,
      ),
      optional(port('pooled', ['pooler_output', 'text_embeds'], floats, 2)),
    ],
  },
  denoiser: {
    takes: [
      port('latent', ['hidden_states', 'sample', 'latent'], floats, 4),
      port('timestep', ['timestep', 't'], [...floats, 'int64'], 0, 1),
      port('hidden', ['encoder_hidden_states', 'cap_feats'], floats, 3),
      optional(port('pooled', ['pooled_projections', 'text_embeds'], floats, 2)),
    ],
    gives: [
      port('prediction', ['out_sample', 'out_hidden_states', 'sample', 'unified_results', 'noise_pred'], floats, 4),
    ],
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

/** A part's ends in Kiln's names; `info` is what the file has there. */
export interface AdaptedEnd {
  readonly name: string;
  readonly info: ValueInfo;
}

export interface Adapted {
  readonly takes: readonly AdaptedEnd[];
  readonly gives: readonly AdaptedEnd[];
  readonly timestep: Part['timestep'];
}

/** Null where something is missing, is of another kind, or is demanded by the graph and not known here. */
export function adaptNames(
  part: PartName,
  inputs: readonly ValueInfo[],
  outputs: readonly ValueInfo[],
): Adapted | null {
  const takes = ports[part].takes.map((wanted) => place(wanted, inputs));
  const gives = ports[part].gives.map((wanted) => place(wanted, outputs, outputs.length === 1));
  const isPlaced = (end: AdaptedEnd | null | undefined) => end !== null;
  if (![...takes, ...gives].every(isPlaced)) return null;
  const found = (ends: typeof takes) => ends.filter((end) => end !== undefined && end !== null);
  // A graph must be given all of its inputs; outputs that nobody asks for cost nothing.
  if (found(takes).length < inputs.length) return null;
  const timestep = found(takes).find(({ name }) => name === 'timestep');
  return {
    takes: found(takes),
    gives: found(gives),
    timestep: timestep === undefined ? 'none' : isPerRow(timestep.info) ? 'per-row' : 'scalar',
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
