import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterAll, expect, test } from 'vitest';
import { type FinishedLine, kiln, linesOf, scratchFolder, template } from '../build/kiln-process.ts';
import { readSafetensors } from '../build/safetensors.ts';
import { casesOf } from '../parity/case-format.ts';

// Tiny packs in the layout of real ones, run as a person would run them, against the pictures that diffusers made.

const data = path.join(import.meta.dirname, '../data');
const scratch = scratchFolder();
afterAll(scratch.remove);
const home = path.join(scratch.path, 'home');
const cases = casesOf(path.join(data, 'cases/index.json'));

async function pixelsOf(file: string): Promise<Uint8Array> {
  const picture = new Transformer(readFileSync(file));
  const { width, height } = await picture.metadata();
  const raw = await picture.rawPixels();
  const channels = raw.length / (width * height);
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => raw[Math.floor(i / 3) * channels + (i % 3)]!);
}

/** A stored picture in 0..1, [1, height, width, channels], as a file. */
async function pictureFile(id: string, name: string): Promise<string> {
  const { shape, data: values } = readSafetensors(path.join(data, `cases/${id}.safetensors`))[name]!;
  const [, height = 0, width = 0, channels = 0] = shape;
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    Math.round(255 * Number(values[Math.floor(i / 3) * channels + (channels === 1 ? 0 : i % 3)])),
  );
  const file = path.join(scratch.path, `${id}-${name}.png`);
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[Math.floor(i / 4) * 3 + (i % 4)]!,
  );
  writeFileSync(file, await Transformer.fromRgbaPixels(rgba, width, height).png());
  return file;
}

/** The pack of a case with the scheduler that it ran, in a home of the tests' own. */
function packFor(id: string): string {
  const one = cases.find((each) => each.id === id)!;
  const folder = path.join(home, 'models', id);
  cpSync(path.join(data, 'packs', one.pack), folder, { recursive: true });
  const file = path.join(folder, 'scheduler/scheduler_config.json');
  const said = JSON.parse(readFileSync(file, 'utf8')) as object;
  const { class: className, config } = one.scheduler!;
  writeFileSync(file, JSON.stringify({ ...said, ...config, _class_name: className }));
  return id;
}

type Values = Readonly<Record<string, unknown>>;

/** diffusers takes a sample of what the VAE thinks possible, drawn first, and the noise after it. */
const drawnOver: Values = { 'encode.posterior': 'sample', 'sample.draw': 1 };

test.each([
  ['text-to-image', 'sd15-pndm', {}],
  ['text-to-image', 'sd-turbo-one-step', {}],
  ['stable-diffusion', 'sd21-v-ddim', {}],
  ['stable-diffusion-xl', 'sdxl-euler', {}],
  ['stable-diffusion-xl', 'sdxl-no-negative', {}],
  ['stable-diffusion-3', 'sd3-euler', { 'positive.length': 48, 'negative.length': 48 }],
  ['flux', 'flux-dev-guidance', { 'positive.length': 48, guidance: 3.5 }],
  ['latent-consistency', 'lcm-four-steps', {}],
  ['z-image', 'z-image-eight-steps', {}],
  ['z-image', 'z-image-chinese', {}],
  ['image-to-image', 'sd15-img2img-euler', drawnOver],
  ['image-to-image', 'sd3-img2img', { ...drawnOver, 'positive.length': 32, 'negative.length': 32 }],
  ['image-to-image', 'sdxl-img2img', drawnOver],
  ['inpaint', 'inpaint9-ddim', {}],
  ['inpaint', 'inpaint9-euler-strength', { 'sample.draw': 1, 'around.draw': 2 }],
  ['fill', 'sd15-inpaint-4ch', {}],
  ['controlnet', 'controlnet-guided', { control: 0.8 }],
  ['controlnet', 'controlnet-partial', { control: 0.5, 'follow.end': 0.5, 'away.end': 0.5 }],
] as readonly (readonly [string, string, Values])[])('%s draws %s as diffusers did', async (name, id, more) => {
  const one = cases.find((each) => each.id === id)!;
  const file = template(name);
  const { exposed, nodes } = JSON.parse(readFileSync(file, 'utf8')) as {
    exposed: { name: string }[];
    nodes: Record<string, unknown>;
  };
  const offers = (value: string) => exposed.some((each) => each.name === value);
  const values: Values = {
    pack: packFor(id),
    prompt: one.prompt,
    ...(offers('negative') && one.negativePrompt !== null ? { negative: one.negativePrompt } : {}),
    seed: one.seed,
    steps: one.steps,
    ...(offers('cfg') ? { cfg: one.cfg } : {}),
    ...(offers('guidance') ? { guidance: one.guidance } : {}),
    ...('size' in nodes && 'empty' in nodes ? { 'empty.width': one.width, 'empty.height': one.height } : {}),
    ...('resize' in nodes ? { 'resize.width': one.width, 'resize.height': one.height } : {}),
    ...(offers('width') ? { width: one.width, height: one.height } : {}),
    ...('load' in nodes
      ? { image: await pictureFile(id, one.kind === 'controlnet' ? 'control_image' : 'init_image') }
      : {}),
    ...('hole' in nodes ? { mask: await pictureFile(id, 'mask') } : {}),
    ...(one.strength !== undefined && offers('strength') ? { strength: one.strength } : {}),
    ...('encode.posterior' in more ? { 'encode.seed': one.seed } : {}),
    'sample.sampler': 'pack',
    'positive.reading': 'literal',
    ...('negative' in nodes ? { 'negative.reading': 'literal' } : {}),
    ...more,
  };
  const ended = await kiln([
    'run',
    file,
    ...Object.entries(values).flatMap(([input, value]) => ['--set', `${input}=${value}`]),
    '--json',
    '--home',
    home,
    '--out',
    path.join(scratch.path, id),
  ]);
  expect(ended.code, ended.err).toBe(0);
  const [line] = linesOf(ended) as FinishedLine[];
  const found = await pixelsOf(line!.images[0]!.path!);
  const wanted = readSafetensors(path.join(data, `cases/${id}.safetensors`)).image!.data as Float32Array;
  expect(found.length).toBe(wanted.length);
  let worst = 0;
  for (let i = 0; i < found.length; i++) worst = Math.max(worst, Math.abs(found[i]! - 255 * wanted[i]!));
  expect(worst).toBeLessThanOrEqual(0.5 + 255e-4);
});

test('kiln packs FOLDER says of every pack what it is', async () => {
  const ended = await kiln(['packs', path.join(data, 'packs'), '--json']);
  expect(ended.code, ended.err).toBe(0);
  const lines = ended.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ pack, family, prediction, sampler }) => [pack, family, prediction, sampler])).toEqual([
    ['controlnet', 'stable-diffusion', 'eps', 'PNDMScheduler'],
    ['flux-dev', 'flux', 'flow', 'FlowMatchEulerDiscreteScheduler'],
    ['flux-schnell', 'flux', 'flow', 'FlowMatchEulerDiscreteScheduler'],
    ['inpaint9', 'stable-diffusion', 'eps', 'PNDMScheduler'],
    ['lcm', 'latent-consistency', 'eps', 'LCMScheduler'],
    ['sd-turbo', 'stable-diffusion', 'eps', 'EulerDiscreteScheduler'],
    ['sd15', 'stable-diffusion', 'eps', 'PNDMScheduler'],
    ['sd15-rows', 'stable-diffusion', 'eps', 'PNDMScheduler'],
    ['sd21-v', 'stable-diffusion', 'v', 'DDIMScheduler'],
    ['sd3', 'stable-diffusion-3', 'flow', 'FlowMatchEulerDiscreteScheduler'],
    ['sdxl', 'stable-diffusion-xl', 'eps', 'EulerDiscreteScheduler'],
    ['sdxl-turbo', 'stable-diffusion-xl', 'eps', 'EulerAncestralDiscreteScheduler'],
    ['z-image', 'z-image', 'flow', 'FlowMatchEulerDiscreteScheduler'],
  ]);
  const shown = await kiln(['packs', path.join(data, 'packs')]);
  expect(shown.out).toMatch(/text-encoder-3 +float32/);
  expect(shown.out).toMatch(/denoiser +float32 +timestep: \[batch\]/);
  const none = await kiln(['packs', path.join(data, 'diffusion')]);
  expect(none.err).toContain('no pack');
});

test.each([
  ['two-pass', 'sd15', { width: 64, height: 64, steps: 3, factor: 1.5 }, [96, 96]],
  ['outpaint', 'inpaint9', { width: 64, height: 64, right: 32, top: 16, steps: 3 }, [96, 80]],
] as const)('%s runs on %s', async (name, pack, values, size) => {
  cpSync(path.join(data, 'packs', pack), path.join(home, 'models', pack), { recursive: true });
  const picture = name === 'outpaint' ? { image: await pictureFile('inpaint9-ddim', 'init_image') } : {};
  const ended = await kiln([
    'run',
    template(name),
    ...Object.entries({ pack, ...values, ...picture }).flatMap(([input, value]) => ['--set', `${input}=${value}`]),
    '--json',
    '--home',
    home,
    '--out',
    path.join(scratch.path, name),
  ]);
  expect(ended.code, ended.err).toBe(0);
  const [line] = linesOf(ended) as FinishedLine[];
  const { width, height } = await new Transformer(readFileSync(line!.images[0]!.path!)).metadata();
  expect([width, height]).toEqual(size);
});
