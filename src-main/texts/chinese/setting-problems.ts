import { textOfValue } from '../../model/setting-text.ts';
import { isSettingName, type SettingShape, settingOf } from '../../model/settings.ts';
import { bytesText, type ProblemTexts, type SettingCode } from '../sentence.ts';
import { didYouMean, quoted } from './words.ts';

const items: Readonly<Record<string, string>> = {
  'web-address': '个地址，例如 https://example.com/hook，其中不能有用户名和密码',
  'mail-address': '个邮件地址，例如 somebody@example.com',
  notice: '项：desktop、webhook、email 或地址',
  name: '个名称',
};

function wanted(shape: SettingShape): string {
  switch (shape.kind) {
    case 'number': {
      const [min, max] = [shape.min, shape.max].map((n) => textOfValue({ ...shape, zeroIsAutomatic: false }, n));
      const what = shape.unit === 'bytes' ? '大小' : shape.unit === 'ms' ? '时间' : shape.isWhole ? '整数' : '数字';
      return `${min} 到 ${max} 的${what}${shape.zeroIsAutomatic ? '，或 auto' : ''}`;
    }
    case 'choice':
      return `${shape.choices.join('、')} 之一`;
    case 'switch':
      return 'on 或 off';
    case 'text':
      return `最多 ${shape.most} 个字符的一行文字`;
    case 'list':
      return `最多 ${shape.most} ${items[shape.of]}，用逗号分隔`;
    case 'sizes':
      return `按名称给出的大小，${bytesText(shape.min)} 到 ${bytesText(shape.max)}，例如 cuda:0=8 GB, cpu=4 GB`;
    case 'rules':
      return '规则，例如 text-encoder=cpu, vae=same-as(denoiser)';
    case 'rules-by-pack':
      return '模型包的名称、冒号和规则，例如 starter: vae=cpu；其他模型包写在分号后面';
  }
}

export const settingProblems: ProblemTexts<SettingCode> = {
  'settings.broken': ({ path, line, column, reason }) => ({
    message: `无法读取 ${path} 中的设置，从第 ${line} 行第 ${column} 列起${reason ? `：${reason}` : ''}。`,
    remedy: '目前使用默认值。请修正该处，或删除这个文件。',
  }),
  'setting.unknown': ({ name, nearest }) => ({
    message: `没有名为${quoted(name)}的设置。`,
    remedy: `${didYouMean(nearest)}用${quoted('kiln settings')}可以列出全部设置。`,
  }),
  'setting.badValue': ({ name, value }) => ({
    message: `${quoted(value)}不适合设置${quoted(name)}。`,
    remedy: `它接受：${isSettingName(name) ? wanted(settingOf(name).shape) : '其他值'}。`,
  }),
  'setting.badSecret': ({ name }) => ({
    message: `给出的内容不适合设置${quoted(name)}。`,
    remedy: '它接受 1 到 1000 个字符的一行文字，或用 env:NAME 表示环境变量。',
  }),
  'setting.locked': ({ name }) => ({
    message: `不能从这里更改设置${quoted(name)}。`,
    remedy: `请在运行 Kiln 的机器上更改：${quoted(`kiln settings set ${name} …`)}。`,
  }),
  'notice.badTarget': ({ target }) => ({
    message: `无法以${quoted(target)}的方式通知。`,
    remedy: '请用 desktop、webhook、email、none，或设置允许的地址。',
  }),
  'notice.notAllowed': ({ target, setting }) => ({
    message: `通知不能发到${quoted(target)}。`,
    remedy: `请在运行 Kiln 的机器上把它加入设置${quoted(setting)}。`,
  }),
  'notice.notSet': ({ target, settings }) => ({
    message: `还不能通知${quoted(target)}：未设置 ${settings}。`,
    remedy: `请用${quoted('kiln settings set')}设置。`,
  }),
  'notice.private': ({ address }) => ({
    message: `${address} 位于本机或专用网络，通知不会发到那里。`,
    remedy: `如果需要，请打开设置${quoted('webhookPrivate')}。`,
  }),
  'notice.notDelivered': ({ address, reason }) => ({
    message: `发往 ${address} 的通知没有送达：${reason}。`,
    remedy: '请检查该地址及其应答。',
  }),
};
