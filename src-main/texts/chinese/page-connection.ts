import type { ConnectionTexts, SignInTexts } from '../page-connection-texts.ts';

export const connectionMenu: ConnectionTexts = {
  menu: '连接',
  local: '这台电脑',
  localAbout: '图片在这里计算和保存。',
  browser: (host) => `位于 ${host} 的 Kiln`,
  browserAbout: '本页面来自那里，图片也在那里计算和保存。',
  remote: '另一台机器',
  remoteAbout: '请在那台机器上运行“kiln serve --host 0.0.0.0”，它会显示地址和令牌。',
  address: '地址',
  token: '令牌',
  tokenAbout: '保存在这台电脑上，只用于这个地址。',
  connect: '连接',
  connecting: '正在连接……',
  useLocal: '使用这台电脑',
  version: '版本',
  home: '文件夹',
  devices: '设备',
  asksToken: 'Kiln 需要令牌。您填写的内容都还在。',
  signIn: '输入令牌',
  otherOlder: (version) => `对方的 Kiln ${version} 比这个工作室旧。请先在那台机器上更新，再重新连接。`,
  otherNewer: (version) => `对方的 Kiln ${version} 比这个工作室新。请先更新这里的 Kiln，再重新连接。`,
  localFailed: 'Kiln 目前无法在这台电脑上计算。',
};

export const signIn: SignInTexts = {
  heading: 'Kiln 需要令牌',
  about: '这个 Kiln 与其他机器共用。只需输入一次令牌，浏览器会记住它。',
  token: '令牌',
  enter: '打开工作室',
  wrong: '令牌不正确。请从运行“kiln serve”的地方完整复制。',
  where: '“kiln serve”启动时会显示令牌；也可能由启动者用 --token 指定。',
};
