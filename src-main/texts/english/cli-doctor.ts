import type { DoctorTexts } from '../cli-doctor-texts.ts';
import { bytesText } from '../sentence.ts';

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
const fine = (where: string, what: string) => ({ where, what, why: '', remedy: '' });
const perSecond = (bytes: number): string => `${bytesText(bytes)}/s`;
const timeText = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

export const doctor: DoctorTexts = {
  levels: { fine: 'fine', note: 'note', warning: 'warning', error: 'error' },
  looks: {
    system: 'looking at the machine …',
    home: 'looking at the data folder …',
    store: 'opening the store …',
    packs: 'opening packs …',
    devices: 'trying devices …',
    measuring: 'measuring …',
  },
  summary: ({ error, warning }) =>
    error + warning === 0
      ? 'Nothing is wrong.'
      : `${[error > 0 ? count(error, 'error') : '', warning > 0 ? count(warning, 'warning') : ''].filter(Boolean).join(', ')}.`,
  findings: {
    'kiln.runs': ({ kiln, node, system }) => fine('Kiln', `Kiln ${kiln} on Node ${node}, ${system}.`),
    'node.tooOld': ({ node, wanted }) => ({
      where: 'Node',
      what: `Node ${node} is too old.`,
      why: `Kiln is made for Node ${wanted}.`,
      remedy: 'Install a newer Node, or start with “npm start”, which gets one by itself.',
    }),
    'memory.enough': ({ bytes, budgetBytes }) =>
      fine('memory', `${bytesText(bytes)}, of which Kiln may fill ${bytesText(budgetBytes)} with weights.`),
    'memory.overBudget': ({ bytes, budgetBytes }) => ({
      where: 'memory',
      what: `Kiln may fill ${bytesText(budgetBytes)} with weights, but may use no more than ${bytesText(bytes)} here.`,
      why: 'The limit is that of a container or of the system; a process that passes it is killed.',
      remedy: 'Raise the limit, or use packs whose parts stay well below it.',
    }),
    'memory.scarce': ({ bytes, freeBytes }) => ({
      where: 'memory',
      what: `Only ${bytesText(freeBytes)} of ${bytesText(bytes)} are free.`,
      why: 'Weights that do not fit are moved to the disk and back, which is many times slower.',
      remedy: 'End programs that are not needed, or use a smaller pack.',
    }),
    'home.ready': ({ path, freeBytes }) =>
      fine(path, `The data folder can be written; ${bytesText(freeBytes)} are free.`),
    'home.roomUnknown': ({ path }) => ({
      where: path,
      what: 'The data folder can be written; how much room its disk has is not known.',
      why: 'The system does not say.',
      remedy: '',
    }),
    'home.nearlyFull': ({ path, freeBytes }) => ({
      where: path,
      what: `Only ${bytesText(freeBytes)} are free on the disk of the data folder.`,
      why: 'Pictures, the queue and what need not be computed again are kept there.',
      remedy: 'Make room, or choose a data folder on another disk with --home.',
    }),
    'home.full': ({ path, freeBytes }) => ({
      where: path,
      what: `The disk of the data folder is full: ${bytesText(freeBytes)} are free.`,
      why: 'No run can be queued and no picture kept.',
      remedy: 'Make room, or choose a data folder on another disk with --home.',
    }),
    'home.served': ({ path, pid, address, since }) => ({
      where: path,
      what: `Process ${pid} serves this data folder at ${address}, since ${timeText(since)}.`,
      why: 'Only one core can serve a data folder.',
      remedy: `Use it with “--on ${address}”.`,
    }),
    'home.heldSilently': ({ path }) => ({
      where: path,
      what: 'Another process holds the data folder and does not say where it listens.',
      why: 'It is starting or ending, or it hangs.',
      remedy: 'Look again in a moment; if it stays so, end that process.',
    }),
    'home.leftBehind': ({ path, pid, since }) => ({
      where: path,
      what: `Process ${pid}, which served this data folder since ${timeText(since)}, ended without taking leave.`,
      why: 'It was killed, or the machine went off. Its queue is on the disk.',
      remedy: '“kiln serve” goes on with it.',
    }),
    'store.opens': ({ path, ms }) => fine(path, `The store opens, in ${Math.round(ms)} ms.`),
    'log.quiet': ({ path }) => fine(path, 'The log tells of no mistakes and no lost devices in the last seven days.'),
    'log.bugs': ({ path, count: n, last, text }) => ({
      where: path,
      what: `Something went wrong inside Kiln ${count(n, 'time')} in the last seven days, most lately on ${timeText(last)}: ${text}`,
      why: 'These are our mistakes, not yours.',
      remedy: 'Please report them, with the log.',
    }),
    'log.lostDevices': ({ path, count: n, last, text }) => ({
      where: path,
      what: `The host of a device was lost ${count(n, 'time')} in the last seven days, most lately on ${timeText(last)}: ${text}`,
      why: 'Usually memory ran out, or a driver crashed.',
      remedy: 'Make smaller pictures or batches, end other programs, or renew the driver.',
    }),
    'pack.opens': ({ pack, title, bytes }) => fine(`pack ${pack}`, `${title}, ${bytesText(bytes)}.`),
    'pack.none': ({ path }) => ({
      where: path,
      what: 'There is no pack that opens.',
      why: 'Without a model nothing can be made.',
      remedy: `Put the folder of a model there; “kiln packs FOLDER” says whether it is one.`,
    }),
    'pack.partTooLarge': ({ pack, part, bytes, budgetBytes }) => ({
      where: `pack ${pack}`,
      what: `Its ${part} takes ${bytesText(bytes)}, more than any device may hold (${bytesText(budgetBytes)}).`,
      why: 'A part must lie on one device as a whole.',
      remedy: 'Use it in half precision, or on a machine with more memory.',
    }),
    'device.computes': ({ device, provider, label, threads, budgetBytes }) =>
      fine(
        `device ${device}`,
        `${label}, computes with ${provider}, ${count(threads, 'thread')}, up to ${bytesText(budgetBytes)} of weights.`,
      ),
    'provider.noLibrary': ({ provider, library }) => ({
      where: `provider ${provider}`,
      what: `onnxruntime-node lacks its library ${library}.`,
      why: 'It is fetched apart from the package, since it is large.',
      remedy:
        'With an NVIDIA card run “node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install”; it needs CUDA 12 and cuDNN 9.',
    }),
    'provider.failed': ({ provider, reason }) => ({
      where: `provider ${provider}`,
      what: 'No device computes with it here.',
      why: `A model of one operation did not run: ${reason}.`,
      remedy: 'If there is such a device, renew its driver.',
    }),
    'provider.notTried': ({ provider }) => ({
      where: `provider ${provider}`,
      what: 'It is not tried by itself on this system.',
      why: 'There it is often a program that imitates a graphics card, slower than the processor.',
      remedy: '',
    }),
    'provider.otherSystem': ({ provider, systems }) => ({
      where: `provider ${provider}`,
      what: 'onnxruntime-node has no library for it on this system.',
      why: `It is made for ${systems}.`,
      remedy: '',
    }),
    'card.found': ({ card, driver, bytes, usedBytes }) =>
      fine(card, `Driver ${driver}; ${bytesText(usedBytes)} of ${bytesText(bytes)} are in use.`),
    'card.narrow': ({ card, width, most }) => ({
      where: card,
      what: `It is connected with ${count(width, 'lane')} of ${most}.`,
      why: 'Weights take so much longer to get there.',
      remedy: 'Put the card into the slot that has all lanes, and look at the settings of the board.',
    }),
    'card.toolAbsent': ({ reason }) => ({
      where: 'NVIDIA cards',
      what: 'Nothing is known of NVIDIA cards and their driver.',
      why: reason === '' ? 'There is no nvidia-smi here.' : `nvidia-smi does not answer: ${reason}.`,
      remedy: 'If there is such a card, install its driver.',
    }),
    'bandwidth.known': ({ device, loadBytes, bringBytes }) =>
      fine(
        `device ${device}`,
        `Measured while working: weights load with about ${perSecond(loadBytes)}${bringBytes === null ? '' : `, results come with about ${perSecond(bringBytes)}`}.`,
      ),
    'bandwidth.slow': ({ device, loadBytes }) => ({
      where: `device ${device}`,
      what: `Weights load with no more than ${perSecond(loadBytes)}.`,
      why: 'Packs lie on a slow disk or on the network, or the memory is too small to keep them at hand.',
      remedy: 'Put packs on a fast local disk.',
    }),
    'bandwidth.belowDisk': ({ device, loadBytes, readBytes }) => ({
      where: `device ${device}`,
      what: `Weights load with about ${perSecond(loadBytes)}, though their disk reads ${perSecond(readBytes)}.`,
      why: 'Most of the time goes into making the graph ready, as it does with small packs.',
      remedy: '',
    }),
    'bandwidth.unknown': ({ device }) => ({
      where: `device ${device}`,
      what: 'How fast weights load is not measured yet.',
      why: 'It is measured with the first runs.',
      remedy: '',
    }),
    'copy.measured': ({ bytes }) => fine('memory', `Copies ${perSecond(bytes)}.`),
    'copy.slow': ({ bytes }) => ({
      where: 'memory',
      what: `Copies no more than ${perSecond(bytes)}.`,
      why: 'Other programs use the memory, or the machine is imitated by a program.',
      remedy: 'End other programs and look again.',
    }),
    'read.measured': ({ path, bytes }) =>
      fine(path, `Reads ${perSecond(bytes)}; what was read lately comes out of memory.`),
    'read.slow': ({ path, bytes }) => ({
      where: path,
      what: `Reads no more than ${perSecond(bytes)}.`,
      why: 'The disk is slow, busy or on the network, and weights are loaded from it.',
      remedy: 'Put the data folder and packs on a fast local disk.',
    }),
    'read.nothing': ({ path }) => ({
      where: path,
      what: 'The disk was not measured.',
      why: 'No file is large enough for it yet.',
      remedy: '',
    }),
    'port.free': ({ address }) => fine(address, 'The usual address of “kiln serve” is free.'),
    'port.ours': ({ address }) => fine(address, 'The core of this data folder listens here.'),
    'port.taken': ({ address }) => ({
      where: address,
      what: 'Another program listens at the usual address of “kiln serve”.',
      why: 'It may be a core of another data folder.',
      remedy: 'Choose another port with “kiln serve --port N”; --port 0 takes a free one.',
    }),
    'port.closed': ({ address, reason }) => ({
      where: address,
      what: 'No program can listen on this machine’s own address.',
      why: `The system says: ${reason}.`,
      remedy: 'Look at the network settings and at what guards this machine.',
    }),
  },
};
