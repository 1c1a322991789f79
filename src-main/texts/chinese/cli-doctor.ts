import type { DoctorTexts } from '../cli-doctor-texts.ts';
import { bytesText } from '../sentence.ts';

const fine = (where: string, what: string) => ({ where, what, why: '', remedy: '' });
const perSecond = (bytes: number): string => `${bytesText(bytes)}/秒`;
const timeText = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

export const doctor: DoctorTexts = {
  levels: { fine: '正常', note: '提示', warning: '警告', error: '错误' },
  looks: {
    system: '正在查看这台机器……',
    home: '正在查看数据文件夹……',
    store: '正在打开存储……',
    packs: '正在打开模型包……',
    devices: '正在试用设备……',
    measuring: '正在测量……',
  },
  summary: ({ error, warning }) =>
    error + warning === 0
      ? '一切正常。'
      : `${[error > 0 ? `${error} 个错误` : '', warning > 0 ? `${warning} 个警告` : ''].filter(Boolean).join('，')}。`,
  findings: {
    'kiln.runs': ({ kiln, node, system }) => fine('Kiln', `Kiln ${kiln}，Node ${node}，${system}。`),
    'node.tooOld': ({ node, wanted }) => ({
      where: 'Node',
      what: `Node ${node} 太旧。`,
      why: `Kiln 需要 Node ${wanted}。`,
      remedy: '请安装更新的 Node，或用“npm start”启动，它会自行取得合适的版本。',
    }),
    'memory.enough': ({ bytes, budgetBytes }) =>
      fine('内存', `共 ${bytesText(bytes)}，其中 Kiln 最多用 ${bytesText(budgetBytes)} 存放权重。`),
    'memory.overBudget': ({ bytes, budgetBytes }) => ({
      where: '内存',
      what: `Kiln 最多用 ${bytesText(budgetBytes)} 存放权重，但这里只允许使用 ${bytesText(bytes)}。`,
      why: '这是容器或系统的限制，超出限制的进程会被终止。',
      remedy: '请提高限制，或使用各部分都远小于限制的模型包。',
    }),
    'memory.scarce': ({ bytes, freeBytes }) => ({
      where: '内存',
      what: `${bytesText(bytes)} 中只剩 ${bytesText(freeBytes)} 空闲。`,
      why: '放不下的权重会被换到磁盘再换回，要慢很多倍。',
      remedy: '请关闭不需要的程序，或使用更小的模型包。',
    }),
    'home.ready': ({ path, freeBytes }) => fine(path, `数据文件夹可以写入，剩余 ${bytesText(freeBytes)}。`),
    'home.roomUnknown': ({ path }) => ({
      where: path,
      what: '数据文件夹可以写入，但不知道磁盘还有多少空间。',
      why: '系统没有给出这个数字。',
      remedy: '',
    }),
    'home.nearlyFull': ({ path, freeBytes }) => ({
      where: path,
      what: `数据文件夹所在的磁盘只剩 ${bytesText(freeBytes)}。`,
      why: '图片、队列和无需重新计算的结果都存放在那里。',
      remedy: '请腾出空间，或用 --home 选择其他磁盘上的数据文件夹。',
    }),
    'home.full': ({ path, freeBytes }) => ({
      where: path,
      what: `数据文件夹所在的磁盘已满，只剩 ${bytesText(freeBytes)}。`,
      why: '运行无法排队，图片无法保存。',
      remedy: '请腾出空间，或用 --home 选择其他磁盘上的数据文件夹。',
    }),
    'home.served': ({ path, pid, address, since }) => ({
      where: path,
      what: `进程 ${pid} 自 ${timeText(since)} 起在 ${address} 为这个数据文件夹服务。`,
      why: '一个数据文件夹只能由一个核心服务。',
      remedy: `可用“--on ${address}”使用它。`,
    }),
    'home.heldSilently': ({ path }) => ({
      where: path,
      what: '另一个进程占用了数据文件夹，但没有说明在哪里监听。',
      why: '它正在启动或结束，或者已经停止响应。',
      remedy: '请稍后再看；如果一直如此，请结束那个进程。',
    }),
    'home.leftBehind': ({ path, pid, since }) => ({
      where: path,
      what: `自 ${timeText(since)} 起为这个数据文件夹服务的进程 ${pid} 没有正常结束。`,
      why: '它被强行终止，或者机器断电了。它的队列仍在磁盘上。',
      remedy: '“kiln serve”会接着运行。',
    }),
    'store.opens': ({ path, ms }) => fine(path, `存储可以打开，用时 ${Math.round(ms)} 毫秒。`),
    'log.quiet': ({ path }) => fine(path, '最近七天的日志里没有内部错误，也没有丢失的设备。'),
    'log.bugs': ({ path, count, last, text }) => ({
      where: path,
      what: `最近七天 Kiln 内部出错 ${count} 次，最近一次在 ${timeText(last)}：${text}`,
      why: '这是我们的错误，与你无关。',
      remedy: '请把日志告诉我们。',
    }),
    'log.lostDevices': ({ path, count, last, text }) => ({
      where: path,
      what: `最近七天设备的主机进程丢失 ${count} 次，最近一次在 ${timeText(last)}：${text}`,
      why: '通常是内存用尽，或驱动程序崩溃。',
      remedy: '请生成更小的图片或更小的批次，关闭其他程序，或更新驱动程序。',
    }),
    'pack.opens': ({ pack, title, bytes }) => fine(`模型包 ${pack}`, `${title}，${bytesText(bytes)}。`),
    'pack.none': ({ path }) => ({
      where: path,
      what: '没有可以打开的模型包。',
      why: '没有模型就无法生成图片。',
      remedy: '请把模型文件夹放到那里；“kiln packs 文件夹”会说明它是不是模型包。',
    }),
    'pack.partTooLarge': ({ pack, part, bytes, budgetBytes }) => ({
      where: `模型包 ${pack}`,
      what: `其中的 ${part} 需要 ${bytesText(bytes)}，超出任何设备的上限（${bytesText(budgetBytes)}）。`,
      why: '一个部分必须完整地放在一个设备上。',
      remedy: '请使用半精度版本，或换一台内存更大的机器。',
    }),
    'device.computes': ({ device, provider, label, threads, budgetBytes }) =>
      fine(
        `设备 ${device}`,
        `${label}，用 ${provider} 计算，${threads} 个线程，最多存放 ${bytesText(budgetBytes)} 权重。`,
      ),
    'provider.noLibrary': ({ provider, library }) => ({
      where: `提供程序 ${provider}`,
      what: `onnxruntime-node 缺少它的库 ${library}。`,
      why: '这个库很大，所以与软件包分开下载。',
      remedy:
        '如果有 NVIDIA 显卡，请运行“node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install”；还需要 CUDA 12 和 cuDNN 9。',
    }),
    'provider.failed': ({ provider, reason }) => ({
      where: `提供程序 ${provider}`,
      what: '这里没有设备能用它计算。',
      why: `只有一个运算的模型未能运行：${reason}。`,
      remedy: '如果确有这种设备，请更新驱动程序。',
    }),
    'provider.notTried': ({ provider }) => ({
      where: `提供程序 ${provider}`,
      what: '在这个系统上不会自动试用它。',
      why: '在这里它往往是模拟显卡的程序，比处理器还慢。',
      remedy: '',
    }),
    'provider.otherSystem': ({ provider, systems }) => ({
      where: `提供程序 ${provider}`,
      what: '在这个系统上 onnxruntime-node 没有它的库。',
      why: `它用于 ${systems}。`,
      remedy: '',
    }),
    'card.found': ({ card, driver, bytes, usedBytes }) =>
      fine(card, `驱动程序 ${driver}；${bytesText(bytes)} 中已用 ${bytesText(usedBytes)}。`),
    'card.narrow': ({ card, width, most }) => ({
      where: card,
      what: `它只用了 ${most} 条通道中的 ${width} 条。`,
      why: '权重传输因此更慢。',
      remedy: '请把显卡插到通道齐全的插槽，并查看主板设置。',
    }),
    'card.toolAbsent': ({ reason }) => ({
      where: 'NVIDIA 显卡',
      what: '无法得知 NVIDIA 显卡及其驱动程序的情况。',
      why: reason === '' ? '这里没有 nvidia-smi。' : `nvidia-smi 没有回答：${reason}。`,
      remedy: '如果有这种显卡，请安装驱动程序。',
    }),
    'bandwidth.known': ({ device, loadBytes, bringBytes }) =>
      fine(
        `设备 ${device}`,
        `工作时测得：加载权重约 ${perSecond(loadBytes)}${bringBytes === null ? '' : `，传输结果约 ${perSecond(bringBytes)}`}。`,
      ),
    'bandwidth.slow': ({ device, loadBytes }) => ({
      where: `设备 ${device}`,
      what: `加载权重只有 ${perSecond(loadBytes)}。`,
      why: '模型包放在慢速磁盘或网络上，或者内存太小，无法缓存。',
      remedy: '请把模型包放到快速的本地磁盘上。',
    }),
    'bandwidth.belowDisk': ({ device, loadBytes, readBytes }) => ({
      where: `设备 ${device}`,
      what: `加载权重约 ${perSecond(loadBytes)}，而磁盘的读取速度是 ${perSecond(readBytes)}。`,
      why: '大部分时间用于准备计算图，小的模型包就是这样。',
      remedy: '',
    }),
    'bandwidth.unknown': ({ device }) => ({
      where: `设备 ${device}`,
      what: '还没有测量加载权重的速度。',
      why: '最初几次运行时会测量。',
      remedy: '',
    }),
    'copy.measured': ({ bytes }) => fine('内存', `复制速度 ${perSecond(bytes)}。`),
    'copy.slow': ({ bytes }) => ({
      where: '内存',
      what: `复制速度只有 ${perSecond(bytes)}。`,
      why: '其他程序正在使用内存，或者这台机器是由程序模拟的。',
      remedy: '请关闭其他程序后再看。',
    }),
    'read.measured': ({ path, bytes }) => fine(path, `读取速度 ${perSecond(bytes)}；最近读过的内容来自内存。`),
    'read.slow': ({ path, bytes }) => ({
      where: path,
      what: `读取速度只有 ${perSecond(bytes)}。`,
      why: '磁盘很慢、很忙或在网络上，而权重要从那里加载。',
      remedy: '请把数据文件夹和模型包放到快速的本地磁盘上。',
    }),
    'read.nothing': ({ path }) => ({
      where: path,
      what: '没有测量磁盘。',
      why: '还没有足够大的文件。',
      remedy: '',
    }),
    'port.free': ({ address }) => fine(address, '“kiln serve”的常用地址空闲。'),
    'port.ours': ({ address }) => fine(address, '这个数据文件夹的核心在这里监听。'),
    'port.taken': ({ address }) => ({
      where: address,
      what: '另一个程序占用了“kiln serve”的常用地址。',
      why: '它可能是另一个数据文件夹的核心。',
      remedy: '请用“kiln serve --port N”选择其他端口；--port 0 任选一个空闲端口。',
    }),
    'port.closed': ({ address, reason }) => ({
      where: address,
      what: '程序无法在本机地址上监听。',
      why: `系统的说明：${reason}。`,
      remedy: '请查看网络设置和本机的防护软件。',
    }),
  },
};
