import type { InputWords, NodeWords } from '../node-words.ts';

const image = '图像';
const given: InputWords = { label: image };
const blur: Readonly<Record<string, InputWords>> = {
  radius: { label: '半径', help: '影响到多远。' },
  sigma: { label: '分散', help: '影响范围内有多均匀；越小越集中在中心。' },
};
const method: InputWords = {
  label: '插值方式',
  help: 'Lanczos 最清晰；最近邻能保留像素画的硬边；区域平均适合缩小。',
  choices: {
    'nearest-exact': '最近邻',
    bilinear: '双线性',
    area: '区域平均',
    bicubic: '双三次',
    lanczos: 'Lanczos',
  },
};
const added = (side: string): InputWords => ({ label: side, help: `${side}加多少。` });

/** What is done to pictures once they are there. */
export const imageNodes: Readonly<Record<string, NodeWords>> = {
  'image.scale-by': {
    title: '按倍数缩放图像',
    about: '按倍数放大或缩小图片。',
    synonyms: ['倍率', '放大', '缩小'],
    inputs: { image: given, factor: { label: '倍数', help: '宽和高变成原来的几倍。' }, method },
    outputs: { image },
  },
  'image.scale-to-total-pixels': {
    title: '缩放到总像素',
    about: '保持宽高比，把图片变成指定的总像素数。',
    synonyms: ['百万像素', '缩放'],
    inputs: {
      image: given,
      megapixels: { label: '百万像素', help: '一共多少像素：1 是 1024 × 1024。' },
      multiple: { label: '倍数', help: '宽和高都取它的整数倍。' },
      method,
    },
    outputs: { image },
  },
  'image.crop': {
    title: '裁剪图像',
    about: '从图片里裁出一个方框。',
    synonyms: ['剪切', '方框'],
    inputs: {
      image: given,
      x: { label: '横坐标', help: '方框从左起的位置。' },
      y: { label: '纵坐标', help: '方框从上起的位置。' },
      width: { label: '宽度', help: '方框的宽度；超出图片的部分不要。' },
      height: { label: '高度', help: '方框的高度；超出图片的部分不要。' },
    },
    outputs: { image },
  },
  'image.pad-for-outpaint': {
    title: '外扩画布',
    about: '把图片放进更大的画布，并生成新区域的遮罩。',
    synonyms: ['外绘', '扩图', '外补', '边框'],
    inputs: {
      image: given,
      left: added('左边'),
      top: added('上边'),
      right: added('右边'),
      bottom: added('下边'),
      feather: { label: '羽化', help: '遮罩向原图里柔和地延伸多远。' },
    },
    outputs: { image, mask: '遮罩' },
  },
  'image.flip': {
    title: '翻转图像',
    about: '把图片镜像。',
    synonyms: ['镜像', '水平', '垂直'],
    inputs: {
      image: given,
      direction: {
        label: '方向',
        help: '上下颠倒，或者左右对调。',
        choices: { vertically: '上下', horizontally: '左右' },
      },
    },
    outputs: { image },
  },
  'image.rotate': {
    title: '旋转图像',
    about: '把图片顺时针转若干个直角。',
    synonyms: ['转动', '90 度'],
    inputs: { image: given, turn: { label: '角度', help: '顺时针转多少度。' } },
    outputs: { image },
  },
  'image.invert': {
    title: '反转图像',
    about: '把每种颜色变成相反的颜色。',
    synonyms: ['负片', '反色'],
    inputs: { image: given },
    outputs: { image },
  },
  'image.blend': {
    title: '混合图像',
    about: '把一张图片混进另一张。',
    synonyms: ['正片叠底', '滤色', '叠加', '柔光', '差值'],
    inputs: {
      image: given,
      over: { label: '混入的图像', help: '混进去的图片，会变成与另一张同样大。' },
      factor: { label: '比例', help: '混入多少：0 是没有，1 是全部。' },
      mode: {
        label: '模式',
        help: '两张图的颜色怎样合在一起。',
        choices: {
          normal: '正常',
          multiply: '正片叠底',
          screen: '滤色',
          overlay: '叠加',
          soft_light: '柔光',
          difference: '差值',
        },
      },
    },
    outputs: { image },
  },
  'image.composite': {
    title: '合成图像',
    about: '把一张图片放在另一张上；有遮罩时透过遮罩。',
    synonyms: ['粘贴', '图层', '覆盖', '拼接'],
    inputs: {
      destination: { label: '下方图像', help: '放在下面的图片，结果与它一样大。' },
      source: { label: '上方图像', help: '放在上面的图片。' },
      mask: { label: '遮罩', help: '上方图片在哪里可见；会变成与它同样大。' },
      x: { label: '横坐标', help: '上方图片从左起的位置。' },
      y: { label: '纵坐标', help: '上方图片从上起的位置。' },
      resize: { label: '调整尺寸', help: '是否先把上方图片变成与下方图片同样大。' },
    },
    outputs: { image },
  },
  'image.blur': {
    title: '模糊图像',
    about: '让图片变柔和。',
    synonyms: ['高斯模糊', '柔化'],
    inputs: { image: given, ...blur },
    outputs: { image },
  },
  'image.sharpen': {
    title: '锐化图像',
    about: '让图片的边缘更清楚。',
    synonyms: ['清晰', '细节'],
    inputs: { image: given, ...blur, alpha: { label: '强度', help: '锐化多少；0 保持原样。' } },
    outputs: { image },
  },
  'image.quantize': {
    title: '图像减色',
    about: '用很少的颜色画出图片。',
    synonyms: ['调色板', '抖动', '色调分离', '像素画'],
    inputs: {
      image: given,
      colors: { label: '颜色数', help: '每张图最多有几种颜色。' },
      dither: {
        label: '抖动',
        help: '怎样用小点模拟中间的颜色。',
        choices: {
          none: '无',
          'floyd-steinberg': 'Floyd-Steinberg',
          'bayer-2': 'Bayer 2',
          'bayer-4': 'Bayer 4',
          'bayer-8': 'Bayer 8',
          'bayer-16': 'Bayer 16',
        },
      },
    },
    outputs: { image },
  },
  'image.empty': {
    title: '纯色图像',
    about: '生成单一颜色的图片。',
    synonyms: ['空白', '填充', '画布'],
    inputs: {
      width: { label: '宽度', help: '图片的宽度。' },
      height: { label: '高度', help: '图片的高度。' },
      count: { label: '张数', help: '一共几张。' },
      red: { label: '红', help: '颜色里有多少红。' },
      green: { label: '绿', help: '颜色里有多少绿。' },
      blue: { label: '蓝', help: '颜色里有多少蓝。' },
    },
    outputs: { image },
  },
  'image.batch': {
    title: '合并图像批次',
    about: '把图片放在一起，作为一批继续。',
    synonyms: ['批量', '列表', '收集'],
    inputs: { image: given, other: { label: '后面的图像', help: '排在后面的图片，会变成与第一张同样大。' } },
    outputs: { image },
  },
  'image.from-batch': {
    title: '从批次取图像',
    about: '从多张图片里取出几张。',
    synonyms: ['选择', '序号', '拆分'],
    inputs: {
      image: given,
      index: { label: '序号', help: '第一张是第几张，从 0 数起；不够时取最后一张。' },
      length: { label: '张数', help: '取几张。' },
    },
    outputs: { image },
  },
  'image.repeat': {
    title: '重复图像',
    about: '把同样的图片重复若干次。',
    synonyms: ['复制', '批量'],
    inputs: { image: given, amount: { label: '次数', help: '重复几次。' } },
    outputs: { image },
  },
};
