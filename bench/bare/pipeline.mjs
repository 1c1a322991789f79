// What somebody would write by hand: onnxruntime-node over the starter pack's files, one picture at a time, nothing else.
// The baseline of `overhead` and `cold-start`. It shares no code with Kiln.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { CompressionType, FilterType, Transformer } from '@napi-rs/image';
import ort from 'onnxruntime-node';

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

export async function openPack(folder, threads) {
  const options = {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  const part = (name) => ort.InferenceSession.create(path.join(folder, name, 'model.onnx'), options);
  const tokenizer = new Tokenizer(
    json(path.join(folder, 'tokenizer/tokenizer.json')),
    json(path.join(folder, 'tokenizer/tokenizer_config.json')),
  );
  return {
    tokenizer,
    encoder: await part('text_encoder'),
    denoiser: await part('transformer'),
    decoder: await part('vae_decoder'),
    upscaler: await part('upscaler'),
    shift: json(path.join(folder, 'scheduler/scheduler_config.json')).shift,
  };
}

export async function encode({ tokenizer, encoder }, text) {
  const found = tokenizer.encode(text).ids.slice(0, 77);
  const ids = new BigInt64Array(77);
  const mask = new BigInt64Array(77);
  found.forEach((id, i) => {
    ids[i] = BigInt(id);
    mask[i] = 1n;
  });
  const made = await encoder.run({
    input_ids: new ort.Tensor('int64', ids, [1, 77]),
    attention_mask: new ort.Tensor('int64', mask, [1, 77]),
  });
  return { hidden: made.last_hidden_state, pooled: made.pooler_output };
}

/** Both conditionings side by side, as guidance wants them; made once, as a careful script would. */
export function pair(positive, negative) {
  const both = (a, b) => {
    const data = new Float32Array(a.data.length * 2);
    data.set(a.data);
    data.set(b.data, a.data.length);
    return new ort.Tensor('float32', data, [2, ...a.dims.slice(1)]);
  };
  return { hidden: both(positive.hidden, negative.hidden), pooled: both(positive.pooled, negative.pooled) };
}

/** A small generator; the bare loop need not draw Kiln's noise. */
function noise(count, seed) {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(next()));
    const angle = 2 * Math.PI * next();
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** Euler over a flow with guidance. `starts` takes the time at which each step's call begins, in ms. */
export async function sample({ denoiser, shift }, { hidden, pooled }, { steps, cfg, seed, size }, starts = []) {
  const count = 3 * size * size;
  const rows = cfg === 1 ? 1 : 2;
  const x = noise(count, seed);
  const feed = new Float32Array(rows * count);
  const sigmas = Array.from({ length: steps + 1 }, (_, i) => {
    const base = 1 - i / steps;
    return (shift * base) / (1 + (shift - 1) * base);
  });
  for (let step = 0; step < steps; step++) {
    starts.push(performance.now());
    for (let row = 0; row < rows; row++) feed.set(x, row * count);
    const timestep = new Float32Array(rows).fill(1000 * sigmas[step]);
    const made = await denoiser.run({
      hidden_states: new ort.Tensor('float32', feed, [rows, 3, size, size]),
      encoder_hidden_states: hidden,
      pooled_projections: pooled,
      timestep: new ort.Tensor('float32', timestep, [rows]),
    });
    const v = made.out_sample.data;
    const dt = sigmas[step + 1] - sigmas[step];
    if (rows === 1) for (let i = 0; i < count; i++) x[i] += dt * v[i];
    else for (let i = 0; i < count; i++) x[i] += dt * (v[count + i] + cfg * (v[i] - v[count + i]));
  }
  return new ort.Tensor('float32', x, [1, 3, size, size]);
}

export async function decode({ decoder, upscaler }, latent) {
  const image = (await decoder.run({ latent_sample: latent })).sample;
  const scaled = Float32Array.from(image.data, (value) => Math.min(1, Math.max(0, value / 2 + 0.5)));
  const large = (await upscaler.run({ input: new ort.Tensor('float32', scaled, image.dims) })).output;
  const [, , height, width] = large.dims;
  const plane = width * height;
  const rgba = new Uint8Array(4 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = Math.round(Math.min(1, Math.max(0, large.data[c * plane + i])) * 255);
    rgba[4 * i + 3] = 255;
  }
  return Transformer.fromRgbaPixels(rgba, width, height).png({
    compressionType: CompressionType.Fast,
    filterType: FilterType.Sub,
  });
}
