import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes } from './cli-complaints.ts';
import { holderOf } from './cli-home-lock.ts';
import type { QueueAction } from './cli-queue-action.ts';
import { add } from './cli-queue-add.ts';
import { explainRun, list, show } from './cli-queue-show.ts';
import { watch } from './cli-queue-watch.ts';
import type { RemoteCore } from './cli-remote.ts';
import type { Surroundings } from './cli-run.ts';
import type { Args, Asked } from './contract/calls.ts';
import { fail, unwrap } from './model/errors.ts';
import type { RunId } from './model/ids.ts';
import { nearest } from './model/nearest.ts';
import { isOver, runStates } from './model/run.ts';

type Action = (action: QueueAction) => Promise<ExitCode>;

/** Where a serving core is when nobody says otherwise. */
const usualAddress = 'http://127.0.0.1:7867';

/** Runs that were named, at least one. */
export function namedRuns({ words }: Pick<QueueAction, 'words'>, action: string): RunId[] {
  if (words.length === 0) fail('argument.missing', { command: `kiln queue ${action}`, argument: 'RUN' });
  return words.map((word) => (/^[\w:.-]{1,128}$/.test(word) ? (word as RunId) : fail('run.missing', { run: word })));
}

const noWords = (words: readonly string[], action: string): void => {
  if (words.length > 0) fail('argument.unexpected', { command: `kiln queue ${action}`, argument: words[0]! });
};

const pauseOrResume =
  (action: 'pause' | 'resume'): Action =>
  async (asked) => {
    const { core, words, args } = asked;
    if (words.length > 0) unwrap(await core.call(`runs.${action}`, { runIds: namedRuns(asked, action) }));
    else unwrap(await core.call(`queue.${action}`, args.tier === null ? {} : { tier: args.tier }));
    return exitCodes.done;
  };

/** `RUN … front`, `RUN … back` or `RUN … before RUN`. */
export function moveOf(words: readonly string[]): Asked<'runs.move'> {
  const command = 'kiln queue move';
  const end = words.at(-1);
  const isBefore = words.at(-2) === 'before';
  const names = words.slice(0, isBefore ? -2 : -1);
  if (!isBefore && end !== 'front' && end !== 'back')
    fail('argument.missing', { command, argument: 'front|back|before RUN' });
  const runIds = namedRuns({ words: names }, 'move');
  if (!isBefore) return { runIds, to: end as 'front' | 'back' };
  return { runIds, to: { before: namedRuns({ words: words.slice(-1) }, 'move')[0]! } };
}

type ClearStates = Args<'runs.clear'>['states'];
const overStates = runStates.filter(isOver) as ClearStates;

const clear: Action = async ({ core, words, args, around }) => {
  for (const word of words)
    if (!(overStates as readonly string[]).includes(word))
      fail('argument.unexpected', { command: `kiln queue clear ${overStates.join('|')}`, argument: word });
  const states = words.length === 0 ? overStates : (words as ClearStates);
  const { removed } = unwrap(await core.call('runs.clear', { states }));
  if (args.json) around.terminal.data(JSON.stringify({ removed }));
  else around.terminal.say(around.texts.queue.removed(removed));
  return exitCodes.done;
};

const retry: Action = async (asked) => {
  const { core, args, around } = asked;
  for (const made of unwrap(await core.call('runs.retry', { runIds: namedRuns(asked, 'retry') }))) {
    around.terminal.data(args.json ? JSON.stringify(made) : made.runId);
    if (!args.json) around.terminal.say(around.texts.queue.again(made.from, made.runId));
  }
  return exitCodes.done;
};

const actions: Readonly<Record<string, Action>> = {
  add,
  list: async (asked) => {
    noWords(asked.words, 'list');
    return list(asked);
  },
  show: async (asked) => show(asked, namedRuns(asked, 'show')),
  watch: async (asked) => watch(asked, asked.words.length === 0 ? null : namedRuns(asked, 'watch')),
  pause: pauseOrResume('pause'),
  resume: pauseOrResume('resume'),
  move: async ({ core, words }) => {
    unwrap(await core.call('runs.move', moveOf(words)));
    return exitCodes.done;
  },
  cancel: async (asked) => {
    unwrap(await asked.core.call('runs.cancel', { runIds: namedRuns(asked, 'cancel') }));
    return exitCodes.done;
  },
  retry,
  clear,
  explain: async (asked) => explainRun(asked, namedRuns(asked, 'explain')),
};

/** `kiln queue`: a client of the core that serves this home, or of the one that `--on` names. */
export async function queue(args: Arguments, around: Surroundings): Promise<ExitCode> {
  const [word = '', ...words] = args.args;
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (!action) {
    const near = nearest(word, Object.keys(actions));
    return fail('command.unknown', { command: `queue ${word}`, nearest: near && `queue ${near}` });
  }
  const core = await connect(args, around);
  try {
    return await action({ core, words, args, around });
  } finally {
    await core.close();
  }
}

/** `kiln explain RUN` */
export const explain = (args: Arguments, around: Surroundings): Promise<ExitCode> =>
  queue({ ...args, args: ['explain', ...args.args] }, around);

function connect({ on }: Arguments, { home, token, openRemote }: Surroundings): Promise<RemoteCore> {
  if (on !== null) return openRemote(on, token);
  const holder = holderOf(home);
  return openRemote(holder?.address ?? usualAddress, token ?? holder?.token ?? null);
}
