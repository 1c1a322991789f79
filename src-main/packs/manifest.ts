import { predictions, timestepConventions } from '../model/pack.ts';
import { anyObject, type Check, list, nullable, number, object, oneOf, partial, text, whole } from './json-checks.ts';

const side = whole(1, 65_536);
const color = list(number(-1e6, 1e6), 3, 3);
const flag: Check<boolean> = (value) => value === true;
const positive = number(1e-9, 1e9);
const size: Check<readonly [number, number]> = (value, at) => {
  const [width, height] = list(side, 2, 2)(value, at);
  return [width!, height!];
};

/** pack.json: what a folder cannot say by itself. Names that are not known are for others. */
export const manifestFile = partial({
  title: text(200),
  version: text(100),
  licence: text(200),
  licences: list(object({ what: text(500), licence: text(200) }), 0, 100),
  about: text(10_000),
  family: text(100),
  prediction: oneOf(predictions),
  timestep: oneOf(timestepConventions),
  /** Of several files for one part: the end of the name, such as `fp16`. */
  variant: text(100),
  defaults: partial({
    width: side,
    height: side,
    steps: whole(1, 1000),
    cfg: number(0, 100),
    guidance: number(0, 1000),
  }),
  sizes: object({ fixed: list(size, 0, 1000), multiple: side }),
  preview: nullable(object({ factors: list(color, 1, 256), bias: color })),
  upscale: whole(1, 16),
});
export type Manifest = ReturnType<typeof manifestFile>;

const anything: Check<unknown> = (value) => value;
export const modelIndexFile = object({ _class_name: text(200), force_zeros_for_empty_prompt: anything });

const schedulerFields = partial({
  _class_name: text(200),
  shift: positive,
  beta_start: number(1e-9, 1),
  beta_end: number(1e-9, 1),
  prediction_type: text(100),
  rescale_betas_zero_snr: flag,
  flow_shift: nullable(number(-1e9, 1e9)),
  use_dynamic_shifting: flag,
  max_shift: nullable(number(-1e9, 1e9)),
});
/** scheduler/scheduler_config.json: how the model was trained, and whatever else its scheduler makes something of. */
export const schedulerFile = (value: unknown, at: string) => ({
  ...anyObject(value, at),
  ...schedulerFields(value, at),
});
export type SchedulerConfig = ReturnType<typeof schedulerFile>;

/** config.json beside a denoiser's graph. */
export const denoiserFile = partial({
  sample_size: (value) => (Number.isInteger(value) ? (value as number) : null),
});

/** config.json beside a VAE's graph. */
export const vaeFile = partial({
  scaling_factor: nullable(positive),
  shift_factor: nullable(number(-1e9, 1e9)),
  latent_channels: whole(1, 1024),
  block_out_channels: list(whole(1, 1e9), 1, 12),
});
export type VaeConfig = ReturnType<typeof vaeFile>;

export const upscalerFile = partial({ scale: whole(1, 16) });

/** tokenizer.json as it is; what its library makes of it shows when it is used. */
export const tokenizerFile: typeof anyObject = (value, at) => {
  const given = anyObject(value, at);
  object({ vocab: (vocab, inside) => (Array.isArray(vocab) ? vocab : anyObject(vocab, inside)) })(given.model, 'model');
  return given;
};
export const tokenizerConfigFile = anyObject;
/** vocab.json: ids by their tokens. */
export const vocabFile: Check<Readonly<Record<string, number>>> = (value, at) => {
  const given = anyObject(value, at);
  for (const [token, id] of Object.entries(given)) whole(0, 10_000_000)(id, token);
  return given as Readonly<Record<string, number>>;
};
/** Files that know no limit say 1e30. */
export const tokenLimit = (config: Readonly<Record<string, unknown>> | null): number | null => {
  const limit = config?.model_max_length;
  return typeof limit === 'number' && limit >= 1 && limit <= 100_000 ? Math.floor(limit) : null;
};
