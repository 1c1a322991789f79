import { bytesText, type ProblemTexts, type ServeCode } from '../sentence.ts';
import { quoted } from './words.ts';

export const serveProblems: ProblemTexts<ServeCode> = {
  'home.held': ({ home, pid, address, since }) => ({
    message: `数据文件夹${quoted(home)}已由进程 ${pid} 使用，地址 ${address}，开始于 ${since}。`,
    remedy: '请直接使用它，或先结束它，或者用 --home 选择其他数据文件夹。',
  }),
  'serve.portTaken': ({ address }) => ({
    message: `${address} 已被另一个程序占用。`,
    remedy: '请用 --port 选择其他端口。',
  }),
  'serve.cannotListen': ({ address, reason }) => ({
    message: `Kiln 无法监听 ${address}：${reason}。`,
    remedy: '请用 --host 选择本机的地址，用 --port 选择 1024 以上的端口。',
  }),
  'request.unauthorized': () => ({
    message: '这个 Kiln 需要令牌。',
    remedy: '浏览器请打开末尾带 ?token=… 的地址；程序请发送“Authorization: Bearer …”；命令行请用 --token。',
  }),
  'request.foreign': ({ header, value }) => ({
    message: `请求因 ${header} 为${quoted(value)}而被拒绝：它可能来自其他网站。`,
    remedy: '请用 Kiln 启动时显示的地址打开。如果要用其他名称访问，请用 --token 启动并发送令牌。',
  }),
  'request.malformed': ({ reason }) => ({
    message: `请求无法读取：${reason}。`,
    remedy: '这个地址的 /api 页面说明了所有调用。',
  }),
  'request.tooLarge': ({ bytes, limit }) => ({
    message: `请求达到或超过 ${bytesText(bytes)}，最多接受 ${bytesText(limit)}。`,
    remedy: '请减少一次发送的内容。图片应发送到 /blobs/…，不要放在调用里。',
  }),
  'request.tooMany': ({ limit }) => ({
    message: `同时请求的内容太多，上限为 ${limit}。`,
    remedy: '请等待一些请求完成后再试。',
  }),
  'request.unknown': ({ path }) => ({
    message: `${quoted(path)}处没有内容。`,
    remedy: '这个地址的 /api 页面列出了可用的内容。',
  }),
  'request.stopping': () => ({
    message: 'Kiln 正在停止，不再接受请求。',
    remedy: '请在它重新启动后再试，队列已经保存。',
  }),
  'blob.wrongDigest': ({ given, found }) => ({
    message: `收到的数据的摘要是 ${found.slice(0, 12)}…，与声明的 ${given.slice(0, 12)}… 不符。`,
    remedy: '文件在传输中被改动或损坏，请重新发送。',
  }),
  'home.oldElectron': ({ found, wanted }) => ({
    message: `这个 Electron（Node-API ${found}）太旧，无法在这台电脑上保存图片，需要 Node-API ${wanted}。`,
    remedy: '请安装 package.json 中指定的 Electron，或连接到在别处运行的 Kiln。',
  }),
  'remote.unreachable': ({ address, reason }) => ({
    message: `${address} 处没有 Kiln 应答：${reason}。`,
    remedy: '请用 kiln serve 启动一个，或者用 --on 给出正确的地址。',
  }),
  'remote.notKiln': ({ address, found }) => ({
    message: `${address} 处应答的不是 Kiln：${found}。`,
    remedy: '请使用 kiln serve 启动时显示的地址。',
  }),
  'remote.elsewhere': () => ({
    message: '这个 Kiln 运行在另一台电脑上，文件也在那里。',
    remedy: '请在那台电脑上操作，或者在“连接”里选择这台电脑。',
  }),
  'remote.otherVersion': ({ address, theirs, ours }) => ({
    message: `${address} 处的 Kiln 使用第 ${theirs} 版调用约定，而本机使用第 ${ours} 版。`,
    remedy: '请更新较旧的一方。',
  }),
};
