import { diffusersConfig } from '../diffusion/diffusers/config.ts';
import { unfollowedSettings } from '../diffusion/diffusers/unfollowed.ts';
import { type Problem, problem } from '../model/errors.ts';
import type { Digest, PackId } from '../model/ids.ts';
import {
  isEncoder,
  type NoiseSchedule,
  type PackFacts,
  type Part,
  type Prediction,
  type TextUse,
} from '../model/pack.ts';
import type { Family } from './families.ts';
import type { Manifest, SchedulerConfig, VaeConfig } from './manifest.ts';

/** Everything that a folder said about itself. */
export interface Found {
  readonly name: string;
  readonly family: Family;
  readonly manifest: Manifest;
  readonly vae: VaeConfig;
  readonly parts: readonly Part[];
  readonly digest: Digest;
  /** Side of a latent, in cells, that the denoiser was trained at. */
  readonly cells: number | null;
  readonly scheduler: SchedulerConfig;
  readonly upscale: number;
  readonly isZeroWithout: boolean;
}

export function factsOf({ name, family, manifest, vae, parts, digest, cells, scheduler, ...found }: Found): PackFacts {
  const [, channels, height, width] = portOf(parts, 'denoiser', 'latent')!.shape;
  // Each stage of a VAE but its last halves both sides.
  const downscale = 2 ** ((vae.block_out_channels?.length ?? 4) - 1);
  const isFixed = typeof height === 'number' && typeof width === 'number';
  const own = isFixed ? [width, height] : cells !== null ? [cells, cells] : null;
  const size = own && ([own[0]! * downscale, own[1]! * downscale] as const);
  const { defaults = {}, sizes } = manifest;
  const given = scheduler._class_name === undefined ? { ...schedulerOf(family), ...scheduler } : scheduler;
  const takesGuidance = ['guidance', 'guidanceEmbedding'].some((port) => portOf(parts, 'denoiser', port));
  return {
    ref: { packId: name as PackId, digest, adapters: [] },
    family: family.name,
    title: manifest.title ?? name,
    version: manifest.version ?? '',
    licence: manifest.licence ?? '',
    licences: manifest.licences ?? [],
    about: manifest.about ?? '',
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts,
    latent: {
      channels: vae.latent_channels ?? (typeof channels === 'number' ? channels : 4),
      downscale,
    },
    text: textUse(family, parts, found.isZeroWithout),
    sizes: sizes ?? { fixed: isFixed ? [size!] : [], multiple: downscale * family.patch },
    prediction: manifest.prediction ?? predictionOf(scheduler) ?? family.prediction,
    timestep: manifest.timestep ?? family.timestep,
    schedule: scheduleOf(family, scheduler),
    scheduler: diffusersConfig(given, family),
    defaults: {
      width: defaults.width ?? size?.[0] ?? family.defaults.width,
      height: defaults.height ?? size?.[1] ?? family.defaults.height,
      steps: defaults.steps ?? family.defaults.steps,
      cfg: defaults.cfg ?? family.defaults.cfg,
      guidance: takesGuidance ? (defaults.guidance ?? family.defaults.guidance) : 0,
    },
    preview: manifest.preview === undefined ? family.preview : manifest.preview,
    upscale: parts.some((part) => part.name === 'upscaler') ? (manifest.upscale ?? found.upscale) : 1,
    warnings: schedulerWarnings(name, given),
  };
}

const portOf = (parts: readonly Part[], part: string, name: string) =>
  parts.find((each) => each.name === part)?.takes.find((port) => port.name === name);

/** Encoders that are not there are done without. */
function textUse({ text }: Family, parts: readonly Part[], isZeroWithout: boolean): TextUse {
  const there = new Set(parts.map(({ name }) => name).filter(isEncoder));
  return {
    states: text.states.map((group) => group.filter((part) => there.has(part))).filter((group) => group.length > 0),
    pooled: text.pooled.filter((part) => there.has(part)),
    isZeroWithout,
  };
}

/** Of a folder that does not name one. */
const schedulerOf = ({ prediction }: Family) =>
  prediction === 'flow'
    ? { _class_name: 'FlowMatchEulerDiscreteScheduler' }
    : {
        _class_name: 'EulerDiscreteScheduler',
        beta_schedule: 'scaled_linear',
        beta_start: 0.00085,
        beta_end: 0.012,
      };

/** What a run as the pack says does otherwise than its makers. */
function schedulerWarnings(pack: string, given: Readonly<Record<string, unknown>>): readonly Problem[] {
  const scheduler = String(given._class_name);
  if (diffusersConfig(given) === null) return [problem('pack.schedulerUnknown', { pack, scheduler })];
  const settings = unfollowedSettings(given);
  return settings.length > 0
    ? [problem('pack.schedulerSettings', { pack, scheduler, settings: settings.join(', ') })]
    : [];
}

/** How the model was trained to see noise, as ComfyUI's names count it. */
function scheduleOf({ prediction, schedule = {}, name }: Family, config: SchedulerConfig): NoiseSchedule {
  if (prediction === 'flow') {
    // Flux with a shift that depends on the size: ComfyUI takes one for all sizes.
    if (config.use_dynamic_shifting) return { kind: 'flux', shift: config.max_shift ?? 1.15 };
    const { multiplier } = schedule;
    const shift = config.shift ?? config.flow_shift ?? (name === 'z-image' ? 3 : 1);
    return { kind: 'flow', shift, ...(multiplier === undefined ? {} : { multiplier }) };
  }
  const { steps } = schedule;
  return {
    kind: 'betas',
    start: config.beta_start ?? 0.00085,
    end: config.beta_end ?? 0.012,
    ...(config.rescale_betas_zero_snr ? { zeroTerminalSnr: true } : {}),
    ...(steps === undefined ? {} : { steps }),
  };
}

const predictionOf = ({ prediction_type: type }: SchedulerConfig): Prediction | null =>
  type === 'epsilon' ? 'eps' : type === 'v_prediction' ? 'v' : type === 'sample' ? 'x0' : null;
