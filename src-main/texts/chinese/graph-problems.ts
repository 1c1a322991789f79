import { bytesText, countText, type GraphCode, type ProblemTexts } from '../sentence.ts';
import { didYouMean, quoted, ruleSource, ruleWord, word } from './words.ts';

const amount = (what: 'nodes' | 'links' | 'bytes', count: number): string =>
  what === 'bytes' ? bytesText(count) : what === 'nodes' ? `${countText(count)} 个节点` : `${countText(count)} 条连线`;

export const graphProblems: ProblemTexts<GraphCode> = {
  'folder.notChosen': () => ({
    message: '这个文件夹不是在本窗口里选择的。',
    remedy: '请重新选择。',
  }),
  'file.missing': ({ path }) => ({
    message: `找不到文件${quoted(path)}。`,
    remedy: '请检查路径和拼写。',
  }),
  'file.isFolder': ({ path }) => ({
    message: `${quoted(path)}是文件夹，不是文件。`,
    remedy: '请指定其中的一个文件。',
  }),
  'file.unreadable': ({ path, reason }) => ({
    message: `无法读取文件${quoted(path)}：${reason}。`,
    remedy: '请确认你有读取权限，并且没有其他程序占用它。',
  }),
  'file.tooLarge': ({ path, bytes, limit }) => ({
    message: `文件${quoted(path)}有 ${bytesText(bytes)}，最多只能读取 ${bytesText(limit)}。`,
    remedy: '请确认没有选错文件，或者把它缩小。',
  }),
  'file.empty': ({ path }) => ({
    message: `文件${quoted(path)}是空的。`,
    remedy: '请重新保存，或者使用之前的副本。',
  }),
  'file.notWritten': ({ path, reason }) => ({
    message: `文件${quoted(path)}无法写入：${reason}。`,
    remedy: '文件保持原样。请存到别处，图在此期间仍保留在这里。',
  }),
  'folder.notWritable': ({ path, reason }) => ({
    message: `无法写入文件夹${quoted(path)}：${reason}。`,
    remedy: '请换一个文件夹，或者取得写入权限。',
  }),
  'disk.full': ({ path }) => ({
    message: `磁盘已满，${quoted(path)}没有写入。`,
    remedy: '请腾出空间后重新运行，已经完成的部分不会重复计算。',
  }),

  'graph.notJson': ({ name, line, column, reason }) => ({
    message: `${quoted(name)}不是有效的 JSON，问题在第 ${line} 行第 ${column} 列：${reason}。`,
    remedy: '文件可能不完整，或被手工改错。请修正该处，或者使用之前的副本。',
  }),
  'graph.tooDeep': ({ name, limit }) => ({
    message: `${quoted(name)}的嵌套超过 ${limit} 层，不可能是 Kiln 图。`,
    remedy: '请确认没有选错文件。',
  }),
  'graph.tooLarge': ({ name, what, count, limit }) => ({
    message: `${quoted(name)}有 ${amount(what, count)}，一张图最多 ${amount(what, limit)}。`,
    remedy: '请确认没有选错文件，或者把图拆开。',
  }),
  'graph.foreign': ({ name, found }) => ({
    message: `${quoted(name)}不是 Kiln 图，里面是：${word(found)}。`,
    remedy: '请打开以 .kiln.json 结尾的文件，或者 Kiln 生成的图片。',
  }),
  'graph.malformed': ({ name, path, reason }) => ({
    message: `${quoted(name)}不是正确的 Kiln 图：${quoted(path)}有误（${reason}）。`,
    remedy: '请修正这一项，或者使用之前的副本。',
  }),
  'graph.newer': ({ name, version, known }) => ({
    message: `${quoted(name)}由更新版本的 Kiln 保存（格式版本 ${version}，当前最高支持 ${known}）。`,
    remedy: '请更新 Kiln。文件没有被改动。',
  }),
  'graph.cycle': ({ nodes }) => ({
    message: `这些节点互相等待，形成了循环：${nodes}。`,
    remedy: '请删除它们之间的一条连线。',
  }),
  'graph.noSink': () => ({
    message: '图中没有任何保存或显示结果的节点。',
    remedy: '请在末尾加上“保存图像”或“预览图像”。',
  }),
  'graph.notInPicture': ({ name }) => ({
    message: `图片${quoted(name)}里没有 Kiln 图。`,
    remedy: '请使用原始文件：许多程序在另存图片时会丢掉其中的附加信息。',
  }),

  'link.missingNode': ({ node, end, link }) => ({
    message: `通向${quoted(link)}的连线${end === 'from' ? '从' : '接到'}节点${quoted(node)}${end === 'from' ? '出发' : ''}，但没有这个节点。`,
    remedy: '请删除这条连线，或者把它接到现有的节点上。',
  }),
  'link.missingOutput': ({ node, output, known }) => ({
    message: `节点${quoted(node)}没有输出${quoted(output)}。`,
    remedy: `它的输出有：${known || '无'}。`,
  }),
  'link.missingInput': ({ node, input, known }) => ({
    message: `节点${quoted(node)}没有输入${quoted(input)}。`,
    remedy: `它的输入有：${known || '无'}。`,
  }),
  'link.wrongType': ({ from, to, given, wanted }) => ({
    message: `从${quoted(from)}到${quoted(to)}的连线传的是${word(given)}，而那里需要${word(wanted)}。`,
    remedy: '请连接类型相符的输出，或者在中间加一个转换节点。',
  }),

  'node.unknownType': ({ node, type, nearest }) => ({
    message: `节点${quoted(node)}的类型${quoted(type)}无法识别。`,
    remedy: `${didYouMean(nearest)}用 kiln nodes 可以列出所有类型。文件中的这个节点会原样保留。`,
  }),
  'node.newer': ({ node, type, version, known }) => ({
    message: `节点${quoted(node)}（${type}）由更新版本的 Kiln 保存（版本 ${version}，当前最高支持 ${known}）。`,
    remedy: '请更新 Kiln，或者替换这个节点。',
  }),
  'node.failed': ({ node, type, reason }) => ({
    message: `节点${quoted(node)}（${type}）运行失败：${reason}。`,
    remedy: '请再运行一次。如果仍然失败，请连同这张图一起告诉我们。',
  }),
  'subgraph.missing': ({ node, subgraph }) => ({
    message: `节点${quoted(node)}代表子图${quoted(subgraph)}，但文件里没有这个子图。`,
    remedy: '请删除这个节点，或者使用包含该子图的文件。',
  }),
  'subgraph.recursive': ({ subgraph }) => ({
    message: `子图${quoted(subgraph)}包含了它自己。`,
    remedy: '请删除它里面代表它自己的节点。',
  }),

  'input.missing': ({ node, input, type }) => ({
    message: `节点${quoted(node)}的输入${quoted(input)}没有连接。`,
    remedy: `请连接一个类型为${word(type)}的输出。`,
  }),
  'input.wrongKind': ({ node, input, wanted, given }) => ({
    message: `节点${quoted(node)}的${quoted(input)}应为${word(wanted)}，不能是${quoted(given)}。`,
    remedy: '请修改这个值。',
  }),
  'input.outOfRange': ({ node, input, value, min, max }) => ({
    message: `节点${quoted(node)}的${quoted(input)}为 ${value}，超出了 ${min} 到 ${max} 的范围。`,
    remedy: `请取 ${min} 到 ${max} 之间的值。`,
  }),
  'input.notAChoice': ({ node, input, value, choices, nearest }) => ({
    message: `节点${quoted(node)}的${quoted(input)}没有${quoted(value)}这个选项。`,
    remedy: `${didYouMean(nearest)}可选：${choices}。`,
  }),
  'input.tooLong': ({ node, input, length, limit }) => ({
    message: `节点${quoted(node)}的${quoted(input)}有 ${length} 个字符，最多 ${limit} 个。`,
    remedy: '请缩短这段文字。',
  }),
  'input.notPlanned': ({ node, input, source }) => ({
    message: `节点${quoted(node)}的${quoted(input)}必须在运行前确定${source ? `，而${quoted(source)}要到运行时才能给出` : ''}。`,
    remedy: '请直接填写这个值，或者连接“数值”类的节点。',
  }),
  'input.notSet': ({ node, input, wanted }) => ({
    message: `节点${quoted(node)}的${quoted(input)}还没有设置。`,
    remedy: `请给它${word(wanted)}。`,
  }),

  'affinity.malformed': ({ text, from, pack, column, found, expected }) => ({
    message: `${ruleSource(from, pack)}的设备分配规则${quoted(text)}无法读取：第 ${column} 列应为${ruleWord(expected)}，${found ? `而不是${quoted(found)}` : '但规则到此结束'}。`,
    remedy: '规则的写法例如：text-encoder=cpu, denoiser=cuda:0|cuda:1, vae=same-as(denoiser)。',
  }),
  'affinity.unknownTarget': ({ rule, from, pack, target, nearest, known }) => ({
    message: `${ruleSource(from, pack)}的设备分配规则${quoted(rule)}中的${quoted(target)}${from === 'graph' ? '既不是模型部件，也不是图中的节点' : '不是模型部件'}。`,
    remedy: `${didYouMean(nearest)}可用的部件：${known}。`,
  }),
  'affinity.unknownDevice': ({ rule, from, pack, device, nearest, known }) => ({
    message: `${ruleSource(from, pack)}的设备分配规则${quoted(rule)}中的${quoted(device)}既不是设备，也不是设备种类。`,
    remedy: `${didYouMean(nearest)}这里的设备：${known || '无'}。`,
  }),
  'affinity.noDevice': ({ rule, from, pack, node, devices }) => ({
    message: `按照${ruleSource(from, pack)}的设备分配规则${quoted(rule)}，没有设备可以运行节点${quoted(node)}。这里的设备：${devices || '无'}。`,
    remedy: '请修改规则，把 = 改为 ~=（尽量满足），或者为这次运行指定设备。',
  }),
  'affinity.apart': ({ rule, from, pack, node, other }) => ({
    message: `${ruleSource(from, pack)}的设备分配规则${quoted(rule)}无法满足：没有设备可以同时运行${quoted(node)}和${quoted(other)}。`,
    remedy: '请修改这些节点的规则之一，或者把这条规则的 = 改为 ~=（尽量满足）。',
  }),
};
