import { bytesText, countText, type GraphCode, type ProblemTexts } from '../sentence.ts';
import { didYouMean, quoted, ruleSource, ruleWord, word } from './words.ts';

/** `bytes` counts as megabytes, nodes and links as themselves. */
const amount = (what: 'nodes' | 'links' | 'bytes', count: number): string =>
  what === 'bytes' ? bytesText(count) : `${countText(count)} ${what}`;

export const graphProblems: ProblemTexts<GraphCode> = {
  'folder.notChosen': () => ({
    message: 'That folder was not chosen in this window.',
    remedy: 'Choose it again.',
  }),
  'file.missing': ({ path }) => ({
    message: `There is no file ${quoted(path)}.`,
    remedy: 'Check the path and its spelling.',
  }),
  'file.isFolder': ({ path }) => ({
    message: `${quoted(path)} is a folder, not a file.`,
    remedy: 'Name a file inside it.',
  }),
  'file.unreadable': ({ path, reason }) => ({
    message: `The file ${quoted(path)} cannot be read: ${reason}.`,
    remedy: 'Check that you may read it and that no other program holds it.',
  }),
  'file.tooLarge': ({ path, bytes, limit }) => ({
    message: `The file ${quoted(path)} has ${bytesText(bytes)}; at most ${bytesText(limit)} are read.`,
    remedy: 'Check that it is the file you meant, or make it smaller.',
  }),
  'file.empty': ({ path }) => ({
    message: `The file ${quoted(path)} is empty.`,
    remedy: 'Save it again, or take an earlier copy.',
  }),
  'file.notWritten': ({ path, reason }) => ({
    message: `The file ${quoted(path)} could not be written: ${reason}.`,
    remedy: 'It is as it was before. Save it somewhere else; the graph is kept here meanwhile.',
  }),
  'folder.notWritable': ({ path, reason }) => ({
    message: `Nothing can be written to the folder ${quoted(path)}: ${reason}.`,
    remedy: 'Choose another folder, or get the right to write there.',
  }),
  'disk.full': ({ path }) => ({
    message: `The disk is full; ${quoted(path)} was not written.`,
    remedy: 'Make room and run it again: what was finished is not computed twice.',
  }),

  'graph.notJson': ({ name, line, column, reason }) => ({
    message: `${quoted(name)} is not valid JSON; line ${line}, column ${column}: ${reason}.`,
    remedy: 'It may be cut off or edited by hand. Mend that place, or take an earlier copy.',
  }),
  'graph.tooDeep': ({ name, limit }) => ({
    message: `${quoted(name)} is nested deeper than ${limit} levels, so it is not a Kiln graph.`,
    remedy: 'Check that it is the file you meant.',
  }),
  'graph.tooLarge': ({ name, what, count, limit }) => ({
    message: `${quoted(name)} has ${amount(what, count)}; a graph may have at most ${amount(what, limit)}.`,
    remedy: 'Check that it is the file you meant, or split the graph.',
  }),
  'graph.foreign': ({ name, found }) => ({
    message: `${quoted(name)} is not a Kiln graph; it holds ${found}.`,
    remedy: 'Open a file that ends in .kiln.json, or a picture made by Kiln.',
  }),
  'graph.malformed': ({ name, path, reason }) => ({
    message: `${quoted(name)} is not a proper Kiln graph: ${quoted(path)} is wrong (${reason}).`,
    remedy: 'Mend that field, or take an earlier copy.',
  }),
  'graph.newer': ({ name, version, known }) => ({
    message: `${quoted(name)} was saved by a newer Kiln (format ${version}; this one knows up to ${known}).`,
    remedy: 'Update Kiln. The file was left as it is.',
  }),
  'graph.cycle': ({ nodes }) => ({
    message: `These nodes wait for each other in a circle: ${nodes}.`,
    remedy: 'Remove one of the links between them.',
  }),
  'graph.noSink': () => ({
    message: 'The graph has no node that keeps or shows anything.',
    remedy: 'Add “Save image” or “Preview image” at its end.',
  }),
  'graph.notInPicture': ({ name }) => ({
    message: `There is no Kiln graph inside the picture ${quoted(name)}.`,
    remedy: 'Use the original file: many programs drop what is stored in a picture when they save it again.',
  }),

  'link.missingNode': ({ node, end, link }) => ({
    message: `The link into ${quoted(link)} ${end === 'from' ? 'starts' : 'ends'} at ${quoted(node)}, but there is no such node.`,
    remedy: 'Remove the link, or connect it to a node that is there.',
  }),
  'link.missingOutput': ({ node, output, known }) => ({
    message: `The node ${quoted(node)} has no output ${quoted(output)}.`,
    remedy: `Its outputs: ${known || 'none'}.`,
  }),
  'link.missingInput': ({ node, input, known }) => ({
    message: `The node ${quoted(node)} has no input ${quoted(input)}.`,
    remedy: `Its inputs: ${known || 'none'}.`,
  }),
  'link.wrongType': ({ from, to, given, wanted }) => ({
    message: `The link from ${quoted(from)} to ${quoted(to)} carries ${word(given)}, but ${word(wanted)} is needed there.`,
    remedy: 'Connect an output of the right type, or put a node between that converts.',
  }),

  'node.unknownType': ({ node, type, nearest }) => ({
    message: `The node ${quoted(node)} is of the unknown type ${quoted(type)}.`,
    remedy: `${didYouMean(nearest)}${quoted('kiln nodes')} lists the types. The node is kept in the file as it is.`,
  }),
  'node.newer': ({ node, type, version, known }) => ({
    message: `The node ${quoted(node)} (${type}) was saved by a newer Kiln (version ${version}; this one knows up to ${known}).`,
    remedy: 'Update Kiln, or replace the node.',
  }),
  'node.failed': ({ node, type, reason }) => ({
    message: `The node ${quoted(node)} (${type}) failed: ${reason}.`,
    remedy: 'Run it again. If it fails once more, please report it together with the graph.',
  }),
  'subgraph.missing': ({ node, subgraph }) => ({
    message: `The node ${quoted(node)} stands for the subgraph ${quoted(subgraph)}, which is not in the file.`,
    remedy: 'Remove the node, or take a copy of the file that holds the subgraph.',
  }),
  'subgraph.recursive': ({ subgraph }) => ({
    message: `The subgraph ${quoted(subgraph)} contains itself.`,
    remedy: 'Remove the node inside it that stands for it.',
  }),

  'input.missing': ({ node, input, type }) => ({
    message: `Nothing is connected to ${quoted(input)} of the node ${quoted(node)}.`,
    remedy: `Connect an output that carries ${word(type)}.`,
  }),
  'input.wrongKind': ({ node, input, wanted, given }) => ({
    message: `${quoted(input)} of the node ${quoted(node)} must be ${word(wanted)}, not ${quoted(given)}.`,
    remedy: 'Change the value.',
  }),
  'input.outOfRange': ({ node, input, value, min, max }) => ({
    message: `${quoted(input)} of the node ${quoted(node)} is ${value}, which is outside ${min} to ${max}.`,
    remedy: `Choose a value from ${min} to ${max}.`,
  }),
  'input.notAChoice': ({ node, input, value, choices, nearest }) => ({
    message: `${quoted(value)} is not a choice for ${quoted(input)} of the node ${quoted(node)}.`,
    remedy: `${didYouMean(nearest)}The choices: ${choices}.`,
  }),
  'input.tooLong': ({ node, input, length, limit }) => ({
    message: `The text of ${quoted(input)} of the node ${quoted(node)} has ${length} characters; at most ${limit} are taken.`,
    remedy: 'Shorten it.',
  }),
  'input.notPlanned': ({ node, input, source }) => ({
    message: `${quoted(input)} of the node ${quoted(node)} must be known before the run starts${source ? `, but ${quoted(source)} makes it while it runs` : ''}.`,
    remedy: 'Type the value in, or link it to a value node.',
  }),
  'input.notSet': ({ node, input, wanted }) => ({
    message: `${quoted(input)} of the node ${quoted(node)} is not set.`,
    remedy: `Give it ${word(wanted)}.`,
  }),

  'affinity.malformed': ({ text, from, pack, column, found, expected }) => ({
    message: `The rule of placement ${quoted(text)} of ${ruleSource(from, pack)} cannot be read: at column ${column} ${ruleWord(expected)} is expected, not ${found ? quoted(found) : 'its end'}.`,
    remedy: 'Write rules such as text-encoder=cpu, denoiser=cuda:0|cuda:1, vae=same-as(denoiser).',
  }),
  'affinity.unknownTarget': ({ rule, from, pack, target, nearest, known }) => ({
    message: `The rule of placement ${quoted(rule)} of ${ruleSource(from, pack)} names ${quoted(target)}, which is ${from === 'graph' ? 'neither a part nor a node of the graph' : 'not a part'}.`,
    remedy: `${didYouMean(nearest)}The parts: ${known}.`,
  }),
  'affinity.unknownDevice': ({ rule, from, pack, device, nearest, known }) => ({
    message: `The rule of placement ${quoted(rule)} of ${ruleSource(from, pack)} names ${quoted(device)}, which is no device and no kind of device.`,
    remedy: `${didYouMean(nearest)}There are here: ${known || 'none'}.`,
  }),
  'affinity.noDevice': ({ rule, from, pack, node, devices }) => ({
    message: `The rule of placement ${quoted(rule)} of ${ruleSource(from, pack)} leaves no device to the node ${quoted(node)}; there are here: ${devices || 'none'}.`,
    remedy: 'Change the rule, make it a wish with ~= instead of =, or choose a device for this run.',
  }),
  'affinity.apart': ({ rule, from, pack, node, other }) => ({
    message: `The rule of placement ${quoted(rule)} of ${ruleSource(from, pack)} cannot be kept: no device may run both ${quoted(node)} and ${quoted(other)}.`,
    remedy: 'Change one of the rules for these nodes, or make this one a wish with ~= instead of =.',
  }),
};
