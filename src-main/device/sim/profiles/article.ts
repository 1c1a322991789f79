import type { Card, ComputedTimes, StageTimes } from '../card.ts';
import { a100, rtx3090, rtx4090 } from './cards.ts';

// The cards of the article that Kiln answers to, with its own stage times: 1024 x 1024, 8 steps. They do not fit the real
// Z-Image-Turbo, whose step takes 187 ms at least on an A100 (facts: field, section 0), nor everywhere one another.

/** ms on its A100: from a prompt to its conditioning on the processor, weights fetched before each sampling, and so on. */
export const stagesA100 = {
  encodeOnProcessor: 182,
  fetchWeights: 120,
  step: 9.3,
  imageIo: 210,
  imageIoTuned: 28,
  decodeJpeg: 47,
  decodeJpegTuned: 3.2,
} as const;
export const articleSteps = 8;
/** ms for four pictures in one batch, on its A100. */
const batchOfFour = 1240;

export interface ArticleRow {
  readonly card: Card;
  /** As the article says, before and after: shares, images per minute, ms of one picture. */
  readonly before: { readonly utilisation: number; readonly perMinute: number; readonly ms: number };
  readonly after: { readonly utilisation: number; readonly perMinute: number; readonly ms: number };
  /** Stages of its default tool, in ms, by where they are computed. */
  readonly stages: {
    readonly encodeMs: number;
    readonly fetchMs: number;
    readonly stepMs: number;
    readonly decodeMs: number;
    readonly ioMs: number;
  };
  /** What is left of input and output once they are tuned; beside the card. */
  readonly ioTunedMs: number;
}

const said = { ms: 892, utilisation: 0.38 };
const { encodeOnProcessor, fetchWeights, step, imageIo, decodeJpeg } = stagesA100;
/** Nothing is said of the VAE: it has what the other stages leave of the time of one picture, 258.6 ms. */
const decodeA100 = said.ms - encodeOnProcessor - fetchWeights - articleSteps * step - imageIo - decodeJpeg;
/** So that four pictures take what they are said to take: 25.7 ms. */
const stepOfFour = (batchOfFour - 4 * decodeA100) / articleSteps;
/** 333 ms on the card; 37 % of 892, where 38 % are said. */
const onCardA100 = articleSteps * step + decodeA100;

/** Of the other cards only totals are said: the time on the card is utilisation x latency, the rest is in proportion. */
function rowOf(like: Card, name: string, before: ArticleRow['before'], after: ArticleRow['after']): ArticleRow {
  const isA100 = like === a100;
  const cardFactor = isA100 ? 1 : (before.utilisation * before.ms) / onCardA100;
  const restFactor = isA100 ? 1 : (before.ms - cardFactor * onCardA100) / (said.ms - onCardA100);
  const times: StageTimes = {
    kind: 'stages',
    pixels: 1024 * 1024,
    ms: {
      denoiser: [step * cardFactor, null, null, stepOfFour * cardFactor],
      'vae-decoder': [decodeA100 * cardFactor],
      'vae-encoder': [(decodeA100 * cardFactor) / 2],
    },
    otherwise: like.times as ComputedTimes,
  };
  return {
    card: {
      ...like,
      name,
      title: `${like.title}, the article's`,
      jitter: 0,
      // 120 ms of a full bus.
      loadBytesPerMs: like.loadBytesPerMs * 2,
      times,
      sources: [
        'stage times and totals: the article',
        'the VAE has what its stages leave of the time of one picture',
        'a call of 4 rows: from its batch of four; more on the line through both',
        ...(isA100 ? [] : ['only totals are said of this card: its stages are those of the A100 in proportion']),
      ],
    },
    before,
    after,
    stages: {
      encodeMs: encodeOnProcessor * restFactor,
      fetchMs: fetchWeights * restFactor,
      stepMs: step * cardFactor,
      decodeMs: decodeA100 * cardFactor,
      ioMs: (imageIo + decodeJpeg) * restFactor,
    },
    ioTunedMs: (stagesA100.imageIoTuned + stagesA100.decodeJpegTuned) * restFactor,
  };
}

export const articleRows: readonly ArticleRow[] = [
  rowOf(
    rtx3090,
    'article-rtx3090',
    { utilisation: 0.41, perMinute: 42, ms: 920 },
    { utilisation: 0.78, perMinute: 76, ms: 895 },
  ),
  rowOf(
    rtx4090,
    'article-rtx4090',
    { utilisation: 0.49, perMinute: 58, ms: 710 },
    { utilisation: 0.82, perMinute: 102, ms: 692 },
  ),
  rowOf(
    a100,
    'article-a100',
    { utilisation: said.utilisation, perMinute: 63, ms: said.ms },
    { utilisation: 0.79, perMinute: 115, ms: 915 },
  ),
];

/** The processor on which its prompts are encoded; whatever else it is given takes as long as on a processor. */
export const articleProcessor: Card = {
  name: 'article-cpu',
  title: "processor, the article's",
  memoryBytes: 64e9,
  loadBytesPerMs: 5e6,
  bringBytesPerMs: 5e6,
  watts: null,
  jitter: 0,
  times: {
    kind: 'stages',
    pixels: 1024 * 1024,
    ms: { 'text-encoder': [encodeOnProcessor] },
    otherwise: { kind: 'computed', flopsPerMs: 1e9, memoryBytesPerMs: 40e6 },
  },
  sources: ['182 ms for a prompt: the article', '1 TFLOP/s and 40 GB/s for all else: an estimate'],
};
