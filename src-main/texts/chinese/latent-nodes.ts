import type { InputWords, NodeWords } from '../node-words.ts';

const latent = '潜空间图像';
const given: InputWords = { label: latent };
const cell = '8 个像素是潜空间图像的一格。';
const method: InputWords = {
  label: '插值方式',
  help: '中间的值怎样求得；bislerp 让方向均匀地转动。',
  choices: {
    'nearest-exact': '最近邻',
    bilinear: '双线性',
    area: '区域平均',
    bicubic: '双三次',
    bislerp: '双球面',
  },
};
const layers: Readonly<Record<string, InputWords>> = {
  destination: { label: '下方', help: '放在下面的潜空间图像，结果与它一样大。' },
  source: { label: '上方', help: '放在上面的潜空间图像。' },
  x: { label: '横坐标', help: `上方的从左起的位置。${cell}` },
  y: { label: '纵坐标', help: '上方的从上起的位置。' },
};
const other = (what: string): InputWords => ({ label: '另一个', help: `${what}；会变成与第一个同样大。` });
const kept: InputWords = { label: '比例', help: '第一个保留多少：1 是全部。' };

/** What is done to latents besides drawing on them. */
export const latentNodes: Readonly<Record<string, NodeWords>> = {
  'latent.sample-with': {
    title: '分部采样',
    about: '用分别准备好的引导器、采样器和噪声序列来作画。',
    synonyms: ['自定义采样器', '高级采样', '两阶段', '剩余噪声'],
    inputs: {
      denoiser: { label: '去噪模型', help: '作画的模型。' },
      guider: { label: '引导器', help: '想画什么，遵循到什么程度。' },
      sampler: { label: '采样器', help: '从一步走到下一步的方法。' },
      sigmas: { label: '噪声序列', help: '每一步之前和结尾处有多少噪声。' },
      latent: { label: latent, help: '在什么上面画：空白的，或者由图片编码而来的。' },
      seed: { label: '种子', help: '同样的种子得到同样的图。多张图时，第 i 张的种子是种子加 i（从 0 数起）。' },
      noise: { label: '加噪声', help: '开始时是否加噪声。潜空间图像已带噪声时关掉，例如来自第一阶段。' },
      mask: { label: '遮罩', help: '只有白色处重画，潜空间图像的其余部分保持不变。' },
      'noise-mode': {
        label: '噪声方式',
        help: 'kiln：每张图有自己的噪声，与一起画的图无关。comfy：同一批的所有图以及各步共用 ComfyUI 对该种子抽出的噪声。',
      },
      guidance: {
        label: '蒸馏引导',
        help: '用于把引导蒸馏进去的模型，例如 Flux 和 LCM。0 表示采用模型包的设置。',
      },
    },
    outputs: { latent, denoised: '去噪结果' },
  },
  'latent.upscale': {
    title: '缩放潜空间图像',
    about: '把潜空间图像变成指定的尺寸。',
    synonyms: ['放大', '高清修复', '尺寸'],
    inputs: {
      latent: given,
      method,
      width: { label: '宽度', help: `新的宽度；0 表示按比例跟随高度。${cell}` },
      height: { label: '高度', help: '新的高度；0 表示按比例跟随宽度。' },
      fit: {
        label: '适应方式',
        help: '宽高比不同时怎么办：拉伸，或者裁掉多余部分。',
        choices: { stretch: '拉伸', crop: '裁剪' },
      },
    },
    outputs: { latent },
  },
  'latent.upscale-by': {
    title: '按倍数缩放潜空间图像',
    about: '按倍数放大或缩小潜空间图像。',
    synonyms: ['放大', '倍率', '高清修复'],
    inputs: { latent: given, method, factor: { label: '倍数', help: '宽和高变成原来的几倍。' } },
    outputs: { latent },
  },
  'latent.crop': {
    title: '裁剪潜空间图像',
    about: '从潜空间图像里裁出一个方框。',
    synonyms: ['剪切', '方框'],
    inputs: {
      latent: given,
      width: { label: '宽度', help: `方框的宽度。${cell}` },
      height: { label: '高度', help: '方框的高度。' },
      x: { label: '横坐标', help: '方框从左起的位置；最多到右边界前 8 格。' },
      y: { label: '纵坐标', help: '方框从上起的位置；最多到下边界前 8 格。' },
    },
    outputs: { latent },
  },
  'latent.flip': {
    title: '翻转潜空间图像',
    about: '把潜空间图像镜像。',
    synonyms: ['镜像', '水平', '垂直'],
    inputs: {
      latent: given,
      direction: {
        label: '方向',
        help: '上下颠倒，或者左右对调。',
        choices: { vertically: '上下', horizontally: '左右' },
      },
    },
    outputs: { latent },
  },
  'latent.rotate': {
    title: '旋转潜空间图像',
    about: '把潜空间图像顺时针转若干个直角。',
    synonyms: ['转动', '90 度'],
    inputs: { latent: given, turn: { label: '角度', help: '顺时针转多少度。' } },
    outputs: { latent },
  },
  'latent.composite': {
    title: '合成潜空间图像',
    about: '把一个潜空间图像放在另一个上，边缘渐渐淡入。',
    synonyms: ['粘贴', '图层', '羽化', '拼接'],
    inputs: { ...layers, feather: { label: '羽化', help: '不在边界上的边缘，在多少像素内淡入。' } },
    outputs: { latent },
  },
  'latent.composite-masked': {
    title: '按遮罩合成潜空间图像',
    about: '在遮罩所示的地方，把一个潜空间图像放在另一个上。',
    synonyms: ['粘贴', '蒙版', '局部重绘'],
    inputs: {
      ...layers,
      mask: { label: '遮罩', help: '上方的在哪里有效；会变成与它同样大。' },
      resize: { label: '调整尺寸', help: '是否先把上方的变成与下方的同样大。' },
    },
    outputs: { latent },
  },
  'latent.blend': {
    title: '混合潜空间图像',
    about: '把两个潜空间图像均匀地混合。',
    synonyms: ['混入', '平均'],
    inputs: { latent: given, other: other('混进去的'), factor: kept },
    outputs: { latent },
  },
  'latent.interpolate': {
    title: '插值潜空间图像',
    about: '从一个潜空间图像走向另一个，方向和长度分别过渡。',
    synonyms: ['过渡', '渐变', '变形'],
    inputs: { latent: given, other: other('走向哪里'), ratio: kept },
    outputs: { latent },
  },
  'latent.add': {
    title: '潜空间图像相加',
    about: '把两个潜空间图像相加。',
    synonyms: ['加法', '求和'],
    inputs: { latent: given, other: other('加上什么') },
    outputs: { latent },
  },
  'latent.subtract': {
    title: '潜空间图像相减',
    about: '从一个潜空间图像里减去另一个。',
    synonyms: ['减法', '差'],
    inputs: { latent: given, other: other('减去什么') },
    outputs: { latent },
  },
  'latent.multiply': {
    title: '潜空间图像相乘',
    about: '把潜空间图像的每个数乘以一个倍数。',
    synonyms: ['乘法', '强度'],
    inputs: { latent: given, factor: { label: '倍数', help: '乘以多少；1 保持原样。' } },
    outputs: { latent },
  },
  'latent.batch': {
    title: '合并潜空间批次',
    about: '把潜空间图像放在一起，作为一批继续。',
    synonyms: ['批量', '列表', '收集'],
    inputs: { latent: given, other: other('排在后面的') },
    outputs: { latent },
  },
  'latent.from-batch': {
    title: '从批次取潜空间图像',
    about: '从多个潜空间图像里取出几个。',
    synonyms: ['选择', '序号', '拆分'],
    inputs: {
      latent: given,
      index: { label: '序号', help: '第一个是第几个，从 0 数起；不够时取最后一个。' },
      length: { label: '个数', help: '取几个。' },
    },
    outputs: { latent },
  },
  'latent.repeat': {
    title: '重复潜空间图像',
    about: '把同样的潜空间图像重复若干次。',
    synonyms: ['复制', '批量'],
    inputs: { latent: given, amount: { label: '次数', help: '重复几次。' } },
    outputs: { latent },
  },
  'latent.concat': {
    title: '拼接潜空间图像',
    about: '把一个潜空间图像拼在另一个旁边。',
    synonyms: ['并排', '连接'],
    inputs: {
      latent: given,
      other: { label: '另一个', help: '拼在旁边的；相接的边必须一样长。' },
      side: { label: '哪一边', help: '右边、左边、下边或上边。' },
    },
    outputs: { latent },
  },
  'latent.cut': {
    title: '截取潜空间图像',
    about: '保留潜空间图像的若干列或行。',
    synonyms: ['切片', '条'],
    inputs: {
      latent: given,
      side: { label: '方向', help: '列，或者行。' },
      index: { label: '序号', help: '从第几个起，从 0 数起；小于 0 时从末尾数。' },
      amount: { label: '格数', help: '取几格。' },
    },
    outputs: { latent },
  },
};
