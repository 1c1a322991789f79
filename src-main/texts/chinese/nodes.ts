import type { NodeWords } from '../node-words.ts';
import { conditioningNodes } from './conditioning-nodes.ts';
import { guiderNodes } from './guider-nodes.ts';
import { imageNodes } from './image-nodes.ts';
import { latentNodes } from './latent-nodes.ts';
import { maskNodes } from './mask-nodes.ts';
import { sigmasNodes } from './sigmas-nodes.ts';

const posterior = {
  label: '取值',
  help: 'VAE 对潜空间图像并不完全确定：均值每次都一样；抽样（diffusers 的做法）由种子决定。',
  choices: { mean: '均值', sample: '抽样' },
};
const drawnBefore = { label: '已抽次数', help: '这个种子之前已经被抽取过几次。' };
const sampleSeed = { label: '种子', help: '用于抽样。' };

const ownSize = '0 表示采用模型包最擅长的尺寸。';

export const nodes: Readonly<Record<string, NodeWords>> = {
  'pack.open': {
    title: '打开模型包',
    about: '打开一个模型包，把其中的各个部件交给需要它们的节点。',
    synonyms: ['模型', '加载', '检查点', '大模型'],
    inputs: { pack: { label: '模型包', help: '模型包的名称；用 kiln packs 可以列出找到的模型包。' } },
    outputs: { denoiser: '去噪模型', 'text-encoder': '文本编码器', vae: 'VAE', upscaler: '放大模型' },
  },
  'text.encode': {
    title: '文本编码',
    about: '把提示词变成去噪模型所遵循的条件。',
    synonyms: ['提示词', '条件', '描述'],
    inputs: {
      reading: {
        label: '读法',
        help: '“按权重”时，(狐狸:1.3) 的分量是 1.3 倍（仅限懂得权重的模型包），embedding:名称 是 embeddings 文件夹里学到的词，长提示词整段保留；“按字面”时全部当作文字，放不下的部分截掉。',
        choices: { weights: '按权重', literal: '按字面' },
      },
      encoder: { label: '文本编码器', help: '用来作画的模型包的文本编码器。' },
      text: { label: '文字', help: '想画什么。负面提示词则说明要避开什么。' },
      empty: {
        label: '空文字',
        help: '空文字算什么：和其他文字一样编码，或者什么都不算。“按模型包”与作者在没有负面提示词时的做法相同。',
        choices: { encode: '照常编码', zero: '全零', pack: '按模型包' },
      },
      length: { label: '长度', help: '用于接受任意长度的编码器，例如 T5。0 表示采用模型包的长度。' },
      skip: {
        label: '跳过层数',
        help: 'Clip skip：比平时提前几层读取文字，前提是编码器的计算图给出各层状态。0 表示采用模型包的做法。跳过时不再做最后的归一化。',
      },
    },
    outputs: { conditioning: '条件' },
  },
  'conditioning.inpaint': {
    title: '局部重绘条件',
    about: '告诉专门用于局部重绘的模型：要填补的地方周围有什么。',
    synonyms: ['局部重绘', '内补', '外扩', '遮罩'],
    inputs: {
      conditioning: { label: '条件' },
      image: { label: '图像', help: '其中一部分要重画的图片。' },
      mask: { label: '遮罩', help: '白色的地方重画。' },
      vae: { label: 'VAE', help: '用来作画的模型包的 VAE。' },
      posterior,
      seed: sampleSeed,
      draw: drawnBefore,
    },
    outputs: { conditioning: '条件' },
  },
  'control.apply': {
    title: '应用 ControlNet',
    about: '让作画模型包里的 ControlNet 跟随一张图片，例如边缘图、深度图或姿势图。',
    synonyms: ['控制网', '边缘', '姿势', '深度', '涂鸦'],
    inputs: {
      conditioning: { label: '条件' },
      image: { label: '图像', help: '要跟随的图片，尺寸与所画的图相同。' },
      strength: { label: '强度', help: '作用有多大；0 表示完全没有。' },
      start: { label: '开始', help: '从全部步数的哪个比例开始起作用。' },
      end: { label: '结束', help: '到全部步数的哪个比例为止。' },
    },
    outputs: { conditioning: '条件' },
  },
  'latent.empty': {
    title: '空白潜空间图像',
    about: '按尺寸准备空白的潜空间图像，供采样器在上面作画。',
    synonyms: ['尺寸', '画布', '分辨率', '张数', '批量'],
    inputs: {
      denoiser: { label: '去噪模型', help: '用来作画的去噪模型，它决定潜空间图像的内部形式。' },
      width: { label: '宽度', help: ownSize },
      height: { label: '高度', help: ownSize },
      count: { label: '张数', help: '要画几张；第 i 张的种子是种子加 i（从 0 数起）。' },
    },
    outputs: { latent: '潜空间图像' },
  },
  'latent.sample': {
    title: '采样',
    about: '作画：从潜空间图像里一步步去掉噪声，直到留下提示词所说的内容。',
    synonyms: ['采样器', '去噪', '生成', '步数'],
    inputs: {
      denoiser: { label: '去噪模型', help: '作画的模型。' },
      positive: { label: '正面条件', help: '想画什么。' },
      negative: { label: '负面条件', help: '要避开什么。不连接就没有引导。' },
      latent: { label: '潜空间图像', help: '在什么上面画：空白的，或者由图片编码而来的。' },
      seed: { label: '种子', help: '同样的种子得到同样的图。多张图时，第 i 张的种子是种子加 i（从 0 数起）。' },
      steps: { label: '步数', help: '步数越多越慢，通常也越细致。' },
      cfg: { label: '引导强度', help: '在多大程度上遵循提示词、远离负面提示词。1 表示没有引导，用时减半。' },
      sampler: {
        label: '采样器',
        help: '从一步走到下一步的方法。pack 照模型包作者的设置运行，不看调度器。',
      },
      scheduler: { label: '调度器', help: '噪声怎样分配到各步。' },
      denoise: { label: '重绘幅度', help: '潜空间图像有多少要重画：1 是全部，0 是保持原样。' },
      guidance: { label: '蒸馏引导', help: '用于引导已蒸馏进去的模型，例如 Flux 和 LCM。0 表示采用模型包的数值。' },
      mask: { label: '遮罩', help: '只重画白色的地方，其余保持不变。' },
      'noise-mode': {
        label: '噪声方式',
        help: 'kiln：每张图有自己的噪声，与一起画的图无关。comfy：同一批的所有图以及各步共用 ComfyUI 对该种子抽出的噪声。',
      },
      draw: {
        label: '已抽次数',
        help: '采样器为 pack 时：这个种子之前已经被抽取过几次，例如图片是用它编码的，就是 1。',
      },
    },
    outputs: { latent: '潜空间图像' },
  },
  'latent.decode': {
    title: '潜空间解码',
    about: '用 VAE 的解码器把潜空间图像变成图片。',
    synonyms: ['VAE 解码', '转成图片'],
    inputs: { latent: { label: '潜空间图像' }, vae: { label: 'VAE', help: '画出这张潜空间图像的模型包的 VAE。' } },
    outputs: { image: '图像' },
  },
  'latent.encode': {
    title: '图像编码',
    about: '用 VAE 的编码器把图片变成潜空间图像，以便在上面重画。',
    synonyms: ['VAE 编码', '图生图'],
    inputs: {
      image: { label: '图像', help: '尺寸必须是模型包支持的；可以在前面加一个调整尺寸的节点。' },
      vae: { label: 'VAE', help: '用来作画的模型包的 VAE。' },
      posterior,
      seed: sampleSeed,
      draw: drawnBefore,
    },
    outputs: { latent: '潜空间图像' },
  },
  'image.load': {
    title: '载入图像',
    about: '读取图片文件：PNG、JPEG 或 WebP。',
    synonyms: ['打开', '文件', '照片', '输入'],
    inputs: { file: { label: '文件', help: '你电脑上的一张图片。' } },
    outputs: { image: '图像' },
  },
  'image.resize': {
    title: '调整尺寸',
    about: '把图片变成指定的像素尺寸。',
    synonyms: ['缩放', '裁剪', '填充', '大小'],
    inputs: {
      image: { label: '图像' },
      width: { label: '宽度', help: '0 表示按比例跟随高度。' },
      height: { label: '高度', help: '0 表示按比例跟随宽度。' },
      fit: {
        label: '适应方式',
        help: '宽高比不同时怎么办：拉伸图片、裁掉多余部分，或者加黑边。',
        choices: { stretch: '拉伸', crop: '裁剪', pad: '填充' },
      },
      filter: {
        label: '插值方式',
        help: 'Lanczos 最清晰；最近邻能保留像素画的硬边。',
        choices: { nearest: '最近邻', bilinear: '双线性', bicubic: '双三次', lanczos: 'Lanczos' },
      },
    },
    outputs: { image: '图像' },
  },
  'image.upscale': {
    title: '放大图像',
    about: '用模型放大图片，并补画缺少的细节。',
    synonyms: ['超分辨率', '高清', '放大模型'],
    inputs: { image: { label: '图像' }, upscaler: { label: '放大模型', help: '放大几倍由模型包决定。' } },
    outputs: { image: '图像' },
  },
  'image.save': {
    title: '保存图像',
    about: '把图片存入图库，每张图里都带着它的图和参数。',
    synonyms: ['输出', '导出', '图库'],
    inputs: {
      image: { label: '图像' },
      title: { label: '标题', help: '文件名以它开头。' },
      format: {
        label: '格式',
        help: 'PNG 无损；JPEG 和 WebP 文件更小。每种格式都带着图和参数。',
        choices: { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' },
      },
      quality: { label: '质量', help: '用于 JPEG 和 WebP：数值越大越接近原图，文件也越大。WebP 为 100 时无损。' },
    },
    outputs: { files: '文件' },
  },
  'image.preview': {
    title: '预览图像',
    about: '显示图片，但不存入图库。',
    synonyms: ['查看', '显示'],
    inputs: { image: { label: '图像' } },
    outputs: { files: '文件' },
  },
  'value.seed': {
    title: '种子',
    about: '供多个节点共用的一个种子。',
    synonyms: ['随机', '随机数'],
    inputs: { seed: { label: '种子', help: '0 到 18446744073709551615 的整数。同样的种子得到同样的图。' } },
    outputs: { seed: '种子' },
  },
  'value.number': {
    title: '数值',
    about: '供多个输入共用的一个数，可原样使用，也可取整。',
    synonyms: ['数字', '整数', '小数', '常量'],
    inputs: { number: { label: '数值', help: '需要整数的输入请连接“整数”。' } },
    outputs: { number: '数值', whole: '整数' },
  },
  'value.text': {
    title: '文字',
    about: '供多个节点共用的一段文字。',
    synonyms: ['字符串', '提示词', '文本'],
    inputs: { text: { label: '文字', help: '任意文字，例如提示词。' } },
    outputs: { text: '文字' },
  },
  ...conditioningNodes,
  ...latentNodes,
  ...guiderNodes,
  ...sigmasNodes,
  ...imageNodes,
  ...maskNodes,
};
