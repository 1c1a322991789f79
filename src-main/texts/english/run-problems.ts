import type { OtherPicture, WeightsKind } from '../../model/errors.ts';
import { bytesText, type ProblemTexts, type RunCode } from '../sentence.ts';
import { didYouMean, partWord, quoted } from './words.ts';

const pictureWord: Readonly<Record<OtherPicture, string>> = {
  gif: 'a GIF file',
  avif: 'an AVIF file',
  heic: 'a HEIC file, as iPhones take them',
  tiff: 'a TIFF file',
  'jpeg-xl': 'a JPEG XL file',
  'jpeg-2000': 'a JPEG 2000 file',
  photoshop: 'a Photoshop file',
  cmyk: 'a JPEG file with the colours of a printer (CMYK)',
};

const weightsWord: Readonly<Record<WeightsKind, string>> = {
  lora: 'a LoRA',
  checkpoint: 'a checkpoint',
  'control-net': 'a ControlNet’s weights',
  embedding: 'a textual inversion',
  'text-encoder': 'a text encoder’s weights',
  vae: 'a VAE’s weights',
  denoiser: 'a denoiser’s weights',
  unknown: 'a file of weights',
};

export const runProblems: ProblemTexts<RunCode> = {
  'override.unknown': ({ name, nearest, known }) => ({
    message: `The graph has no input called ${quoted(name)}.`,
    remedy: `${didYouMean(nearest)}It offers: ${known || 'none'}. ${quoted('node.input')} works for any input.`,
  }),
  'override.malformed': ({ text }) => ({
    message: `${quoted(text)} does not set an input.`,
    remedy: 'Write NAME=VALUE, such as seed=7 or prompt="a red fox".',
  }),
  'batch.malformed': ({ name, line, reason }) => ({
    message: `Line ${line} of ${quoted(name)} cannot be read: ${reason}.`,
    remedy: 'Write one JSON object per line (.jsonl), or a header and rows (.csv).',
  }),
  'batch.tooMany': ({ count, limit }) => ({
    message: `That makes ${count} runs; at most ${limit} can be submitted at once.`,
    remedy: 'Split them into several submissions.',
  }),
  'option.unknown': ({ option, nearest }) => ({
    message: `There is no option ${quoted(option)}.`,
    remedy: `${didYouMean(nearest)}${quoted('--help')} lists the options.`,
  }),
  'option.missingValue': ({ option }) => ({
    message: `The option ${quoted(option)} needs a value.`,
    remedy: 'Put the value after it.',
  }),
  'option.badValue': ({ option, value, wanted }) => ({
    message: `${quoted(value)} does not fit the option ${quoted(option)}.`,
    remedy: `It takes ${wanted}.`,
  }),
  'queue.malformed': ({ name, where, reason }) => ({
    message: `${quoted(name)} is no recorded queue${where ? `: ${quoted(where)}` : ''}: ${reason}.`,
    remedy: `${quoted('kiln simulate --record FILE')} writes one.`,
  }),
  'queue.empty': ({ home }) => ({
    message: `There are no runs in ${home}.`,
    remedy: 'Name a file with a recorded queue, or run something first.',
  }),
  'command.unknown': ({ command, nearest }) => ({
    message: `There is no command ${quoted(command)}.`,
    remedy: `${didYouMean(nearest)}${quoted('kiln --help')} lists the commands.`,
  }),
  'argument.missing': ({ command, argument }) => ({
    message: `${quoted(command)} needs ${argument}.`,
    remedy: `${quoted(`${command} --help`)} shows how it is used.`,
  }),
  'argument.unexpected': ({ command, argument }) => ({
    message: `${quoted(command)} does not know what to do with ${quoted(argument)}.`,
    remedy: `Text with spaces needs quotes around it. ${quoted(`${command} --help`)} shows how it is used.`,
  }),
  'nodeType.unknown': ({ type, nearest }) => ({
    message: `There is no node type ${quoted(type)}.`,
    remedy: `${didYouMean(nearest)}${quoted('kiln nodes')} lists the types.`,
  }),

  'pack.noneInFolder': ({ folder }) => ({
    message: `There is no pack in the folder ${quoted(folder)}.`,
    remedy: 'Choose the folder of a pack, the one with its ONNX files, or a folder that holds such folders.',
  }),
  'pack.missing': ({ pack, known }) => ({
    message: `No pack called ${quoted(pack)} was found.`,
    remedy: `Choose one that is there (${known || 'none was found'}), or put its folder where ${quoted('kiln packs')} looks.`,
  }),
  'pack.notAPack': ({ pack, path, found, wanted }) => ({
    message: `The folder of the pack ${quoted(pack)}, ${path}, is not a model pack: it holds ${found}.`,
    remedy: `A pack needs ${wanted}. Check that the folder is the right one and was copied whole.`,
  }),
  'pack.partMissing': ({ pack, part, path }) => ({
    message: `The pack ${quoted(pack)} lacks its ${partWord(part)}: there is no ${quoted(path)}.`,
    remedy: 'Copy the pack again, whole.',
  }),
  'pack.noUpscaler': ({ pack }) => ({
    message: `The pack ${quoted(pack)} has no upscaler: the picture stays as large as it is.`,
    remedy: 'Link the upscaler of another pack, such as “starter”, or remove the node.',
  }),
  'pack.schedulerUnknown': ({ pack, scheduler }) => ({
    message: `Kiln does not know ${scheduler}, the scheduler of the pack ${quoted(pack)}: as the pack says, it runs Euler’s instead.`,
    remedy:
      'Pictures differ from those of its makers. Choose a sampler and a scheduler by name, or another in its scheduler_config.json.',
  }),
  'pack.schedulerSettings': ({ pack, scheduler, settings }) => ({
    message: `Of the scheduler of the pack ${quoted(pack)}, ${scheduler}, these settings are not followed: ${settings}.`,
    remedy: 'As the pack says, pictures may differ from those of its makers. Choose a sampler and a scheduler by name.',
  }),
  'pack.partBroken': ({ pack, part, path, reason }) => ({
    message: `The ${partWord(part)} of the pack ${quoted(pack)} is broken: ${reason} (${path}).`,
    remedy: 'The file may be cut off. Copy the pack again.',
  }),
  'pack.fileBroken': ({ pack, path, reason }) => ({
    message: `A file of the pack ${quoted(pack)} is broken: ${reason} (${path}).`,
    remedy: 'Copy the pack again.',
  }),
  'pack.unknownLayout': ({ pack, part, names }) => ({
    message: `Kiln does not know how to feed the ${partWord(part)} of the pack ${quoted(pack)}; its inputs and outputs are ${names}.`,
    remedy: 'Say in its pack.json what they are, or use a pack exported in the optimum layout.',
  }),
  'pack.partsDisagree': ({ pack, part, other, reason }) => ({
    message: `In the pack ${quoted(pack)} the ${partWord(part)} does not fit the ${partWord(other)} (${reason}).`,
    remedy: 'They are of different models. Copy the pack again, all of its folders from one export.',
  }),
  'pack.weightsFile': ({ path, kind }) => ({
    message: `${path} is ${weightsWord[kind]}, not a model pack: it holds weights without the graph that uses them.`,
    remedy:
      kind === 'lora'
        ? 'Kiln cannot add LoRAs yet. Merge it into its model, and export that with optimum.'
        : 'Export the model with optimum-cli export onnx, and put the folder that it makes here.',
  }),
  'pack.sizeNotAllowed': ({ pack, width, height, allowed }) => ({
    message: `The pack ${quoted(pack)} cannot take pictures of ${width} × ${height} pixels.`,
    remedy: /^\d+$/.test(allowed) ? `Use sides that are multiples of ${allowed}.` : `It takes: ${allowed}.`,
  }),
  'pack.changed': ({ pack, part }) => ({
    message: `The ${partWord(part)} of the pack ${quoted(pack)} was changed while it was in use.`,
    remedy: 'Run it again: the new file is taken then.',
  }),
  'prompt.unknownWords': ({ words, near }) => ({
    message: `The model does not know these words and leaves them out: ${words}.`,
    remedy: near ? `Did you mean ${near}? The page of models lists what it knows.` : 'Try other words for them.',
  }),
  'prompt.cut': ({ cut, length }) => ({
    message: `The prompt is longer than the ${length} tokens that the model reads; this part is left out: ${quoted(cut)}.`,
    remedy: 'Shorten it, or put what matters first.',
  }),
  'prompt.cannotSkip': ({ pack, part, skip, given }) => ({
    message: `The ${partWord(part)} of the pack ${quoted(pack)} cannot be read with a skip of ${skip}: its graph gives ${given}.`,
    remedy: 'Set skip to 0, or export the encoder with all of its hidden states.',
  }),
  'embedding.missing': ({ names, known }) => ({
    message: `There are no embeddings of these names, and the words are left out: ${names}.`,
    remedy: known
      ? `Choose one of: ${known}.`
      : 'Put NAME.safetensors into the folder embeddings of Kiln’s home or of the pack.',
  }),
  'embedding.broken': ({ name, path, reason }) => ({
    message: `The embedding ${quoted(name)} cannot be used: ${reason} (${path}).`,
    remedy: 'Copy the file again, or take the word out of the prompt.',
  }),
  'embedding.pickle': ({ name, path }) => ({
    message: `The embedding ${quoted(name)} is a pickle, which could run any program: ${path} is not opened.`,
    remedy: 'Convert it to .safetensors, or get it as such a file.',
  }),
  'embedding.wrongWidth': ({ name, part, given, wanted }) => ({
    message: `The embedding ${quoted(name)} is made for another model: its vectors have ${given} numbers, and the ${partWord(part)} takes ${wanted}.`,
    remedy: 'Use one that was trained for this family of models.',
  }),
  'embedding.notTaken': ({ name, pack, part }) => ({
    message: `The pack ${quoted(pack)} cannot use the embedding ${quoted(name)}: the graph of its ${partWord(part)} has no place for it.`,
    remedy: 'Take the word out of the prompt, or read the prompt literally.',
  }),

  'image.notAnImage': ({ name, found }) => ({
    message: `${quoted(name)} is not a picture; it looks like ${found}.`,
    remedy: 'Use a PNG, JPEG or WebP file.',
  }),
  'image.formatNotRead': ({ name, format }) => ({
    message: `${quoted(name)} is ${pictureWord[format]}, which Kiln does not read.`,
    remedy: 'Save it as an RGB picture in PNG, JPEG or WebP.',
  }),
  'image.profileIgnored': ({ name, profile }) => ({
    message: `The colours of ${quoted(name)} may look different: its colour profile${profile ? ` (${profile})` : ''} cannot be followed, so they are taken for sRGB.`,
    remedy: 'Convert it to sRGB in a picture editor.',
  }),
  'image.broken': ({ name, reason }) => ({
    message: `The picture ${quoted(name)} is broken: ${reason}.`,
    remedy: 'Copy it again, or save it anew in a picture editor.',
  }),
  'image.tooLarge': ({ name, width, height, limit }) => ({
    message: `${quoted(name)} has ${width} × ${height} pixels; at most ${limit} pixels in all are taken.`,
    remedy: 'Make it smaller, or take fewer pictures at once.',
  }),
  'image.missing': ({ name }) => ({
    message: `The picture ${quoted(name)} is not in the store.`,
    remedy: 'Choose the file again.',
  }),
  'latent.doesNotFit': ({ given, wanted }) => ({
    message: `A latent of the shape ${given} does not fit here: it takes ${wanted}.`,
    remedy: 'Link latents of one model family.',
  }),
  'conditioning.areaNotAllowed': ({ pack, width, height, allowed }) => ({
    message: `The pack ${quoted(pack)} cannot draw in an area of ${width} × ${height} pixels: it takes ${/^\d+$/.test(allowed) ? `multiples of ${allowed}` : allowed}.`,
    remedy: 'Choose another area, or say the place with a mask instead.',
  }),
  'conditioning.doesNotFit': ({ given, wanted }) => ({
    message: `A conditioning of the shape ${given} does not fit here: it takes ${wanted}.`,
    remedy: 'Link conditionings of one text encoder.',
  }),

  'device.unknown': ({ device, known }) => ({
    message: `There is no device ${quoted(device)}.`,
    remedy: `Choose one of: ${known || 'none was found'}.`,
  }),
  'device.unknownName': ({ device, nearest, known }) => ({
    message: `${quoted(device)} is no device that can be used.`,
    remedy: nearest ? `Did you mean ${quoted(nearest)}? There are: ${known}.` : `Choose from: ${known}.`,
  }),
  'device.namedTwice': ({ device }) => ({
    message: `The device ${quoted(device)} is named twice.`,
    remedy: 'Name it once. Simulated cards alone may be named several times.',
  }),
  'device.notMeasured': ({ device }) => ({
    message: `Nothing was measured on ${device} yet, so nothing can be simulated for it.`,
    remedy: 'Run a graph on it first, or name a simulated card.',
  }),
  'device.cannotBeHad': ({ device, reason }) => ({
    message: `The device ${quoted(device)} cannot be used here: ${reason}.`,
    remedy: 'Choose another device; “kiln doctor” says what is missing.',
  }),
  'device.none': ({ node }) => ({
    message: `No device may run the node ${quoted(node)}.`,
    remedy: 'Loosen the rules of placement, or choose another device.',
  }),
  'device.lost': ({ device, reason }) => ({
    message: `The process that works on ${device} ended unexpectedly: ${reason}.`,
    remedy: 'Run it again. If it happens with this graph only, try a smaller size or fewer pictures.',
  }),
  'device.outOfMemory': ({ device, part, needed, tried }) => ({
    message: `${device} has too little memory for the ${partWord(part)}${needed > 0 ? `: ${bytesText(needed)} more are needed` : ''}${tried === undefined ? '' : tried === 'tiles' ? ', even in tiles and with nothing else there' : ', even for one row and with nothing else there'}.`,
    remedy:
      tried === undefined
        ? 'Use a smaller size, fewer pictures or a smaller pack.'
        : 'Use a smaller width and height or a smaller pack, or close other programs that use this device.',
  }),
  'device.tiled': ({ device, part, tile }) => ({
    message: `${device} ran out of memory in the ${partWord(part)}, so this picture is made in tiles of ${tile} cells; where they meet it may differ a little.`,
    remedy: 'For a picture in one piece use a smaller size, or close other programs that use this device.',
  }),
  'device.hotFillsIt': ({ device, needed, budget, hot }) => ({
    message: `This needs ${bytesText(needed)} on ${device}, which may use ${bytesText(budget)}; ${bytesText(hot)} of that is taken by packs that the settings keep loaded.`,
    remedy: 'Take a pack out of the hot set in the settings, or use a smaller pack or size.',
  }),
  'device.cannotLoad': ({ device, part, reason }) => ({
    message: `${device} cannot load the ${partWord(part)}: ${reason}.`,
    remedy: 'Check that the pack is whole and made for this kind of device.',
  }),
  'device.callFailed': ({ device, part, reason }) => ({
    message: `The ${partWord(part)} failed on ${device}: ${reason}.`,
    remedy: 'Check that the pack and the size go together, or try another device.',
  }),
  'device.badResult': ({ device, part, reason, step, steps }) => ({
    message: `The ${partWord(part)} on ${device} gave a result that makes no sense${step ? ` at step ${step} of ${steps}` : ''}: ${reason}.`,
    remedy: 'Try another device or a lower cfg. If it stays, the pack may be broken.',
  }),
  'device.doesNotFit': ({ device, needed, budget }) => ({
    message: `This needs ${bytesText(needed)} on ${device}, which may use ${bytesText(budget)}.`,
    remedy: 'Use a smaller pack or size, or raise the memory budget in the settings.',
  }),

  'run.missing': ({ run }) => ({
    message: `There is no run ${quoted(run)}.`,
    remedy: 'It may have been removed. Look at the list of runs.',
  }),
  'run.interrupted': ({ run }) => ({
    message: `The run ${run} was interrupted when Kiln ended.`,
    remedy: 'Start it again: what was finished is not computed twice.',
  }),
  'store.newer': ({ path, version, known }) => ({
    message: `The store ${quoted(path)} belongs to a newer Kiln (version ${version}; this one knows up to ${known}).`,
    remedy: 'Update Kiln, or choose another data folder with --home. The store was left as it is.',
  }),
  'store.broken': ({ path, reason }) => ({
    message: `The store ${quoted(path)} cannot be opened: ${reason}.`,
    remedy: 'Take it from a backup, or choose another data folder with --home.',
  }),
  'store.readOnly': ({ path }) => ({
    message: `The store ${quoted(path)} may not be written.`,
    remedy: 'Get the right to write there, or choose another data folder with --home.',
  }),
  'store.busy': ({ path }) => ({
    message: `Another program holds the store ${quoted(path)}.`,
    remedy: 'End the other Kiln, or choose another data folder with --home.',
  }),
  'store.closed': () => ({
    message: 'Kiln is closing, so nothing more is stored.',
    remedy: 'Start Kiln again.',
  }),
  'result.broken': ({ digest }) => ({
    message: `A kept result is broken or gone (${digest.slice(0, 12)}).`,
    remedy: 'Run it again: it will be computed anew.',
  }),
  'call.unknown': ({ name }) => ({
    message: `Kiln does not know the call ${quoted(name)}.`,
    remedy: 'Client and core may be of different versions. Update both.',
  }),
  'call.badArguments': ({ name, reason }) => ({
    message: `The call ${quoted(name)} has wrong arguments: ${reason}.`,
    remedy: 'Mend the arguments. Client and core may be of different versions.',
  }),
  'port.closed': ({ reason }) => ({
    message: `The connection was closed: ${reason}.`,
    remedy: 'Try again; start Kiln anew if it stays closed.',
  }),
  bug: ({ reason }) => ({
    message: `Something went wrong inside Kiln: ${reason}.`,
    remedy: 'This is our mistake. Please report it together with the log.',
  }),
};
