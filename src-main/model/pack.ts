import type { Problem } from './errors.ts';
import type { GraphEdit } from './graph-edit.ts';
import type { Digest, PackId, PartKey } from './ids.ts';
import type { DType, TensorRef } from './tensor.ts';

/** A pack as a value on a link. Which of its parts is meant, the node says. */
export interface PackRef {
  readonly packId: PackId;
  readonly digest: Digest;
  readonly adapters: readonly { readonly digest: Digest; readonly strength: number }[];
}

/** One text encoder: token ids to states. */
interface EncoderCall {
  /**
   * int64 [1, length] each. `vectors` float32 [count, width] stand where ids are below 0: id -k is row k - 1. They are
   * one for all rows of a call, told apart by `vectorsDigest`. `layer` is which state is read instead of the usual one.
   */
  takes: { tokens: TensorRef; mask?: TensorRef; vectors?: TensorRef; vectorsDigest?: Digest; layer?: number };
  /** float32 [1, length, width] and [1, width]. */
  gives: { hidden: TensorRef; pooled?: TensorRef };
}

/**
 * What each part takes and gives for one row, in Kiln's names; `packs/adapt-names.ts` maps a file's names to these.
 * Every tensor has a leading dimension of 1, but for an encoder's vectors.
 */
export interface PartCalls {
  'text-encoder': EncoderCall;
  'text-encoder-2': EncoderCall;
  'text-encoder-3': EncoderCall;
  denoiser: {
    /**
     * latent float32 [1, channels, height, width]; timestep in the pack's own convention. What the file does not take is
     * not looked at: `padMask` bool [1, tokens] is true where a text was padded; `sizes` [1, 6] are SDXL's; `guidance` is
     * a distilled model's, as a number or embedded [1, width]; `mask` [1, 1, height, width] and `masked`, like the latent,
     * are an inpainting model's; `residuals` are a control net's, by their names.
     */
    takes: {
      latent: TensorRef;
      timestep: number;
      hidden: TensorRef;
      pooled?: TensorRef;
      padMask?: TensorRef;
      sizes?: TensorRef;
      guidance?: number;
      guidanceEmbedding?: TensorRef;
      mask?: TensorRef;
      masked?: TensorRef;
    } & { readonly [residual: `residual.${string}`]: TensorRef };
    /** float32, shaped like the latent: what the pack's `prediction` says. */
    gives: { prediction: TensorRef };
  };
  /** image uint8 [1, height, width, 3] in the size of the picture; gives what the denoiser takes as `residual.…`. */
  'control-net': {
    takes: { latent: TensorRef; timestep: number; hidden: TensorRef; image: TensorRef; strength: number };
    gives: { readonly [residual: `residual.${string}`]: TensorRef };
  };
  /**
   * uint8 [1, height, width, 3] to float32 [1, channels, h, w] in the denoiser's scale; where `keep`, uint8
   * [1, height, width, 1], is 0 the picture is grey. `spread` is how far the latent is uncertain, where the file says it.
   */
  'vae-encoder': { takes: { image: TensorRef; keep?: TensorRef }; gives: { latent: TensorRef; spread?: TensorRef } };
  /** and back. */
  'vae-decoder': { takes: { latent: TensorRef }; gives: { image: TensorRef } };
  /** uint8 [1, height, width, 3] to uint8 [1, height * scale, width * scale, 3]. */
  upscaler: { takes: { image: TensorRef }; gives: { image: TensorRef } };
}

export type PartName = keyof PartCalls;
export const encoderNames = ['text-encoder', 'text-encoder-2', 'text-encoder-3'] as const;
export type EncoderName = (typeof encoderNames)[number];
export const isEncoder = (part: PartName): part is EncoderName => (encoderNames as readonly PartName[]).includes(part);
export const partNames: readonly PartName[] = [
  ...encoderNames,
  'denoiser',
  'control-net',
  'vae-encoder',
  'vae-decoder',
  'upscaler',
];
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
  /** Rows at different steps may share a call unless it takes one timestep for all, a scalar, and cannot be made to take more. */
  readonly timestep: 'per-row' | 'made-per-row' | 'scalar' | 'none';
  readonly takes: readonly PartPort[];
  readonly gives: readonly PartPort[];
  /** Of an encoder whose earlier states may be read too, as clip skip has it. */
  readonly layers?: EncoderLayers;
}

export interface EncoderLayers {
  /** Which one `hidden` is, counted from the embeddings at 0; null where the graph does not say. */
  readonly own: number | null;
  /** Those that can be had, as ports named `hidden`. */
  readonly given: readonly { readonly layer: number; readonly port: PartPort }[];
}

/** Where a part lies and what is done to its bytes before it is loaded. Only cores and hosts see it. */
export interface PartFile {
  readonly part: Part;
  readonly path: string;
  readonly edits: readonly GraphEdit[];
  /** The pack that it was opened for, and its files as they were then: changed ones are not what the part's key says. */
  readonly seen?: { readonly pack: string; readonly files: readonly FileSeen[] };
}

/** While size and time are the same, so are the bytes. */
export interface FileSeen {
  readonly path: string;
  readonly size: number;
  /** Nanoseconds since 1970, in decimal: they do not fit a number. */
  readonly changed: string;
}

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

/** What a pack's scheduler_config.json says, in diffusers' words. */
export interface PackScheduler {
  readonly className: string;
  readonly betas: BetaSettings;
  readonly spacing: 'linspace' | 'leading' | 'trailing';
  readonly offset: number;
  /** How sigmas lie between the ends, where not as the timesteps do. */
  readonly curve: 'karras' | 'exponential' | 'beta' | 'lu' | null;
  /** Ends of a curve, where they are not those of the timesteps. */
  readonly least: number | null;
  readonly most: number | null;
  /** Whether the last step goes to no noise, or to the least that the model was trained at. */
  readonly final: 'zero' | 'sigma_min';
  /** Of Euler: sigmas even in the logarithm, whatever the timesteps; a quarter of their logarithm for timesteps. */
  readonly isLogLinear: boolean;
  readonly isContinuous: boolean;
  readonly setAlphaToOne: boolean;
  /** Of the clean pictures that the model sees. */
  readonly clip: Clip | null;
  readonly solver: SolverSettings;
  /** Of DDPM. */
  readonly variance: 'small' | 'large';
  /** Of LCM: with less strength its steps lie closer; else the first ones are left out. */
  readonly givesStrength: boolean;
  /** Of PNDM: begins with steps of Runge and Kutta. */
  readonly isRunge: boolean;
  readonly originalSteps: number;
  readonly timestepScaling: number;
  /** How much noise DDIM and TCD draw at their steps, 0 to 1. */
  readonly eta: number;
  /** Of a flow; null for the models that are none. */
  readonly flow: FlowSettings | null;
}

/** How much noise each of the 1000 timesteps adds. */
export interface BetaSettings {
  readonly curve: 'linear' | 'scaled_linear' | 'squaredcos_cap_v2' | 'exp';
  readonly start: number;
  readonly end: number;
  /** What is left of the picture at the last timestep: as it comes, nothing, or as little as a half float can say. */
  readonly terminal: 'as-is' | 'zero' | 'tiny';
}

/** Of solvers that remember earlier steps. */
export interface SolverSettings {
  /** `++` predicts clean pictures, the others noise; `sde` draws noise at each step. */
  readonly algorithm: 'dpmsolver' | 'dpmsolver++' | 'sde-dpmsolver' | 'sde-dpmsolver++';
  readonly order: number;
  readonly type: 'midpoint' | 'heun' | 'bh1' | 'bh2';
  readonly lowerOrderFinal: boolean;
  readonly eulerAtFinal: boolean;
  /** Of UniPC: steps that are not corrected. */
  readonly uncorrected: readonly number[];
  /** The lowest logarithm of picture over noise that timesteps begin at. */
  readonly leastLambda: number | null;
}

/**
 * Values kept within bounds: of -limit to limit, or of what `share` of the values stay within, at least 1 and at most
 * `most`, and divided by that (dynamic thresholding, Saharia 2022).
 */
export type Clip = { readonly limit: number } | { readonly share: number; readonly most: number };

/** How a flow's sigmas are spread, in diffusers' words. */
export interface FlowSettings {
  readonly shift: number;
  /** Instead of `shift`: a line through two counts of image tokens. */
  readonly dynamic: null | {
    readonly kind: 'exponential' | 'linear';
    readonly base: number;
    readonly most: number;
    readonly baseTokens: number;
    readonly mostTokens: number;
  };
  /** What the last sigma but 0 is stretched to. */
  readonly terminal: number | null;
  readonly isStochastic: boolean;
  /**
   * Steps that are even in sigma before the shift are counted in double precision (Flux, by numpy) or in single (Z-Image,
   * by torch). Null: they are even between the shifted ends (SD 3).
   */
  readonly even: 'double' | 'single' | null;
}

export const timestepConventions = ['sigma', '1000*sigma', '1-sigma', 'index'] as const;
export type TimestepConvention = (typeof timestepConventions)[number];

/** How what the text encoders give becomes one conditioning. */
export interface TextUse {
  /** Groups one behind the other; the encoders of a group side by side, filled up with zeros to the denoiser's width. */
  readonly states: readonly (readonly EncoderName[])[];
  /** Vectors, one behind the other. */
  readonly pooled: readonly EncoderName[];
  /** Whether its makers take a missing negative prompt for zeros, or for an empty text. */
  readonly isZeroWithout: boolean;
}

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
  readonly text: TextUse;
  /** Sizes in pixels that the denoiser takes: fixed ones, or any multiple within limits. */
  readonly sizes: { readonly fixed: readonly (readonly [width: number, height: number])[]; readonly multiple: number };
  readonly prediction: Prediction;
  /** From sigma to what the denoiser is fed. */
  readonly timestep: TimestepConvention;
  readonly schedule: NoiseSchedule;
  /** How its makers run it; null where that is Euler's way through a flow. */
  readonly scheduler: PackScheduler | null;
  readonly defaults: {
    readonly width: number;
    readonly height: number;
    readonly steps: number;
    readonly cfg: number;
    /** Of a model that guidance was distilled into; 0 for the others. */
    readonly guidance: number;
  };
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

/** Vectors of textual inversions, one row behind the other, as ids below 0 name them: id -k is row k - 1. */
export type LearnedVectors = {
  readonly digest: Digest;
  readonly width: number;
  /** float32, little-endian. */
  readonly base64: string;
};

/** How a text is to be read. */
export interface TokenizeOptions {
  /** `weights` without it, where the pack's family knows them. */
  readonly reading?: PromptReading;
  /** Places for encoders that take any number of them; without it, as many as the pack is made for. */
  readonly length?: number;
}

/** One text for one of a pack's encoders. */
export interface EncoderTokens extends Tokens {
  readonly part: EncoderName;
}

/** Token ids of one text for one text encoder. */
export interface Tokens {
  /** The whole text in windows with weights, where the encoder's family reads prompts so; `ids` are the first one's. */
  readonly windows?: readonly TokenWindow[];
  /** Where ids are below 0. */
  readonly vectors?: LearnedVectors;
  /** Names of textual inversions that were not found, and of those that are there. */
  readonly missing?: { readonly names: readonly string[]; readonly known: readonly string[] };
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
