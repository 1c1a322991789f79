import type { InputWords, NodeWords } from '../node-words.ts';

const guider = '引导器';
const positive: InputWords = { label: '正面条件', help: '想画什么。' };
const negative: InputWords = { label: '负面条件', help: '要避开什么。' };

/** How a run is led, and how it goes from step to step. */
export const guiderNodes: Readonly<Record<string, NodeWords>> = {
  'guider.basic': {
    title: '基本引导',
    about: '只遵循一个条件，没有负面条件。',
    synonyms: ['无 CFG', '引导'],
    inputs: { conditioning: { label: '条件', help: '想画什么。' } },
    outputs: { guider },
  },
  'guider.cfg': {
    title: 'CFG 引导',
    about: '遵循正面条件，远离负面条件。',
    synonyms: ['无分类器引导', '重缩放', '归一化'],
    inputs: {
      positive,
      negative: { label: '负面条件', help: '要避开什么。不连接就没有引导。' },
      cfg: { label: '引导强度', help: '在多大程度上遵循提示词、远离负面提示词。1 表示没有引导，用时减半。' },
      correction: {
        label: '修正',
        help: '对付引导过强时的刺眼颜色：恢复分布的宽度、给负面加权，或者限制图片或其噪声的长度。',
        choices: {
          none: '无',
          rescale: '重缩放',
          'zero-star': 'Zero Star',
          norm: '归一化',
          'noise-norm': '噪声归一化',
        },
      },
      amount: { label: '修正量', help: '修正多少；1 是全部。Zero Star 没有这个量。' },
    },
    outputs: { guider },
  },
  'guider.dual-cfg': {
    title: '双重 CFG 引导',
    about: '相对第二个条件遵循第一个，又相对负面条件遵循第二个。',
    synonyms: ['两个引导', '编辑', 'InstructPix2Pix'],
    inputs: {
      first: { label: '第一条件', help: '想画什么。' },
      second: { label: '第二条件', help: '分量较轻的，例如要编辑的图片。' },
      negative,
      cfg: { label: '引导强度', help: '从第二个条件走向第一个走多远。' },
      'cfg-second': { label: '第二引导强度', help: '从负面条件走向第二个走多远。' },
      style: {
        label: '方式',
        help: '嵌套是从负面条件走向另外两个合起来的结果。',
        choices: { regular: '普通', nested: '嵌套' },
      },
    },
    outputs: { guider },
  },
  'guider.perp-neg': {
    title: '垂直负面引导',
    about: '只在负面条件与正面条件不一致的方面远离它。',
    synonyms: ['Perp-Neg', '垂直'],
    inputs: {
      positive,
      negative,
      empty: { label: '空条件', help: '空文字的条件，另外两个都从它算起。' },
      cfg: { label: '引导强度', help: '在多大程度上遵循正面条件。' },
      scale: { label: '负面强度', help: '负面条件的分量有多重。' },
    },
    outputs: { guider },
  },
  'sampler.choose': {
    title: '选择采样器',
    about: '选择从一步走到下一步的方法。',
    synonyms: ['算法', '求解器'],
    inputs: { sampler: { label: '采样器', help: '从一步走到下一步的方法。' } },
    outputs: { sampler: '采样器' },
  },
};
