import { type CliTexts, durationText } from '../cli-texts.ts';
import { queue } from './cli-queue.ts';
import { simulation } from './cli-simulation.ts';

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

export const cli: CliTexts = {
  about: [
    'Kiln makes pictures with diffusion models from graphs of nodes.',
    '',
    'Make one now, from words:',
    '  kiln run graphs/text-to-image.kiln.json --set prompt="a red fox" --set seed=7 --out pictures',
    '',
    'What a graph lets you set:    kiln check graphs/text-to-image.kiln.json',
    'All commands and options:     kiln help',
    '',
    'In a fresh clone write “npm start --” instead of “kiln”.',
  ].join('\n'),
  usage: 'Usage',
  commandsTitle: 'Commands',
  optionsTitle: 'Options',
  commands: {
    run: 'run a graph, or the graph inside a picture made by Kiln',
    check: 'say whether a graph can run, and which inputs can be set',
    serve: 'keep a core running that this machine or, with a token, others can use',
    queue:
      'work with the queue of a serving core: add FILE, list, show RUN, watch [RUN …], pause or resume [RUN …], move RUN … front|back|before RUN, cancel RUN …, retry RUN …, clear, explain RUN, notices [test WHO]',
    explain: 'say why a run is where it is: its device, its company, what it waits for',
    nodes: 'list the node types, or describe one',
    packs: 'list the model packs',
    devices: 'list the devices that compute',
    images: 'list the pictures made so far; “images show PICTURE.png” prints the graph inside one',
    settings: 'show and change the settings: list, get NAME, set NAME VALUE, reset NAME …',
    doctor: 'say what this machine has for Kiln, what is slow or wrong, and what to do about it',
    simulate: 'replay a recorded queue, or that of the data folder, on other devices, in simulated time',
    help: 'this page, or the page of one command',
  },
  options: {
    set: 'set an input; paths of files are relative to the current folder',
    batch: 'one run for each line: JSON objects (.jsonl) or a table with a header (.csv)',
    times: 'run N times, with seed, seed + 1, seed + 2 …',
    out: 'write the pictures to this folder as title-seed-hash.png',
    tier: 'how urgent it is: interactive, fast, quality or background',
    device: 'compute on this device alone',
    notify:
      'who is told when all of them are over: desktop, webhook, email, addresses that the settings allow, or none',
    devices:
      'devices to use, joined with commas: cpu, cuda:0, webgpu, sim:a100 …; simulated ones may be named several times',
    record: 'write the queue that is replayed to this file',
    json: 'print JSON Lines for programs',
    trace: 'write a trace that Perfetto opens',
    on: 'use the serving core at this address (queue: otherwise the one that serves the data folder)',
    token: 'the token of a serving core (otherwise KILN_TOKEN)',
    port: 'listen on this port, 7867 by default; 0 takes a free one',
    host: 'listen on this address; beyond this machine a token is asked for',
    open: 'open the studio in the browser; where this home is served already, open that one',
    home: 'the data folder (otherwise KILN_HOME, otherwise the place usual on this system)',
    lang: 'language of messages: en or zh',
    'no-color': 'no colours; NO_COLOR does the same',
    help: 'show help',
    version: 'show the version',
  },
  error: 'error',
  warning: 'warning',
  moreProblems: (n) => `and ${count(n, 'more problem')}`,
  atLine: (file, line) => `${file}, line ${line}`,
  starting: 'starting …',
  progress: ({ over, runs, steps, secondsPerStep, secondsLeft }) =>
    [
      runs > 1 ? `run ${Math.min(over + 1, runs)} of ${runs}` : '',
      steps ? `step ${steps.done}/${steps.total}` : 'loading …',
      secondsPerStep === null ? '' : `${secondsPerStep.toFixed(2)} s/step`,
      secondsLeft === null ? '' : `${durationText(secondsLeft)} left`,
    ]
      .filter(Boolean)
      .join(' · '),
  stopping: 'Stopping after the current step. Press Ctrl-C again to end at once.',
  cancelled: 'Cancelled.',
  kept: (n, home) =>
    `${count(n, 'picture is', 'pictures are')} in the gallery (${home}). “--out FOLDER” writes pictures to a folder; what is finished is not computed twice.`,
  noSeed: (times) => `The graph has no seed, so all ${times} runs make the same picture.`,
  runFailed: (place, runs) => `run ${place} of ${runs} failed`,
  retried: 'A step failed and is tried again.',
  bug: (log) =>
    `Something went wrong inside Kiln. This is our mistake, not yours. ${log === null ? 'No log could be written.' : `The details are in ${log}; please report them.`}`,
  checked: (title) => `${title || 'The graph'} can run.`,
  noPacks: 'No model packs were found.',
  noImages: 'There are no pictures yet.',
  notComputing: (provider, reason) => `Nothing computes with ${provider} here: ${reason}.`,
  inputs: 'Inputs',
  outputs: 'Outputs',
  more: 'no value needed',
  required: 'must be connected',
  broken: 'broken',
  batch: {
    notObject: 'it is not a JSON object of names and values',
    nested: (name) => `“${name}” holds a list or an object`,
    noName: (column) => `column ${column} of the header has no name`,
    twice: (name) => `the header names “${name}” twice`,
    cells: (found, wanted) => `it has ${count(found, 'cell')} where the header has ${wanted}`,
    quote: 'a quoted cell is not closed properly',
  },
  studio: {
    opened: (address) => `The studio opens in the browser: ${address} . Ctrl-C ends Kiln.`,
    noDisplay: (address) => `The studio is at ${address} : open it in a browser. Ctrl-C ends Kiln.`,
    runsAlready: (address) => `Kiln runs already. The studio is at ${address} .`,
  },
  queue,
  simulation,
  folder: { notFolder: (path) => `${path} is a file` },
};
