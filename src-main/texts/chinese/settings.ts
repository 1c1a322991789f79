import type { SettingTexts } from '../setting-texts.ts';

export const settings: SettingTexts = {
  groups: {
    queue: '队列',
    placement: '放置',
    memory: '内存与磁盘',
    devices: '设备',
    notices: '运行结束的通知',
    mail: '邮件',
  },
  settings: {
    patience: {
      label: '耐心',
      help: '等待中的运行最多让这么多个后提交的运行先开始；之后无论什么级别，都由它领先。',
    },
    fastMs: {
      label: '“快速”的上限',
      help: '没有指定级别的运行，设备计算时间不超过此值时为“快速”，否则为“质量”。',
    },
    affinity: {
      label: '放置规则',
      help: '哪些部件在哪里运行，对所有图有效：text-encoder=cpu, denoiser=cuda:0|cuda:1, vae~=same-as(denoiser)。图自己的规则优先。',
    },
    packAffinity: {
      label: '模型包的规则',
      help: '只对一个模型包有效，优先于对所有图的规则。命令行写法：starter: vae=cpu',
    },
    cacheBytes: { label: '磁盘缓存', help: '可以重新计算的结果（例如编码后的提示词）最多保留这么多。' },
    cpuBudgetBytes: { label: 'CPU 的内存', help: '用于权重和临时数据。“自动”使用本机内存的一半。' },
    budgetBytes: {
      label: '各设备的内存',
      help: '用于权重和临时数据，例如 cuda:0=8 GB。未列出的显卡可以使用驱动程序报告的内存，并留出余量。',
    },
    hot: {
      label: '常驻模型包',
      help: '启动时载入，之后不再移出：填写模型包名称，或用“模型包@cuda:0”指定设备。',
    },
    cpuThreads: { label: 'CPU 的线程', help: '一次调用的线程数。“自动”使用全部核心。' },
    cpuLanes: {
      label: 'CPU 的通道',
      help: '许多运行等待时，CPU 同时计算的调用数。“自动”为每个线程一个，最多四个；1 表示一次调用使用全部线程。',
    },
    attempts: { label: '尝试次数', help: '设备丢失后，任务总共尝试这么多次，然后运行失败。' },
    hangFactor: { label: '视为卡死的倍数', help: '一次调用超过实测时间的这么多倍时视为卡死，并重新启动设备。' },
    hangMs: { label: '最早视为卡死', help: '在此之前，任何调用都不视为卡死。' },
    leaseMs: {
      label: '无需询问的工作量',
      help: '设备一次得到多少工作。多则开销小；少则紧急的运行能更早进入。',
    },
    notify: {
      label: '默认通知谁',
      help: '“质量”和“后台”级别的运行如果没有另行说明，结束时通知：desktop、webhook、email，或允许的地址。',
    },
    webhooks: {
      label: 'Webhook 地址',
      help: '通知只发到这些地址；以 / 结尾的允许其下的所有地址。“webhook”指第一个。能使用这个 Kiln 的人都能看到它们。',
    },
    webhookPrivate: { label: '本网络内的 Webhook', help: '允许这些地址位于本机或专用网络。' },
    linkBase: {
      label: '链接的地址',
      help: '别人访问这个 Kiln 的地址，例如 https://kiln.example。通知中的图片链接以它开头。',
    },
    webhookSecret: {
      label: 'Webhook 密钥',
      help: '按照 Standard Webhooks 的规则签名，让对方知道是谁发送的：whsec_ 加 base64。env:NAME 表示从环境变量读取。',
    },
    emails: { label: '邮件地址', help: '邮件只发到这些地址，@example.com 允许该域的所有地址。“email”指第一个。' },
    emailFrom: { label: '发件人', help: '例如 kiln@example.com。留空则使用邮件服务器的用户名。' },
    emailLanguage: { label: '邮件的语言', help: '邮件中文字的语言。' },
    smtpHost: { label: '邮件服务器', help: '发送邮件的 SMTP 服务器，例如 smtp.example.com。' },
    smtpPort: { label: '端口', help: '通常 STARTTLS 为 587，TLS 为 465。' },
    smtpSecurity: { label: '加密', help: '使用 STARTTLS 时，加密之前不发送任何内容。“无”会明文发送密码。' },
    smtpUser: { label: '用户名', help: '留空则不登录。' },
    smtpPassword: { label: '密码', help: '保存在只有您能读取的文件中。env:NAME 表示从环境变量读取。' },
  },
  choices: { en: '英文', zh: '中文', starttls: 'STARTTLS', tls: 'TLS', none: '无', on: '开', off: '关' },
  units: { runs: '个运行', bytes: '', ms: '', threads: '个线程', lanes: '个通道', tries: '次', times: '倍', port: '' },
  takes: { now: '立即生效', restart: '重新启动后生效' },
  secretStates: { unset: '未设置', set: '已设置', environment: '已设置（来自环境变量）', missing: '没有这个环境变量' },
  automatic: '自动',
  nothing: '无',
  byDefault: (value) => `默认：${value}`,
  limits: (min, max) => `${min} 到 ${max}`,
  pending: '重新启动后生效。',
  locked: '只能在运行 Kiln 的机器上更改：kiln settings set。',
  set: (name, value) => `${name} 现在为 ${value}。`,
  reset: (name, value) => `${name} 恢复为 ${value}。`,
  askSecret: (name) => `${name}：请输入并按回车，不会显示。`,
};
