import type { InputWords, NodeWords } from '../node-words.ts';

const mask = '遮罩';
const given: InputWords = { label: mask };
const image: InputWords = { label: '图像' };
const channels = { red: '红', green: '绿', blue: '蓝', luminance: '亮度' };
const channel: InputWords = { label: '通道', help: '取哪个通道，或者图片的亮度。', choices: channels };
const side = (name: string): InputWords => ({ label: name, help: `从${name}起，在多少像素内渐入。` });

export const maskNodes: Readonly<Record<string, NodeWords>> = {
  'mask.load': {
    title: '载入遮罩',
    about: '把图片文件读作遮罩：PNG、JPEG 或 WebP。',
    synonyms: ['打开', '文件', '蒙版'],
    inputs: {
      file: { label: '文件', help: '你电脑上的一张图片。' },
      channel: {
        label: '通道',
        help: '取透明的部分、某个通道，或者图片的亮度。',
        choices: { alpha: '透明度', ...channels },
      },
    },
    outputs: { mask },
  },
  'mask.solid': {
    title: '纯色遮罩',
    about: '生成处处相同的遮罩。',
    synonyms: ['填充', '蒙版', '空遮罩'],
    inputs: {
      value: { label: '值', help: '各处有多少：1 是全部。' },
      width: { label: '宽度', help: '遮罩的宽度。' },
      height: { label: '高度', help: '遮罩的高度。' },
    },
    outputs: { mask },
  },
  'mask.from-image-channel': {
    title: '图像转遮罩',
    about: '把图片的一个通道当作遮罩。',
    synonyms: ['通道', '蒙版', '亮度'],
    inputs: { image, channel },
    outputs: { mask },
  },
  'mask.from-color': {
    title: '颜色转遮罩',
    about: '在图片恰好是某种颜色的地方生成遮罩。',
    synonyms: ['抠图', '绿幕', '取色'],
    inputs: {
      image,
      red: { label: '红', help: '颜色里有多少红。' },
      green: { label: '绿', help: '颜色里有多少绿。' },
      blue: { label: '蓝', help: '颜色里有多少蓝。' },
    },
    outputs: { mask },
  },
  'mask.to-image': {
    title: '遮罩转图像',
    about: '把遮罩变成灰度图片。',
    synonyms: ['显示遮罩', '蒙版'],
    inputs: { mask: given },
    outputs: { image: '图像' },
  },
  'mask.invert': {
    title: '反转遮罩',
    about: '把遮罩反过来：里面变外面。',
    synonyms: ['反选', '取反'],
    inputs: { mask: given },
    outputs: { mask },
  },
  'mask.compose': {
    title: '合成遮罩',
    about: '把一个遮罩放在另一个上：相加、相减、相乘，或者按集合合并。',
    synonyms: ['并集', '交集', '叠加', '合并'],
    inputs: {
      destination: { label: '下方遮罩', help: '放在下面的遮罩，结果与它一样大。' },
      source: { label: '上方遮罩', help: '放在上面的遮罩。' },
      x: { label: '横坐标', help: '上方遮罩从左起的位置。' },
      y: { label: '纵坐标', help: '上方遮罩从上起的位置。' },
      operation: {
        label: '运算',
        help: '两者重叠处怎么算；与、或、异或把每个值当作 0 或 1。',
        choices: { multiply: '相乘', add: '相加', subtract: '相减', and: '与', or: '或', xor: '异或' },
      },
    },
    outputs: { mask },
  },
  'mask.crop': {
    title: '裁剪遮罩',
    about: '从遮罩里裁出一个方框。',
    synonyms: ['剪切', '方框'],
    inputs: {
      mask: given,
      x: { label: '横坐标', help: '方框从左起的位置。' },
      y: { label: '纵坐标', help: '方框从上起的位置。' },
      width: { label: '宽度', help: '方框的宽度；超出遮罩的部分不要。' },
      height: { label: '高度', help: '方框的高度；超出遮罩的部分不要。' },
    },
    outputs: { mask },
  },
  'mask.grow': {
    title: '扩展遮罩',
    about: '把遮罩扩大或缩小若干像素。',
    synonyms: ['膨胀', '腐蚀', '收缩', '扩大'],
    inputs: {
      mask: given,
      expand: { label: '扩展', help: '扩大多少；小于 0 时缩小。' },
      tapered: { label: '斜角', help: '角是否变成斜的，而不是方的。' },
    },
    outputs: { mask },
  },
  'mask.feather': {
    title: '羽化遮罩',
    about: '让遮罩从各边渐渐淡入。',
    synonyms: ['柔化', '渐变', '边缘'],
    inputs: { mask: given, left: side('左边'), top: side('上边'), right: side('右边'), bottom: side('下边') },
    outputs: { mask },
  },
  'mask.threshold': {
    title: '遮罩阈值',
    about: '把柔和的遮罩变硬：超过某个值的全要，其余不要。',
    synonyms: ['二值化', '硬边'],
    inputs: { mask: given, level: { label: '阈值', help: '大于它的变成 1，其余变成 0。' } },
    outputs: { mask },
  },
};
