import type { Digest } from './ids.ts';
import type { PackRef } from './pack.ts';
import type { TensorRef } from './tensor.ts';

/** A file that was uploaded before the graph was submitted. The name is for people and for formats. */
export interface FileValue {
  readonly digest: Digest;
  readonly name: string;
}

/** What a text encoder made of a prompt. Entries are combined by the guidance. */
export interface Conditioning {
  readonly entries: readonly ConditioningEntry[];
}

export interface ConditioningEntry {
  /** [1, tokens, width] */
  readonly hidden: TensorRef;
  /** [1, width] */
  readonly pooled?: TensorRef;
  /** bool [1, tokens], true where the text was padded; of families that ask for it. */
  readonly padMask?: TensorRef;
  readonly control?: Control;
  readonly inpaint?: Inpaint;
  /** Where and when it counts; everywhere and always without it. */
  readonly region?: ConditioningRegion;
}

/** A picture, uint8 [1, height, width, 3], that a control net follows, from one share of the way, 0 to 1, to another. */
export interface Control {
  readonly image: TensorRef;
  readonly strength: number;
  readonly start: number;
  readonly end: number;
}

/** What a model made for inpainting is given: float32 [1, 1, height, width], 1 where to draw, and the latent of the rest. */
export interface Inpaint {
  readonly mask: TensorRef;
  readonly masked: TensorRef;
}

/** Named as the arithmetic of regions names it, so that a sampler hands it on as it is, with the mask's values read. */
export interface ConditioningRegion {
  readonly strength?: number;
  /** In pixels. */
  readonly area?: Box;
  /** As shares of the picture. Replaces `area`, and the other way round. */
  readonly areaPercent?: Box;
  /** Brought to the size of the latent; its first image is meant for all pictures. */
  readonly mask?: TensorRef;
  readonly maskStrength?: number;
  /** Only the box around what the mask has is computed. */
  readonly toMaskBounds?: boolean;
  /** Shares of the model's way, 0 at its noisy end. */
  readonly start?: number;
  readonly end?: number;
}

/** How a run is led by its conditionings: which are asked at each step, and how the answers are put together. */
export type Guider = CfgGuider | DualCfgGuider | PerpNegGuider;

export interface CfgGuider {
  readonly kind: 'cfg';
  readonly positive: Conditioning;
  readonly negative?: Conditioning;
  readonly cfg: number;
  /** What is done against the excess that a high cfg brings, `amount` of it. */
  readonly correction?: 'rescale' | 'zero-star' | 'norm' | 'noise-norm';
  readonly amount?: number;
}

export interface DualCfgGuider {
  readonly kind: 'dual-cfg';
  readonly first: Conditioning;
  readonly second: Conditioning;
  readonly negative: Conditioning;
  /** From the second conditioning to the first. */
  readonly cfg: number;
  /** From the negative side to the second conditioning. */
  readonly cfgSecond: number;
  readonly isNested: boolean;
}

export interface PerpNegGuider {
  readonly kind: 'perp-neg';
  readonly positive: Conditioning;
  readonly negative: Conditioning;
  /** Of an empty text: both others are counted from it. */
  readonly empty: Conditioning;
  readonly cfg: number;
  readonly scale: number;
}

export type Box = readonly [width: number, height: number, x: number, y: number];

/** What pictures are saved as. */
export const pictureFormats = ['png', 'jpeg', 'webp'] as const;
export type PictureFormat = (typeof pictureFormats)[number];
export type PictureMime = `image/${PictureFormat}`;

/** A finished file: encoded bytes as a uint8 tensor [length], kept by the core. */
export interface EncodedFile {
  readonly bytes: TensorRef;
  readonly mime: PictureMime;
  readonly width: number;
  readonly height: number;
}

/** What a link may carry, by name. */
export interface ValueTypes {
  denoiser: PackRef;
  'text-encoder': PackRef;
  vae: PackRef;
  upscaler: PackRef;
  conditioning: Conditioning;
  /** float32 [images, channels, height, width], in the denoiser's scale. */
  latent: TensorRef;
  /** uint8 [images, height, width, 3], RGB. */
  image: TensorRef;
  /** uint8 [images, height, width, 1]; 255 is all of it. */
  mask: TensorRef;
  /** How much noise a run has before each of its steps and at its end. */
  sigmas: readonly number[];
  guider: Guider;
  /** The name of a way from one step to the next. */
  sampler: { readonly name: string };
  int: number;
  float: number;
  text: string;
  bool: boolean;
  /** An unsigned 64-bit number in decimal. */
  seed: string;
  /** What a sink made; no input takes it. */
  files: readonly EncodedFile[];
}

export type ValueType = keyof ValueTypes;
export type Value = ValueTypes[ValueType];

/** Colour of sockets and links, equal in light and dark; types an input accepts besides its own. */
export const valueTypes: Record<ValueType, { color: string; from: readonly ValueType[] }> = {
  denoiser: { color: '#b39ddb', from: [] },
  'text-encoder': { color: '#ffd54f', from: [] },
  vae: { color: '#ef9a9a', from: [] },
  upscaler: { color: '#80cbc4', from: [] },
  conditioning: { color: '#ffb74d', from: [] },
  latent: { color: '#f48fb1', from: [] },
  image: { color: '#64b5f6', from: [] },
  mask: { color: '#81c784', from: [] },
  sigmas: { color: '#a1887f', from: [] },
  guider: { color: '#ff8a65', from: [] },
  sampler: { color: '#7986cb', from: [] },
  int: { color: '#9ccc65', from: [] },
  float: { color: '#aed581', from: ['int'] },
  text: { color: '#bcaaa4', from: ['int', 'float', 'seed'] },
  bool: { color: '#90a4ae', from: [] },
  seed: { color: '#4dd0e1', from: ['int'] },
  files: { color: '#bdbdbd', from: [] },
};

export const accepts = (wanted: ValueType, given: ValueType): boolean =>
  wanted === given || valueTypes[wanted].from.includes(given);
