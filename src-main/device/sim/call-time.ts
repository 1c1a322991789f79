import type { CallShape } from '../../model/batch-key.ts';
import { isEncoder, type Part } from '../../model/pack.ts';
import { bytesOf } from '../../model/tensor.ts';
import type { CardTimes, ComputedTimes, StageTimes } from './card.ts';

// How long a call takes on a simulated card.
//
// A call costs a fixed time, in which kernels are launched, and the larger of its arithmetic and one reading of its
// weights. Where the numbers are from (facts: models, section 5; field, section 0):
// * SD-Turbo with onnxruntime on an A100 at 512 x 512 (tlwu/sd-turbo-onnxruntime) takes 38.2, 120.2, 68.7 and 192.6 ms for
//   1 and 4 pictures of 1 and 4 steps. So a step of 1 row is 10.2 ms and one of 4 rows 24.1 ms: 5.5 ms and 4.64 ms per row;
//   what is left, the decoder and the encoder, 5.3 ms and 22.7 ms per picture.
// * SDXL-Turbo with TensorRT there (stabilityai/sdxl-turbo-tensorrt): 19.8 ms a step, which this gives as 19.3.
// * Z-Image-Turbo needs 58.3 TFLOP a step at 1024 x 1024 (computed from its config), which this gives as 58.7.

/** ms of a denoiser's call besides its rows, and of the other parts'. */
const denoiserCallMs = 5.5;
const decoderCallMs = 5.3;
/** CLIP of SDXL-Turbo there, one row. */
const encoderCallMs = 1;

/** Attention beside the linear layers: 9 TFLOP beside 51 at 4096 tokens. */
const attentionTokens = 25_000;
/** Most weights of a UNet are at its low resolutions: 0.8 TFLOP at 64 x 64 for 866 million weights. */
const unetShare = 0.45;
/** 22.7 ms at 172 TFLOP/s for 49.5 million weights at 512 x 512; an encoder does about half of that. */
const decoderShare = 0.15;
const encoderShare = decoderShare / 2;

/** FLOP of one row. Two for each weight and place. */
function flopsOf(part: Part, { main, tokens }: CallShape): number {
  const weights = part.bytes / Math.max(1, bytesOf(part.dtype, [1]));
  if (isEncoder(part.name)) return 2 * weights * Math.max(1, tokens);
  const places = placesOf(part, main);
  switch (part.name) {
    case 'denoiser':
    case 'control-net': {
      // Transformers and UNets of today differ in the channels of their latents: 16 and more, or 4.
      const isTransformer = (main[0] ?? 0) >= 16;
      const patches = places / 4;
      return 2 * weights * patches * (isTransformer ? 1 + patches / attentionTokens : unetShare);
    }
    case 'vae-encoder':
      return 2 * weights * places * encoderShare;
    default:
      return 2 * weights * places * decoderShare;
  }
}

/** Pixels of the picture, or of the latent where the part works on that. */
function placesOf(part: Part, main: readonly number[]): number {
  const [a = 1, b = 1, c = 1] = main;
  if (part.name === 'vae-decoder') return b * c * 64;
  return part.name === 'vae-encoder' || part.name === 'upscaler' ? a * b : b * c;
}

function computedMs(
  { flopsPerMs, memoryBytesPerMs }: ComputedTimes,
  part: Part,
  shape: CallShape,
  rows: number,
): number {
  const callMs =
    part.name === 'denoiser' || part.name === 'control-net'
      ? denoiserCallMs
      : isEncoder(part.name)
        ? encoderCallMs
        : decoderCallMs;
  return callMs + Math.max((rows * flopsOf(part, shape)) / flopsPerMs, part.bytes / memoryBytesPerMs);
}

function stageMs(times: StageTimes, part: Part, shape: CallShape, rows: number): number {
  const table = times.ms[part.name];
  if (!table) return computedMs(times.otherwise, part, shape, rows);
  const ms = alongLine(table, rows);
  if (isEncoder(part.name)) return ms;
  const pixels = placesOf(part, shape.main) * (part.name === 'denoiser' || part.name === 'control-net' ? 64 : 1);
  return (ms * pixels) / times.pixels;
}

/** What a table says of so many rows. It has an entry for one. */
export function alongLine(table: readonly (number | null)[], rows: number): number {
  const known = table.flatMap((ms, index) => (ms === null ? [] : [{ rows: index + 1, ms }]));
  const exact = known.find((entry) => entry.rows === rows);
  if (exact) return exact.ms;
  const above = known.findIndex((entry) => entry.rows > rows);
  const at = above < 0 ? known.length - 1 : above;
  const [from, to] = [known[at - 1], known[at]!];
  if (!from) return (to.ms * rows) / to.rows;
  return from.ms + ((to.ms - from.ms) * (rows - from.rows)) / (to.rows - from.rows);
}

/** ms of a call with so many rows, without jitter. */
export const callMsOf = (times: CardTimes, part: Part, shape: CallShape, rows: number): number =>
  times.kind === 'computed' ? computedMs(times, part, shape, rows) : stageMs(times, part, shape, rows);
