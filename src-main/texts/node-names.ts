import type { NodeSpec } from '../model/node-spec.ts';
import { nodes as chinese } from './chinese/nodes.ts';

/** What other programs call the same thing, as people look for it who come from there. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'pack.open': [
    'Load Checkpoint',
    'CheckpointLoaderSimple',
    'Load Diffusion Model',
    'UNETLoader',
    'CLIPLoader',
    'VAELoader',
    'Load Upscale Model',
    'UpscaleModelLoader',
    '加载检查点',
    'Checkpoint加载器',
    '底模',
  ],
  'text.encode': ['CLIP Text Encode (Prompt)', 'CLIPTextEncode', 'positive prompt', 'negative prompt', 'CLIP文本编码'],
  'conditioning.inpaint': ['InpaintModelConditioning', '内补模型条件'],
  'control.apply': ['Apply ControlNet', 'ControlNetApply', 'ControlNetApplyAdvanced', '应用ControlNet'],
  'latent.empty': ['Empty Latent Image', 'EmptyLatentImage', 'txt2img', '空Latent图像'],
  'latent.sample': ['KSampler', 'KSampler (Advanced)', 'SamplerCustom', 'txt2img', 'img2img', 'K采样器'],
  'latent.decode': ['VAE Decode', 'VAEDecode', 'VAE解码'],
  'latent.encode': ['VAE Encode', 'VAEEncode', 'VAE编码'],
  'image.load': ['Load Image', 'LoadImage', '加载图像'],
  'image.resize': ['Upscale Image', 'ImageScale', 'Scale Image', '缩放图像'],
  'image.upscale': ['Upscale Image (using Model)', 'ImageUpscaleWithModel', 'Hires fix', '使用模型放大图像'],
  'image.save': ['Save Image', 'SaveImage', '保存图像'],
  'image.preview': ['Preview Image', 'PreviewImage', '预览图像'],
  'value.number': ['PrimitiveInt', 'PrimitiveFloat'],
  'value.text': ['PrimitiveString'],
};

/** All that a node type may be looked for by, whatever language the page has. */
export interface NodeNames {
  readonly titles: readonly string[];
  readonly synonyms: readonly string[];
  readonly about: readonly string[];
}

export function namesOf(spec: NodeSpec): NodeNames {
  const words = chinese[spec.type];
  return {
    titles: words ? [spec.title, words.title] : [spec.title],
    synonyms: [...spec.synonyms, ...(words?.synonyms ?? []), ...(elsewhere[spec.type] ?? [])],
    about: words ? [spec.about, words.about] : [spec.about],
  };
}
