/** Kinds of inputs, types of links, what a file holds and why it cannot be read, as other rooms name them. */
const words: Readonly<Record<string, string>> = {
  int: '整数',
  float: '数字',
  number: '数字',
  text: '文字',
  string: '文字',
  choice: '给定选项之一',
  bool: '真或假',
  boolean: '真或假',
  seed: '种子（0 到 18446744073709551615 的整数）',
  file: '文件',
  pack: '模型包的名称',
  link: '连线',
  null: '空',
  undefined: '空',
  object: '对象',
  array: '列表',
  denoiser: '去噪模型',
  'text-encoder': '文本编码器',
  vae: 'VAE',
  upscaler: '放大模型',
  conditioning: '条件',
  latent: '潜空间图像',
  image: '图像',
  mask: '遮罩',
  sigmas: '噪声序列',
  guider: '引导器',
  sampler: '采样器',
  files: '文件',
  'a list': '一个列表',
  'an empty file': '空文件',
  'a PDF file': 'PDF 文件',
  'a ZIP file': 'ZIP 文件',
  'unknown bytes': '无法识别的数据',
  'the file is cut off': '文件不完整',
  'the header is cut off': '文件头不完整',
  'its data is damaged': '数据已损坏',
  'its headers contradict each other': '文件头互相矛盾',
  'it uses a rare variant of its format': '使用了该格式的少见变体',
  'a segment is not where it should be': '数据段的位置不对',
  'the header is not that of a WebP file': '文件头不是 WebP 的文件头',
  'ComfyUI workflow': 'ComfyUI 工作流',
  'ComfyUI API prompt': 'ComfyUI API 格式的工作流',
};

const parts: Readonly<Record<string, string>> = {
  'text-encoder-2': '第二文本编码器',
  'text-encoder-3': '第三文本编码器',
  'control-net': 'ControlNet',
  'text-encoder': '文本编码器',
  denoiser: '去噪模型',
  'vae-encoder': 'VAE 编码器',
  'vae-decoder': 'VAE 解码器',
  upscaler: '放大模型',
};

export const word = (name: string): string => words[name] ?? name;
export const partWord = (name: string): string => parts[name] ?? name;
export const quoted = (text: string): string => `“${text}”`;
export const didYouMean = (nearest: string): string => (nearest ? `是不是${quoted(nearest)}？` : '');

/** What may stand at a place of a rule of placement. */
const ruleWords: Readonly<Record<string, string>> = {
  target: '模型部件或节点',
  sign: '“=”或“~=”',
  where: '设备、“*”、“!”或“same-as(…)”',
  device: '设备',
  open: '“(”',
  other: '另一个模型部件或节点',
  close: '“)”',
  comma: '逗号或“|”',
};

export const ruleWord = (name: string): string => ruleWords[name] ?? name;
export const ruleSource = (from: string, pack: string): string =>
  from === 'pack' ? `模型包${quoted(pack)}` : from === 'graph' ? '图' : from === 'settings' ? '设置' : from;
