import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterAll, expect, test } from 'vitest';
import { type FinishedLine, kiln, linesOf, scratchFolder, template } from '../build/kiln-process.ts';
import { readSafetensors } from '../build/safetensors.ts';

// Tiny packs in the layout of real ones, run as a person would run them, against the pictures that diffusers made.

const data = path.join(import.meta.dirname, '../data');
const scratch = scratchFolder();
afterAll(scratch.remove);
const home = path.join(scratch.path, 'home');
cpSync(path.join(data, 'packs'), path.join(home, 'models'), { recursive: true });
const { cases } = JSON.parse(readFileSync(path.join(data, 'cases/index.json'), 'utf8')) as {
  cases: { id: string; pack: string; prompt: string; negativePrompt: string | null; [name: string]: unknown }[];
};

/** Cases that run the scheduler of their pack, from nothing, one picture each. */
const plain = cases.filter(
  ({ batch, strength, scheduler }) =>
    batch === 1 && strength === undefined && Object.keys((scheduler as { config: object }).config).length === 0,
);

async function pixelsOf(file: string): Promise<Uint8Array> {
  const picture = new Transformer(readFileSync(file));
  const { width, height } = await picture.metadata();
  const raw = await picture.rawPixels();
  const channels = raw.length / (width * height);
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => raw[Math.floor(i / 3) * channels + (i % 3)]!);
}

test.each(['sd15-pndm', 'sd-turbo-one-step', 'sd-turbo-four-steps', 'sd21-v-ddim'])(
  '%s: the template gives the picture that diffusers made, with a warning that nothing enlarges it',
  async (id) => {
    const one = plain.find((each) => each.id === id)!;
    const set = (values: Record<string, unknown>) =>
      Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const ended = await kiln([
      'run',
      template('text-to-image'),
      ...set({
        pack: one.pack,
        prompt: one.prompt,
        negative: one.negativePrompt ?? '',
        seed: one.seed,
        steps: one.steps,
        cfg: one.cfg,
        width: one.width,
        height: one.height,
        'sample.sampler': 'pack',
        'positive.reading': 'literal',
      }),
      '--json',
      '--home',
      home,
      '--out',
      path.join(scratch.path, id),
    ]);
    expect(ended.code, ended.err).toBe(0);
    expect(ended.err).toContain('has no upscaler');
    const [line] = linesOf(ended) as FinishedLine[];
    const found = await pixelsOf(line!.images[0]!.path!);
    const wanted = readSafetensors(path.join(data, `cases/${id}.safetensors`)).image!.data as Float32Array;
    expect(found.length).toBe(wanted.length);
    let worst = 0;
    for (let i = 0; i < found.length; i++) worst = Math.max(worst, Math.abs(found[i]! - 255 * wanted[i]!));
    expect(worst).toBeLessThanOrEqual(0.5 + 255e-4);
  },
);
