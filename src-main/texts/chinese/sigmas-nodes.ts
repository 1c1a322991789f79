import type { InputWords, NodeWords } from '../node-words.ts';

const steps: InputWords = { label: '步数', help: '一共几步；序列里的数比步数多一个。' };
const denoise: InputWords = { label: '重绘幅度', help: '有多少要重画：小于 1 时只走最后一段。' };
const denoiser: InputWords = { label: '去噪模型', help: '用来作画的模型，它决定噪声有多少。' };
const model: InputWords = { label: '模型类别', help: '用来作画的模型包属于哪一类。' };
const range: Readonly<Record<string, InputWords>> = {
  'sigma-max': { label: '最大噪声', help: '开始时的噪声。' },
  'sigma-min': { label: '最小噪声', help: '最后一步之前的噪声；最后一步之后没有噪声。' },
};
const size: Readonly<Record<string, InputWords>> = {
  width: { label: '宽度', help: '图片的宽度。' },
  height: { label: '高度', help: '图片的高度。' },
};
const sigmas = '噪声序列';
const halves = { high: '高噪声段', low: '低噪声段' };

export const sigmasNodes: Readonly<Record<string, NodeWords>> = {
  'sigmas.schedule': {
    title: '噪声调度',
    about: '像调度器那样，把模型的噪声分配到各步。',
    synonyms: ['调度器', '基础调度器', '噪声'],
    inputs: { denoiser, scheduler: { label: '调度器', help: '噪声怎样分配到各步。' }, steps, denoise },
    outputs: { sigmas },
  },
  'sigmas.karras': {
    title: 'Karras 噪声序列',
    about: '按 Karras 的方法：开头降得快，接近结尾时降得慢。',
    synonyms: ['Karras 调度器', '调度'],
    inputs: { steps, ...range, rho: { label: 'rho', help: '各步向低噪声处集中的程度。' } },
    outputs: { sigmas },
  },
  'sigmas.exponential': {
    title: '指数噪声序列',
    about: '每一步去掉同样比例的噪声。',
    synonyms: ['指数调度器', '调度'],
    inputs: { steps, ...range },
    outputs: { sigmas },
  },
  'sigmas.polyexponential': {
    title: '多项式指数噪声序列',
    about: '沿着一条弯曲的线按指数下降。',
    synonyms: ['多项式指数调度器', '调度'],
    inputs: { steps, ...range, rho: { label: 'rho', help: '线的弯曲程度：1 是直线，更大则各步向低噪声处集中。' } },
    outputs: { sigmas },
  },
  'sigmas.laplace': {
    title: '拉普拉斯噪声序列',
    about: '各步集中在某个中间的噪声附近。序列不以 0 结尾。',
    synonyms: ['拉普拉斯调度器', '调度'],
    inputs: {
      steps: { label: '步数', help: '序列里有几个数；实际的步数少一个。' },
      ...range,
      mu: { label: 'mu', help: '各步集中处的噪声的对数。' },
      beta: { label: 'beta', help: '各步在它周围散开的程度。' },
    },
    outputs: { sigmas },
  },
  'sigmas.vp': {
    title: '方差保持噪声序列',
    about: '在方差保持过程中取均匀的时间点。',
    synonyms: ['VP 调度器', '调度'],
    inputs: {
      steps,
      'beta-d': { label: 'beta d', help: '结尾处的噪声比开头来得快多少。' },
      'beta-min': { label: 'beta min', help: '开头处噪声来得多快。' },
      eps: { label: 'eps', help: '最后一步之前的时间；第一步是 1。' },
    },
    outputs: { sigmas },
  },
  'sigmas.sd-turbo': {
    title: 'SD-Turbo 噪声序列',
    about: '取 SD-Turbo 和 SDXL-Turbo 专用的十个时间步。',
    synonyms: ['SD Turbo 调度器', '调度'],
    inputs: { denoiser, steps, denoise },
    outputs: { sigmas },
  },
  'sigmas.beta': {
    title: 'Beta 噪声序列',
    about: '按 Beta 分布，让各步集中在开头和结尾。',
    synonyms: ['Beta 调度器', '调度'],
    inputs: {
      denoiser,
      steps,
      alpha: { label: 'alpha', help: '越小，高噪声处的步越多。' },
      beta: { label: 'beta', help: '越小，低噪声处的步越多。' },
    },
    outputs: { sigmas },
  },
  'sigmas.align-your-steps': {
    title: 'Align Your Steps 噪声序列',
    about: '采用 Align Your Steps 论文为少步数找到的最佳噪声。',
    synonyms: ['AYS 调度器', '少步数', '调度'],
    inputs: { model, steps, denoise },
    outputs: { sigmas },
  },
  'sigmas.optimal-steps': {
    title: 'Optimal Steps 噪声序列',
    about: '采用 Optimal Steps 论文为少步数找到的最佳噪声。',
    synonyms: ['OSS 调度器', '少步数', '调度'],
    inputs: { model, steps, denoise },
    outputs: { sigmas },
  },
  'sigmas.gits': {
    title: 'GITS 噪声序列',
    about: '采用 GITS 论文为少步数找到的最佳噪声。',
    synonyms: ['GITS 调度器', '少步数', '调度'],
    inputs: { coeff: { label: '系数', help: '越小，高噪声处的步越多；越大，低噪声处的步越多。' }, steps, denoise },
    outputs: { sigmas },
  },
  'sigmas.flux': {
    title: 'Flux 2 噪声序列',
    about: '按 Flux 2 的需要分配噪声：图片越大，噪声保持得越久。',
    synonyms: ['Flux2 调度器', '调度'],
    inputs: { steps, ...size },
    outputs: { sigmas },
  },
  'sigmas.ltxv': {
    title: 'LTX 噪声序列',
    about: '按 LTX-Video 的需要分配噪声，偏移由词元数决定。',
    synonyms: ['LTXV 调度器', '调度'],
    inputs: {
      steps,
      'max-shift': { label: '最大偏移', help: '4096 个词元时的偏移。' },
      'base-shift': { label: '基础偏移', help: '1024 个词元时的偏移。' },
      stretch: { label: '拉伸', help: '是否把序列拉伸到终值。' },
      terminal: { label: '终值', help: '拉伸时，最后一步之前的噪声。' },
      tokens: { label: '词元数', help: '潜空间图像的格数，所有图片合计。' },
    },
    outputs: { sigmas },
  },
  'sigmas.ideogram': {
    title: 'Ideogram 4 噪声序列',
    about: '按 Ideogram 4 的需要，依对数正态分布分配噪声。',
    synonyms: ['Ideogram4 调度器', '调度'],
    inputs: {
      steps,
      ...size,
      mu: { label: 'mu', help: '分布的中心；越大，噪声保持得越久。' },
      std: { label: 'std', help: '分布的宽度。' },
    },
    outputs: { sigmas },
  },
  'sigmas.from-text': {
    title: '手写噪声序列',
    about: '读取手写的噪声序列。',
    synonyms: ['手动', '自定义', '列表'],
    inputs: { text: { label: '文字', help: '一串数字，用什么隔开都行；通常逐个减小，以 0 结尾。' } },
    outputs: { sigmas },
  },
  'sigmas.at-percent': {
    title: '进度处的噪声',
    about: '给出模型走到某个进度时的噪声。',
    synonyms: ['百分比', '采样进度'],
    inputs: {
      denoiser,
      percent: { label: '进度', help: '走了多少：0 全是噪声，1 没有噪声。' },
      actual: { label: '实际值', help: '在 0 和 1 处给出模型训练时的最大和最小噪声。' },
    },
    outputs: { sigma: '噪声' },
  },
  'sigmas.split': {
    title: '拆分噪声序列',
    about: '在某一步把噪声序列切成两段：前一段噪声多，后一段是其余部分。',
    synonyms: ['两阶段', '精炼', '切分'],
    inputs: { sigmas: { label: sigmas }, step: { label: '步', help: '前一段有几步。' } },
    outputs: halves,
  },
  'sigmas.split-denoise': {
    title: '按重绘幅度拆分噪声序列',
    about: '把噪声序列切成两段，后一段占给定比例的步数。',
    synonyms: ['两阶段', '精炼', '切分'],
    inputs: { sigmas: { label: sigmas }, denoise: { label: '重绘幅度', help: '后一段占步数的比例。' } },
    outputs: halves,
  },
  'sigmas.slice': {
    title: '截取噪声序列',
    about: '保留从某一步到另一步的部分，用于分几个阶段运行。',
    synonyms: ['起始步', '结束步', '剩余噪声', '高级采样'],
    inputs: {
      sigmas: { label: sigmas },
      start: { label: '起始步', help: '第一步，从 0 数起。' },
      end: { label: '结束步', help: '运行到哪一步之前为止。' },
      finish: { label: '去尽噪声', help: '最后一步是否去掉所有剩下的噪声。' },
    },
    outputs: { sigmas },
  },
  'sigmas.flip': {
    title: '反转噪声序列',
    about: '把噪声序列倒过来，用于从图片走回噪声。',
    synonyms: ['反向采样', '倒序'],
    inputs: { sigmas: { label: sigmas } },
    outputs: { sigmas },
  },
  'sigmas.set-first': {
    title: '设置首个噪声值',
    about: '替换噪声序列的第一个数。',
    synonyms: ['第一个', '起始噪声'],
    inputs: { sigmas: { label: sigmas }, sigma: { label: '噪声', help: '开始时的噪声。' } },
    outputs: { sigmas },
  },
  'sigmas.extend': {
    title: '加密噪声序列',
    about: '在噪声序列的某一段里加入更多步。',
    synonyms: ['插值', '更多步数', '扩展'],
    inputs: {
      sigmas: { label: sigmas },
      steps: { label: '步数', help: '那一段里的每一步变成几步。' },
      start: { label: '起点', help: '从多大的噪声起加步；-1 表示不限。' },
      end: { label: '终点', help: '加步到多大的噪声为止。' },
      spacing: {
        label: '间隔',
        help: '新的步怎样分布在旧的步之间。',
        choices: { linear: '线性', cosine: '余弦', sine: '正弦' },
      },
    },
    outputs: { sigmas },
  },
};
