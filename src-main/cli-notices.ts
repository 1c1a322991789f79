import { exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { table } from './cli-lists.ts';
import type { QueueAction } from './cli-queue-action.ts';
import { problemsAsJson } from './cli-results.ts';
import { fail, unwrap } from './model/errors.ts';
import { type Delivery, shownAddress } from './model/notices.ts';
import { noticeTexts } from './texts/say-notice.ts';

const mostShown = 50;

/** `kiln queue notices`: who was told of runs that ended; `kiln queue notices test WHO` tells somebody now. */
export const noticesAction: QueueAction = ({ words, args, around }) => {
  const { terminal, language } = around;
  const texts = noticeTexts(language);
  const [action, target, more] = words;
  if (action !== undefined && action !== 'test')
    fail('command.unknown', { command: `queue notices ${action}`, nearest: 'queue notices test' });
  if (action === 'test' && target === undefined)
    fail('argument.missing', { command: 'kiln queue notices test', argument: 'WHO' });
  if (more !== undefined) fail('argument.unexpected', { command: 'kiln queue notices test', argument: more });
  return async (core) => {
    if (target !== undefined) {
      const { problems } = unwrap(await core.call('notices.test', { target }));
      if (problems.length > 0) {
        sayComplaints(around, withoutLine(problems));
        return exitCodes.failed;
      }
      terminal.say(texts.testSent(target));
      return exitCodes.done;
    }
    const found = unwrap(await core.call('notices.list', { count: mostShown }));
    if (args.json)
      for (const { problem, ...one } of found)
        terminal.data(JSON.stringify({ ...one, problem: problem && problemsAsJson([problem], language)[0] }));
    else table(found.map((one) => [one.submission, shownAddress(one.target), stateOf(one)])).forEach(terminal.data);
    if (found.length === 0) terminal.say(texts.none);
    sayComplaints(around, withoutLine(found.flatMap(({ problem }) => problem ?? []).slice(0, 3)), {}, 'warning');
    return exitCodes.done;
  };

  function stateOf({ state, attempts, due }: Delivery): string {
    const seconds = Math.max(0, Math.round((due - Date.now()) / 1000));
    return state === 'due' ? texts.due(attempts, seconds) : texts.states[state];
  }
};
