import { open } from 'node:fs/promises';
import path from 'node:path';
import { type Problem, problem, type WeightsKind } from '../model/errors.ts';

const endings = ['.safetensors', '.ckpt', '.gguf', '.pt', '.pth', '.sft'];
const mostHeader = 64 * 1024 * 1024;

/** Weights without a graph: what people have from other tools, and Kiln cannot run. */
export const isWeightsFile = (name: string): boolean => endings.includes(path.extname(name).toLowerCase());

/** Which key tells what; the first that is found. */
const signs: readonly (readonly [WeightsKind, RegExp])[] = [
  ['lora', /lora_(?:up|down|A|B)\b|\.lora\.|lora_unet_|hada_w1|lokr_w1/],
  ['checkpoint', /^(?:model\.diffusion_model\.|cond_stage_model\.|conditioner\.embedders\.)/],
  ['control-net', /^(?:control_model\.|controlnet_|input_hint_block\.|zero_convs\.)/],
  ['embedding', /^(?:emb_params|string_to_param|clip_l|clip_g|<.*>)$/],
  ['text-encoder', /^(?:text_model\.encoder\.|encoder\.block\.\d+\.layer|model\.layers\.\d+\.self_attn)/],
  ['vae', /^(?:first_stage_model\.|decoder\.(?:conv_in|up_blocks|up\.))/],
  ['denoiser', /^(?:double_blocks|joint_blocks|transformer_blocks|down_blocks|input_blocks|layers\.\d+\.attention)/],
];

/** What a file of weights is, told by its header alone. */
export async function weightsProblem(file: string): Promise<Problem> {
  const keys = await keysIn(file).catch(() => []);
  const kind = signs.find(([, sign]) => keys.some((key) => sign.test(key)))?.[0] ?? 'unknown';
  return problem('pack.weightsFile', { pack: path.basename(file), path: file, kind });
}

/** Of a .safetensors file: a length, and JSON with a name for each tensor. */
async function keysIn(file: string): Promise<readonly string[]> {
  const handle = await open(file, 'r');
  try {
    const head = Buffer.alloc(8);
    await handle.read(head, 0, 8, 0);
    const length = Number(head.readBigUInt64LE());
    if (length > mostHeader) return [];
    const json = Buffer.alloc(length);
    const { bytesRead } = await handle.read(json, 0, length, 8);
    const header: unknown = JSON.parse(json.toString('utf8', 0, bytesRead));
    return typeof header === 'object' && header !== null ? Object.keys(header) : [];
  } finally {
    await handle.close();
  }
}
