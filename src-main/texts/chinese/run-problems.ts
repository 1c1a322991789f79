import type { OtherPicture, WeightsKind } from '../../model/errors.ts';
import { bytesText, type ProblemTexts, type RunCode } from '../sentence.ts';
import { didYouMean, partWord, quoted, word } from './words.ts';

const pictureWord: Readonly<Record<OtherPicture, string>> = {
  gif: ' GIF 文件',
  avif: ' AVIF 文件',
  heic: ' HEIC 文件（iPhone 拍摄的格式）',
  tiff: ' TIFF 文件',
  'jpeg-xl': ' JPEG XL 文件',
  'jpeg-2000': ' JPEG 2000 文件',
  photoshop: ' Photoshop 文件',
  cmyk: '印刷用颜色（CMYK）的 JPEG 文件',
};

const weightsWord: Readonly<Record<WeightsKind, string>> = {
  lora: 'LoRA',
  checkpoint: '整合模型（checkpoint）',
  'control-net': 'ControlNet 的权重',
  embedding: '文本反转嵌入',
  'text-encoder': '文本编码器的权重',
  vae: 'VAE 的权重',
  denoiser: '去噪模型的权重',
  unknown: '权重文件',
};

export const runProblems: ProblemTexts<RunCode> = {
  'override.unknown': ({ name, nearest, known }) => ({
    message: `这张图没有名为${quoted(name)}的输入。`,
    remedy: `${didYouMean(nearest)}可用的有：${known || '无'}。任何输入都可以写成“节点.输入”。`,
  }),
  'override.malformed': ({ text }) => ({
    message: `${quoted(text)}不是对输入的设置。`,
    remedy: '请写成 名称=值，例如 seed=7 或 prompt="红色的狐狸"。',
  }),
  'batch.malformed': ({ name, line, reason }) => ({
    message: `${quoted(name)}的第 ${line} 行无法读取：${reason}。`,
    remedy: '请每行写一个 JSON 对象（.jsonl），或者写表头和数据行（.csv）。',
  }),
  'batch.tooMany': ({ count, limit }) => ({
    message: `这样会产生 ${count} 次运行，一次最多提交 ${limit} 次。`,
    remedy: '请分几次提交。',
  }),
  'option.unknown': ({ option, nearest }) => ({
    message: `没有${quoted(option)}这个选项。`,
    remedy: `${didYouMean(nearest)}用 --help 可以查看所有选项。`,
  }),
  'option.missingValue': ({ option }) => ({
    message: `选项${quoted(option)}缺少值。`,
    remedy: '请把值写在它后面。',
  }),
  'option.badValue': ({ option, value, wanted }) => ({
    message: `${quoted(value)}不能用作选项${quoted(option)}的值。`,
    remedy: `可以用：${wanted}。`,
  }),
  'queue.malformed': ({ name, where, reason }) => ({
    message: `${quoted(name)}不是记录下来的队列${where ? `：${quoted(where)}` : ''}：${reason}。`,
    remedy: `可以用 ${quoted('kiln simulate --record FILE')} 写出一个。`,
  }),
  'queue.empty': ({ home }) => ({
    message: `${home} 里没有运行。`,
    remedy: '请指定一个记录下来的队列文件，或者先运行一些图。',
  }),
  'command.unknown': ({ command, nearest }) => ({
    message: `没有${quoted(command)}这个命令。`,
    remedy: `${didYouMean(nearest)}用 kiln --help 可以查看所有命令。`,
  }),
  'argument.missing': ({ command, argument }) => ({
    message: `${quoted(command)}缺少参数 ${argument}。`,
    remedy: `${quoted(`${command} --help`)}会说明用法。`,
  }),
  'argument.unexpected': ({ command, argument }) => ({
    message: `${quoted(command)}不能处理多余的参数${quoted(argument)}。`,
    remedy: `含空格的文字要加引号。${quoted(`${command} --help`)}会说明用法。`,
  }),
  'nodeType.unknown': ({ type, nearest }) => ({
    message: `没有${quoted(type)}这种节点类型。`,
    remedy: `${didYouMean(nearest)}${quoted('kiln nodes')}会列出所有类型。`,
  }),

  'pack.noneInFolder': ({ folder }) => ({
    message: `文件夹${quoted(folder)}里没有模型包。`,
    remedy: '请选择模型包的文件夹（里面有 ONNX 文件），或者包含这类文件夹的文件夹。',
  }),
  'pack.missing': ({ pack, known }) => ({
    message: `找不到名为${quoted(pack)}的模型包。`,
    remedy: `请选择已有的模型包（${known || '目前一个也没有'}），或者把它的文件夹放到 kiln packs 会查找的位置。`,
  }),
  'pack.notAPack': ({ pack, path, found, wanted }) => ({
    message: `模型包${quoted(pack)}的文件夹 ${path} 不是模型包，里面是：${found}。`,
    remedy: `模型包需要有：${wanted}。请确认文件夹没有选错，并且复制完整。`,
  }),
  'pack.partMissing': ({ pack, part, path }) => ({
    message: `模型包${quoted(pack)}缺少${partWord(part)}：没有文件${quoted(path)}。`,
    remedy: '请重新完整地复制这个模型包。',
  }),
  'pack.noUpscaler': ({ pack }) => ({
    message: `模型包${quoted(pack)}没有放大模型，图片保持原来的大小。`,
    remedy: '可以接上别的模型包（例如“starter”）的放大模型，或者删除这个节点。',
  }),
  'pack.schedulerUnknown': ({ pack, scheduler }) => ({
    message: `不认识模型包${quoted(pack)}的调度器 ${scheduler}，选“pack”时改用 Euler 的方式。`,
    remedy: '图片会与制作者的不同。可以按名称选择采样器和调度器，或者在它的 scheduler_config.json 里换一个。',
  }),
  'pack.schedulerSettings': ({ pack, scheduler, settings }) => ({
    message: `模型包${quoted(pack)}的调度器 ${scheduler} 有些设置没有采用：${settings}。`,
    remedy: '选“pack”时，图片可能与制作者的不同。可以按名称选择采样器和调度器。',
  }),
  'pack.partBroken': ({ pack, part, path, reason }) => ({
    message: `模型包${quoted(pack)}的${partWord(part)}已损坏：${reason}（${path}）。`,
    remedy: '文件可能不完整，请重新复制这个模型包。',
  }),
  'pack.fileBroken': ({ pack, path, reason }) => ({
    message: `模型包${quoted(pack)}中有文件损坏：${reason}（${path}）。`,
    remedy: '请重新复制这个模型包。',
  }),
  'pack.unknownLayout': ({ pack, part, names }) => ({
    message: `Kiln 不知道怎样使用模型包${quoted(pack)}的${partWord(part)}，它的输入和输出是：${names}。`,
    remedy: '请在 pack.json 中说明它们的含义，或者使用以 optimum 结构导出的模型包。',
  }),
  'pack.partsDisagree': ({ pack, part, other, reason }) => ({
    message: `模型包${quoted(pack)}的${partWord(part)}和${partWord(other)}不匹配（${reason}）。`,
    remedy: '它们属于不同的模型。请重新复制这个模型包，所有文件夹都要来自同一次导出。',
  }),
  'pack.weightsFile': ({ path, kind }) => ({
    message: `${path} 是${weightsWord[kind]}，不是模型包：里面只有权重，没有使用这些权重的计算图。`,
    remedy:
      kind === 'lora'
        ? 'Kiln 暂时不能加载 LoRA。请把它合并到模型里，再用 optimum 导出。'
        : '请用 optimum-cli export onnx 导出模型，再把得到的文件夹放到这里。',
  }),
  'pack.sizeNotAllowed': ({ pack, width, height, allowed }) => ({
    message: `模型包${quoted(pack)}不支持 ${width} × ${height} 像素的图片。`,
    remedy: /^\d+$/.test(allowed) ? `宽和高请取 ${allowed} 的倍数。` : `支持的尺寸：${allowed}。`,
  }),
  'pack.changed': ({ pack, part }) => ({
    message: `模型包${quoted(pack)}的${partWord(part)}在使用过程中被改动了。`,
    remedy: '请重新运行，届时会使用新文件。',
  }),
  'prompt.unknownWords': ({ words, near }) => ({
    message: `模型不认识这些词，已忽略：${words}。`,
    remedy: near ? `是不是想写：${near}？模型页面列出了它认识的所有词。` : '请换一种说法。',
  }),
  'prompt.cut': ({ cut, length }) => ({
    message: `提示词超过了模型能读的 ${length} 个词元，这一部分被略去：${quoted(cut)}。`,
    remedy: '请缩短提示词，或者把重要的内容放在前面。',
  }),
  'prompt.cannotSkip': ({ pack, part, skip, given }) => ({
    message: `模型包${quoted(pack)}的${partWord(part)}不能提前 ${skip} 层读取：它的计算图只给出 ${given}。`,
    remedy: '请把跳过层数设为 0，或者导出带有全部隐藏状态的编码器。',
  }),
  'embedding.missing': ({ names, known }) => ({
    message: `没有这些名称的嵌入，相应的词已略去：${names}。`,
    remedy: known
      ? `请选择已有的：${known}。`
      : '请把“名称.safetensors”放到 Kiln 主目录或模型包里的 embeddings 文件夹。',
  }),
  'embedding.broken': ({ name, path, reason }) => ({
    message: `嵌入${quoted(name)}无法使用：${reason}（${path}）。`,
    remedy: '请重新复制这个文件，或者从提示词里去掉这个词。',
  }),
  'embedding.pickle': ({ name, path }) => ({
    message: `嵌入${quoted(name)}是 pickle 文件，可能会运行任意程序，因此不打开 ${path}。`,
    remedy: '请把它转换成 .safetensors 文件，或者换用这种格式的文件。',
  }),
  'embedding.wrongWidth': ({ name, part, given, wanted }) => ({
    message: `嵌入${quoted(name)}属于另一种模型：它的向量有 ${given} 个数，而${partWord(part)}需要 ${wanted} 个。`,
    remedy: '请使用为这类模型训练的嵌入。',
  }),
  'embedding.notTaken': ({ name, pack, part }) => ({
    message: `模型包${quoted(pack)}不能使用嵌入${quoted(name)}：它的${partWord(part)}的计算图没有接收嵌入的位置。`,
    remedy: '请从提示词里去掉这个词，或者按字面读取提示词。',
  }),

  'image.notAnImage': ({ name, found }) => ({
    message: `${quoted(name)}不是图片，看起来是：${word(found)}。`,
    remedy: '请使用 PNG、JPEG 或 WebP 文件。',
  }),
  'image.formatNotRead': ({ name, format }) => ({
    message: `${quoted(name)}是${pictureWord[format]}，Kiln 不能读取。`,
    remedy: '请另存为 RGB 颜色的 PNG、JPEG 或 WebP 图片。',
  }),
  'image.profileIgnored': ({ name, profile }) => ({
    message: `${quoted(name)}的颜色可能有偏差：无法使用它的颜色配置文件${profile ? `（${profile}）` : ''}，因此按 sRGB 读取。`,
    remedy: '请用图片编辑软件把它转换为 sRGB。',
  }),
  'image.broken': ({ name, reason }) => ({
    message: `图片${quoted(name)}已损坏：${word(reason)}。`,
    remedy: '请重新复制，或者用图片编辑软件另存一份。',
  }),
  'image.tooLarge': ({ name, width, height, limit }) => ({
    message: `${quoted(name)}有 ${width} × ${height} 像素，像素总数最多 ${limit}。`,
    remedy: '请缩小尺寸，或者减少一次生成的张数。',
  }),
  'image.missing': ({ name }) => ({
    message: `图片${quoted(name)}不在图库中。`,
    remedy: '请重新选择文件。',
  }),
  'latent.doesNotFit': ({ given, wanted }) => ({
    message: `形状为 ${given} 的潜空间图像不合适，这里需要 ${wanted}。`,
    remedy: '请连接同一类模型的潜空间图像。',
  }),
  'conditioning.areaNotAllowed': ({ pack, width, height, allowed }) => ({
    message: `模型包${quoted(pack)}不能在 ${width} × ${height} 像素的区域里作画，它支持：${/^\d+$/.test(allowed) ? `${allowed} 的倍数` : allowed}。`,
    remedy: '请换一个区域，或者改用遮罩来指定位置。',
  }),
  'conditioning.doesNotFit': ({ given, wanted }) => ({
    message: `形状为 ${given} 的条件不合适，这里需要 ${wanted}。`,
    remedy: '请连接同一个文本编码器给出的条件。',
  }),

  'device.unknown': ({ device, known }) => ({
    message: `没有设备${quoted(device)}。`,
    remedy: `可用的设备：${known || '无'}。`,
  }),
  'device.unknownName': ({ device, nearest, known }) => ({
    message: `没有名为${quoted(device)}的设备。`,
    remedy: nearest ? `是不是${quoted(nearest)}？可用的名称：${known}。` : `可用的名称：${known}。`,
  }),
  'device.namedTwice': ({ device }) => ({
    message: `设备${quoted(device)}写了两次。`,
    remedy: '请只写一次；只有模拟的显卡可以重复。',
  }),
  'device.notMeasured': ({ device }) => ({
    message: `还没有测量过 ${device}，无法模拟它。`,
    remedy: '请先在它上面运行一个图，或者指定模拟的显卡。',
  }),
  'device.cannotBeHad': ({ device, reason }) => ({
    message: `这里不能使用设备${quoted(device)}：${reason}。`,
    remedy: '请选择其他设备；“kiln doctor”会说明缺少什么。',
  }),
  'device.none': ({ node }) => ({
    message: `没有设备可以运行节点${quoted(node)}。`,
    remedy: '请放宽设备分配规则，或者选择其他设备。',
  }),
  'device.lost': ({ device, reason }) => ({
    message: `负责 ${device} 的进程意外结束：${reason}。`,
    remedy: '请重新运行。如果只有这张图会这样，请减小尺寸或张数。',
  }),
  'device.outOfMemory': ({ device, part, needed, tried }) => ({
    message: `${device} 的内存不够运行${partWord(part)}${needed > 0 ? `，还差 ${bytesText(needed)}` : ''}${tried === undefined ? '' : tried === 'tiles' ? '，即使分块计算并清空该设备也不够' : '，即使只算一行并清空该设备也不够'}。`,
    remedy:
      tried === undefined
        ? '请减小尺寸或张数，或者换用更小的模型包。'
        : '请减小宽度和高度，换用更小的模型包，或者关闭占用该设备的其他程序。',
  }),
  'device.tiled': ({ device, part, tile }) => ({
    message: `${device} 运行${partWord(part)}时内存不足，因此这张图按每块 ${tile} 格分块生成，接缝处可能略有差别。`,
    remedy: '如需一次生成整张图，请减小尺寸，或者关闭占用该设备的其他程序。',
  }),
  'device.hotFillsIt': ({ device, needed, budget, hot }) => ({
    message: `这需要 ${device} 上 ${bytesText(needed)} 的内存，而它最多可用 ${bytesText(budget)}，其中 ${bytesText(hot)} 被设置中常驻的模型包占用。`,
    remedy: '请在设置中把某个模型包移出常驻列表，或者换用更小的模型包或尺寸。',
  }),
  'device.cannotLoad': ({ device, part, reason }) => ({
    message: `${device} 无法加载${partWord(part)}：${reason}。`,
    remedy: '请确认模型包完整，并且适用于这种设备。',
  }),
  'device.callFailed': ({ device, part, reason }) => ({
    message: `${partWord(part)}在 ${device} 上运行失败：${reason}。`,
    remedy: '请确认尺寸适合这个模型包，或者换一个设备。',
  }),
  'device.badResult': ({ device, part, reason, step, steps }) => ({
    message: `${partWord(part)}在 ${device} 上${step ? `的第 ${step} 步（共 ${steps} 步）` : ''}给出了无意义的结果：${reason}。`,
    remedy: '请换一个设备，或者降低 cfg。如果仍然如此，模型包可能已损坏。',
  }),
  'device.doesNotFit': ({ device, needed, budget }) => ({
    message: `这需要 ${device} 上 ${bytesText(needed)} 的内存，而它最多可用 ${bytesText(budget)}。`,
    remedy: '请换用更小的模型包或尺寸，或者在设置中提高内存上限。',
  }),

  'run.missing': ({ run }) => ({
    message: `没有运行${quoted(run)}。`,
    remedy: '它可能已被移除，请查看运行列表。',
  }),
  'run.interrupted': ({ run }) => ({
    message: `运行 ${run} 在 Kiln 退出时中断了。`,
    remedy: '请重新开始，已经完成的部分不会重复计算。',
  }),
  'store.newer': ({ path, version, known }) => ({
    message: `数据库${quoted(path)}属于更新版本的 Kiln（版本 ${version}，当前最高支持 ${known}）。`,
    remedy: '请更新 Kiln，或者用 --home 选择其他数据文件夹。数据库没有被改动。',
  }),
  'store.broken': ({ path, reason }) => ({
    message: `无法打开数据库${quoted(path)}：${reason}。`,
    remedy: '请从备份恢复，或者用 --home 选择其他数据文件夹。',
  }),
  'store.readOnly': ({ path }) => ({
    message: `数据库${quoted(path)}不可写入。`,
    remedy: '请取得写入权限，或者用 --home 选择其他数据文件夹。',
  }),
  'store.busy': ({ path }) => ({
    message: `另一个程序正在使用数据库${quoted(path)}。`,
    remedy: '请关闭另一个 Kiln，或者用 --home 选择其他数据文件夹。',
  }),
  'store.closed': () => ({
    message: 'Kiln 正在退出，不再保存任何内容。',
    remedy: '请重新启动 Kiln。',
  }),
  'result.broken': ({ digest }) => ({
    message: `一个保留的结果已损坏或丢失（${digest.slice(0, 12)}）。`,
    remedy: '请重新运行，它会重新计算。',
  }),
  'call.unknown': ({ name }) => ({
    message: `Kiln 不认识调用${quoted(name)}。`,
    remedy: '客户端和核心的版本可能不同，请都更新。',
  }),
  'call.badArguments': ({ name, reason }) => ({
    message: `调用${quoted(name)}的参数有误：${reason}。`,
    remedy: '请修正参数。客户端和核心的版本也可能不同。',
  }),
  'port.closed': ({ reason }) => ({
    message: `连接已关闭：${reason}。`,
    remedy: '请重试；如果仍然断开，请重新启动 Kiln。',
  }),
  bug: ({ reason }) => ({
    message: `Kiln 内部出错：${reason}。`,
    remedy: '这是我们的错误，请连同日志一起告诉我们。',
  }),
};
