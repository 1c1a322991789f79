import type { InputWords, NodeWords } from '../node-words.ts';

const conditioning = '条件';
const given: InputWords = { label: conditioning };
const strength: InputWords = { label: '强度', help: '与其他条件相比，它的分量有多重。' };
const box: Readonly<Record<string, InputWords>> = {
  width: { label: '宽度', help: '方框的宽度。' },
  height: { label: '高度', help: '方框的高度。' },
  x: { label: '横坐标', help: '方框从左起的位置。' },
  y: { label: '纵坐标', help: '方框从上起的位置。' },
};

export const conditioningNodes: Readonly<Record<string, NodeWords>> = {
  'conditioning.combine': {
    title: '合并条件',
    about: '让两段提示词各自同时起作用。',
    synonyms: ['同时', '两个提示词'],
    inputs: { conditioning: given, other: { label: '另一个', help: '还有什么要起作用；每一个都要多花时间。' } },
    outputs: { conditioning },
  },
  'conditioning.average': {
    title: '平均条件',
    about: '把两段提示词混成一段。',
    synonyms: ['混合', '插值', '渐变'],
    inputs: {
      conditioning: given,
      other: { label: '另一个', help: '混进去的；会截短或补到第一个的长度。' },
      strength: { label: '强度', help: '第一个保留多少：1 是全部。' },
    },
    outputs: { conditioning },
  },
  'conditioning.concat': {
    title: '连接条件',
    about: '把一段提示词接在另一段后面，就像一段长文字。',
    synonyms: ['拼接', '长提示词', '追加'],
    inputs: { conditioning: given, other: { label: '另一个', help: '接在后面的。' } },
    outputs: { conditioning },
  },
  'conditioning.multiply': {
    title: '条件相乘',
    about: '把条件的每个数乘以一个倍数。',
    synonyms: ['倍数', '权重'],
    inputs: { conditioning: given, factor: { label: '倍数', help: '乘以多少；1 保持原样。' } },
    outputs: { conditioning },
  },
  'conditioning.zero-out': {
    title: '条件置零',
    about: '把条件变成全零；没有负面提示词的模型需要这样。',
    synonyms: ['空条件', '零化', '无条件'],
    inputs: { conditioning: given },
    outputs: { conditioning },
  },
  'conditioning.set-strength': {
    title: '设置强度',
    about: '规定一个条件与其他条件相比有多重的分量。',
    synonyms: ['权重', '分量'],
    inputs: { conditioning: given, strength },
    outputs: { conditioning },
  },
  'conditioning.set-area': {
    title: '设置区域',
    about: '让条件只在图片的一个方框里起作用。',
    synonyms: ['分区', '区域提示词', '构图'],
    inputs: { conditioning: given, ...box, strength },
    outputs: { conditioning },
  },
  'conditioning.set-area-percent': {
    title: '按比例设置区域',
    about: '让条件只在一个方框里起作用，方框以图片的比例给出。',
    synonyms: ['分区', '区域提示词', '百分比'],
    inputs: {
      conditioning: given,
      ...box,
      width: { label: '宽度', help: '方框的宽度：1 与图片同宽。' },
      height: { label: '高度', help: '方框的高度：1 与图片同高。' },
      strength,
    },
    outputs: { conditioning },
  },
  'conditioning.set-mask': {
    title: '设置条件遮罩',
    about: '让条件只在遮罩所示的地方起作用。',
    synonyms: ['分区', '蒙版', '局部提示词'],
    inputs: {
      conditioning: given,
      mask: { label: '遮罩', help: '在哪里起作用；会变成与图片同样大。' },
      strength: { label: '强度', help: '遮罩全满的地方分量有多重。' },
      area: {
        label: '范围',
        help: '看整张图片，还是只看遮罩周围的方框。',
        choices: { default: '整张图片', 'mask bounds': '遮罩边界' },
      },
    },
    outputs: { conditioning },
  },
  'conditioning.set-timestep-range': {
    title: '设置时间范围',
    about: '让条件只在一段过程中起作用。',
    synonyms: ['起始', '结束', '提示词调度', '时机'],
    inputs: {
      conditioning: given,
      start: { label: '起点', help: '从走了多少开始：0 全是噪声。' },
      end: { label: '终点', help: '到走了多少为止：1 没有噪声。' },
    },
    outputs: { conditioning },
  },
};
