import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { problemLine } from '../../src-main/texts/say.ts';
import { scratchFolder } from '../build/kiln-process.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

function weights(keys: readonly string[]): Uint8Array {
  const header = Object.fromEntries(keys.map((key) => [key, { dtype: 'F16', shape: [1], data_offsets: [0, 2] }]));
  const json = Buffer.from(JSON.stringify({ __metadata__: {}, ...header }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(2)]);
}

const files: readonly (readonly [string, string, Uint8Array])[] = [
  ['detail.safetensors', 'lora', weights(['lora_unet_down_blocks_0.lora_down.weight', 'lora_unet_x.alpha'])],
  ['peft.safetensors', 'lora', weights(['transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight'])],
  ['sd15.safetensors', 'checkpoint', weights(['model.diffusion_model.input_blocks.0.0.weight', 'first_stage_model.a'])],
  ['vae.safetensors', 'vae', weights(['decoder.conv_in.weight', 'encoder.conv_in.weight'])],
  ['canny.safetensors', 'control-net', weights(['control_model.input_blocks.0.0.weight'])],
  ['style.safetensors', 'embedding', weights(['emb_params'])],
  ['flux.safetensors', 'denoiser', weights(['double_blocks.0.img_attn.qkv.weight'])],
  ['clip.safetensors', 'text-encoder', weights(['text_model.encoder.layers.0.mlp.fc1.weight'])],
  ['old.ckpt', 'unknown', Buffer.from('PK')],
  ['cut.safetensors', 'unknown', Buffer.from([255, 255])],
  ['noise.safetensors', 'unknown', Buffer.alloc(64, 170)],
  ['huge.gguf', 'unknown', new Uint8Array()],
];

test('weights without a graph are listed with what they are and what can be done', async () => {
  const folder = path.join(scratch.path, 'models');
  mkdirSync(folder);
  for (const [name, , bytes] of files) writeFileSync(path.join(folder, name), bytes);
  const library = packLibrary({ folders: [folder], cache: memoryDigestCache(), takesPaths: true });
  const listed = await library.list();
  const kinds = listed.map(({ packId, problems }) => [packId, (problems[0]!.values as { kind: string }).kind]);
  expect(Object.fromEntries(kinds)).toEqual(Object.fromEntries(files.map(([name, kind]) => [name, kind])));
  for (const language of ['en', 'zh'] as const)
    for (const { problems, packId } of listed) expect(problemLine(problems[0]!, language)).toContain(packId);
  for (const name of ['detail.safetensors', path.join(folder, 'sd15.safetensors')]) {
    const opened = await library.open(name);
    expect(opened.ok ? [] : opened.problems).toMatchObject([{ code: 'pack.weightsFile' }]);
  }
  const gone = await library.open(path.join(folder, 'gone.safetensors'));
  expect(gone.ok ? [] : gone.problems).toMatchObject([{ code: 'pack.missing' }]);
});
