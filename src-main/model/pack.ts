import type { Problem } from './errors.ts';
import type { Digest, PackId, PartKey } from './ids.ts';
import type { DType, TensorRef } from './tensor.ts';

/** A pack as a value on a link. Which of its parts is meant, the node says. */
export interface PackRef {
  readonly packId: PackId;
  readonly digest: Digest;
  readonly adapters: readonly { readonly digest: Digest; readonly strength: number }[];
}

/**
 * What each part takes and gives for one row, in Kiln's names; `packs/adapt-names.ts` maps a file's names to these.
 * Every tensor has a leading dimension of 1.
 */
export interface PartCalls {
  'text-encoder': {
    /** int64 [1, length] each. */
    takes: { tokens: TensorRef; mask?: TensorRef };
    /** float32 [1, length, width] and [1, width]. */
    gives: { hidden: TensorRef; pooled?: TensorRef };
  };
  denoiser: {
    /** latent float32 [1, channels, height, width]; timestep in the pack's own convention. */
    takes: { latent: TensorRef; timestep: number; hidden: TensorRef; pooled?: TensorRef };
    /** float32, shaped like the latent: what the pack's `prediction` says. */
    gives: { prediction: TensorRef };
  };
  /** uint8 [1, height, width, 3] to float32 [1, channels, h, w] in the denoiser's scale. */
  'vae-encoder': { takes: { image: TensorRef }; gives: { latent: TensorRef } };
  /** and back. */
  'vae-decoder': { takes: { latent: TensorRef }; gives: { image: TensorRef } };
  /** uint8 [1, height, width, 3] to uint8 [1, height * scale, width * scale, 3]. */
  upscaler: { takes: { image: TensorRef }; gives: { image: TensorRef } };
}

export type PartName = keyof PartCalls;
export const partNames: readonly PartName[] = ['text-encoder', 'denoiser', 'vae-encoder', 'vae-decoder', 'upscaler'];
export type RowsFor<P extends PartName> = readonly PartCalls[P]['takes'][];
export type RowsFrom<P extends PartName> = readonly PartCalls[P]['gives'][];

/** How one of Kiln's names is spelled in the file, and what the file wants there. */
export interface PartPort {
  /** Kiln's name: a key of `takes` or `gives`. */
  readonly name: string;
  /** The name in the ONNX file. */
  readonly as: string;
  readonly dtype: DType;
  /** Numbers are fixed; words are free dimensions, named as in the file. */
  readonly shape: readonly (number | string)[];
}

/** One ONNX file as `packs/` opened it: everything about it that is data, nothing about where it lies. */
export interface Part {
  readonly key: PartKey;
  readonly name: PartName;
  /** Of the file with its external data: what it takes on a device, nearly. */
  readonly bytes: number;
  readonly dtype: DType;
  /** Whether rows at different steps may share a call. */
  readonly timestep: 'per-row' | 'scalar' | 'none';
  readonly takes: readonly PartPort[];
  readonly gives: readonly PartPort[];
}

/** Where a part lies and what is done to its bytes before it is loaded. Only cores and hosts see it. */
export interface PartFile {
  readonly part: Part;
  readonly path: string;
  readonly edits: readonly GraphEdit[];
}

/**
 * Changes to the ONNX graph when it is loaded.
 * `pixels-in`: takes uint8 NHWC and turns it into float NCHW as value * scale + shift.
 * `pixels-out`: turns float NCHW into uint8 NHWC as clamp(round((value * scale + shift) * 255)).
 * `affine-in` / `affine-out`: value * scale + shift (VAE scale and shift).
 * `first-half-out`: keeps the first half of the channels (the mean of mean and log-variance).
 */
export type GraphEdit =
  | { readonly edit: 'pixels-in' | 'affine-in'; readonly input: string; readonly scale: number; readonly shift: number }
  | {
      readonly edit: 'pixels-out' | 'affine-out';
      readonly output: string;
      readonly scale: number;
      readonly shift: number;
    }
  | { readonly edit: 'first-half-out'; readonly output: string };

/** What a denoiser's output is: noise, velocity, the clean picture, or as EDM and LCM weigh them. */
export const predictions = ['eps', 'v', 'x0', 'edm', 'lcm', 'flow'] as const;
export type Prediction = (typeof predictions)[number];

/** How a model was trained to see noise: a shifted flow, the betas of a variance-preserving model, or EDM's range. */
export type NoiseSchedule =
  | { readonly kind: 'flow'; readonly shift: number; readonly multiplier?: number }
  /** `shift` as a logarithm. */
  | { readonly kind: 'flux'; readonly shift: number }
  /** `steps`: how many of its 1000 timesteps a distilled model knows. */
  | {
      readonly kind: 'betas';
      readonly start: number;
      readonly end: number;
      readonly zeroTerminalSnr?: boolean;
      readonly steps?: number;
    }
  | { readonly kind: 'edm'; readonly min: number; readonly max: number };

/** What is known of a pack once its folder is open: data that planning, nodes and hosts may have. */
export interface PackFacts {
  readonly ref: PackRef;
  readonly family: string;
  readonly title: string;
  readonly version: string;
  readonly licence: string;
  /** What is under which licence, where the pack says it piece by piece. */
  readonly licences: readonly { readonly what: string; readonly licence: string }[];
  readonly about: string;
  readonly bytes: number;
  readonly parts: readonly Part[];
  readonly latent: { readonly channels: number; readonly downscale: number };
  /** Sizes in pixels that the denoiser takes: fixed ones, or any multiple within limits. */
  readonly sizes: { readonly fixed: readonly (readonly [width: number, height: number])[]; readonly multiple: number };
  readonly prediction: Prediction;
  /** From sigma to what the denoiser is fed. */
  readonly timestep: 'sigma' | '1000*sigma' | '1-sigma' | 'index';
  readonly schedule: NoiseSchedule;
  readonly defaults: { readonly width: number; readonly height: number; readonly steps: number; readonly cfg: number };
  readonly upscale: number;
  /** Latent to RGB for previews: rows of 3 factors for each channel, then 3 offsets. */
  readonly preview: { readonly factors: readonly (readonly number[])[]; readonly bias: readonly number[] } | null;
  readonly warnings: readonly Problem[];
}

/** Whether brackets and numbers in a prompt are weights, or text like all other. */
export const promptReadings = ['weights', 'literal'] as const;
export type PromptReading = (typeof promptReadings)[number];

/** As many ids as the encoder takes at once, and how much each counts. */
export type TokenWindow = { readonly ids: readonly number[]; readonly weights: readonly number[] };

/** Token ids of one text for one text encoder. */
export interface Tokens {
  /** The whole text in windows with weights, where the encoder's family reads prompts so; `ids` are the first one's. */
  readonly windows?: readonly TokenWindow[];
  /** Of the length that the encoder takes, padded. */
  readonly ids: readonly number[];
  /** 1 where a token is, 0 where padding is. */
  readonly mask: readonly number[];
  /** Words that the vocabulary does not hold. */
  readonly unknown: readonly string[];
  /** The end of the text that did not fit; empty when all of it did. */
  readonly cut: string;
}

/** One line of `kiln packs`: a folder that is a pack, or one that wants to be. */
export interface PackListing {
  readonly packId: PackId;
  readonly path: string;
  readonly facts: PackFacts | null;
  readonly problems: readonly Problem[];
}
