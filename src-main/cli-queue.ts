import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes } from './cli-complaints.ts';
import { holderOf } from './cli-home-lock.ts';
import { noticesAction } from './cli-notices.ts';
import type { QueueAction, QueueAsked } from './cli-queue-action.ts';
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

/** Where a serving core is when nobody says otherwise. */
const usualAddress = 'http://127.0.0.1:7867';

/** Runs that were named, at least one. */
export function namedRuns(words: readonly string[], action: string): RunId[] {
  if (words.length === 0) fail('argument.missing', { command: `kiln queue ${action}`, argument: 'RUN' });
  return words.map((word) => (/^[\w:.-]{1,128}$/.test(word) ? (word as RunId) : fail('run.missing', { run: word })));
}

const pauseOrResume =
  (action: 'pause' | 'resume'): QueueAction =>
  ({ words, args }) => {
    const runIds = words.length > 0 ? namedRuns(words, action) : null;
    return async (core) => {
      if (runIds) unwrap(await core.call(`runs.${action}`, { runIds }));
      else unwrap(await core.call(`queue.${action}`, args.tier === null ? {} : { tier: args.tier }));
      return exitCodes.done;
    };
  };

/** `RUN … front`, `RUN … back` or `RUN … before RUN`. */
export function moveOf(words: readonly string[]): Asked<'runs.move'> {
  const command = 'kiln queue move';
  const end = words.at(-1);
  const isBefore = words.at(-2) === 'before';
  const names = words.slice(0, isBefore ? -2 : -1);
  if (!isBefore && end !== 'front' && end !== 'back')
    fail('argument.missing', { command, argument: 'front|back|before RUN' });
  const runIds = namedRuns(names, 'move');
  if (!isBefore) return { runIds, to: end as 'front' | 'back' };
  return { runIds, to: { before: namedRuns(words.slice(-1), 'move')[0]! } };
}

type ClearStates = Args<'runs.clear'>['states'];
const overStates = runStates.filter(isOver) as ClearStates;

const clear: QueueAction = ({ words, args, around }) => {
  for (const word of words)
    if (!(overStates as readonly string[]).includes(word))
      fail('argument.unexpected', { command: `kiln queue clear ${overStates.join('|')}`, argument: word });
  const states = words.length === 0 ? overStates : (words as ClearStates);
  return async (core) => {
    const { removed } = unwrap(await core.call('runs.clear', { states }));
    if (args.json) around.terminal.data(JSON.stringify({ removed }));
    else around.terminal.say(around.texts.queue.removed(removed));
    return exitCodes.done;
  };
};

const retry: QueueAction = ({ words, args, around }) => {
  const runIds = namedRuns(words, 'retry');
  return async (core) => {
    for (const made of unwrap(await core.call('runs.retry', { runIds }))) {
      around.terminal.data(args.json ? JSON.stringify(made) : made.runId);
      if (!args.json) around.terminal.say(around.texts.queue.again(made.from, made.runId));
    }
    return exitCodes.done;
  };
};

const ofRuns =
  (action: string, use: (core: RemoteCore, runIds: RunId[], asked: QueueAsked) => Promise<ExitCode>): QueueAction =>
  (asked) => {
    const runIds = namedRuns(asked.words, action);
    return (core) => use(core, runIds, asked);
  };

const actions: Readonly<Record<string, QueueAction>> = {
  add,
  list: (asked) => {
    const [word] = asked.words;
    if (word !== undefined) fail('argument.unexpected', { command: 'kiln queue list', argument: word });
    return (core) => list(core, asked);
  },
  show: ofRuns('show', show),
  watch: (asked) => {
    const runIds = asked.words.length === 0 ? null : namedRuns(asked.words, 'watch');
    return (core) => watch(core, runIds, asked);
  },
  pause: pauseOrResume('pause'),
  resume: pauseOrResume('resume'),
  move: ({ words }) => {
    const move = moveOf(words);
    return async (core) => {
      unwrap(await core.call('runs.move', move));
      return exitCodes.done;
    };
  },
  cancel: ofRuns('cancel', async (core, runIds) => {
    unwrap(await core.call('runs.cancel', { runIds }));
    return exitCodes.done;
  }),
  retry,
  clear,
  explain: ofRuns('explain', explainRun),
  notices: noticesAction,
};

/** `kiln queue`: a client of the core that serves this home, or of the one that `--on` names. */
export async function queue(args: Arguments, around: Surroundings): Promise<ExitCode> {
  const [word = '', ...words] = args.args;
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (!action) {
    const near = nearest(word, Object.keys(actions));
    return fail('command.unknown', { command: `queue ${word}`, nearest: near && `queue ${near}` });
  }
  const use = await action({ words, args, around });
  if (typeof use !== 'function') return use;
  const core = await connect(args, around);
  try {
    return await use(core);
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
