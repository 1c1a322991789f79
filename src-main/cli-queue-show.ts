import { type ExitCode, exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { shortText, table } from './cli-lists.ts';
import type { QueueAsked } from './cli-queue-action.ts';
import type { RemoteCore } from './cli-remote.ts';
import { problemsAsJson } from './cli-results.ts';
import type { RunListing } from './contract/calls.ts';
import { unwrap } from './model/errors.ts';
import type { RunId } from './model/ids.ts';
import { isOver, type RunState, runStates } from './model/run.ts';
import type { QueueTexts } from './texts/cli-queue-texts.ts';
import { durationText } from './texts/cli-texts.ts';
import type { Language } from './texts/language.ts';

const live = runStates.filter((state) => !isOver(state));
const over = runStates.filter(isOver);
const perPage = 500;
/** A person reads so many at once. */
const mostLive = 50;
const mostOver = 10;

export const runAsJson = ({ problems, ...run }: RunListing, language: Language): string =>
  JSON.stringify({ ...run, problems: problemsAsJson(problems, language) });

/** Page by page until `most` were shown; how many there are in all. */
async function eachRun(
  core: RemoteCore,
  states: RunState[],
  order: 'queue' | 'ended',
  most: number,
  see: (run: RunListing) => void,
): Promise<number> {
  for (let offset = 0; ; ) {
    const count = Math.min(perPage, most - offset);
    const { runs, total } = unwrap(await core.call('runs.list', { states, order, offset, count }));
    runs.forEach(see);
    offset += runs.length;
    if (runs.length === 0 || offset >= Math.min(total, most)) return total;
  }
}

/** `kiln queue list`: what waits and runs in the order of its turn, then what ended last. */
export async function list(core: RemoteCore, { args, around }: QueueAsked): Promise<ExitCode> {
  const { terminal, language } = around;
  const texts = around.texts.queue;
  if (args.json) {
    const print = (run: RunListing) => terminal.data(runAsJson(run, language));
    await eachRun(core, live, 'queue', Number.POSITIVE_INFINITY, print);
    await eachRun(core, over, 'ended', Number.POSITIVE_INFINITY, print);
    return exitCodes.done;
  }
  const runs: RunListing[] = [];
  const total = await eachRun(core, live, 'queue', mostLive, (run) => runs.push(run));
  const shown = runs.length;
  await eachRun(core, over, 'ended', mostOver, (run) => runs.push(run));
  const status = unwrap(await core.call('queue.status', {}));
  if (runs.length > 0) table([columnsOf(texts), ...runs.map((run) => rowOf(run, texts))]).forEach(terminal.data);
  if (total > shown) terminal.say(texts.more(total - shown));
  if (total === 0) terminal.say(texts.empty);
  const counts = texts.counts(status.counts);
  if (counts) terminal.say(terminal.paint('dim', counts));
  if (status.paused) terminal.say(terminal.paint('yellow', texts.paused([])));
  else if (status.pausedTiers.length > 0) terminal.say(terminal.paint('yellow', texts.paused(status.pausedTiers)));
  return exitCodes.done;
}

/** The names of what `rowOf` gives, in its order. */
function columnsOf({ columns }: QueueTexts): string[] {
  const { run, state, tier, progress, starts, ends, title } = columns;
  return [run, state, tier, progress, starts, ends, title];
}

function rowOf(run: RunListing, texts: QueueTexts): string[] {
  const time = (ms: number | null) => (ms === null ? '-' : texts.inTime(durationText(ms / 1000)));
  return [
    run.runId,
    texts.states[run.state],
    run.tier,
    run.progress ? `${run.progress.done}/${run.progress.total}` : '-',
    run.state === 'running' ? '-' : time(run.startsInMs),
    time(run.endsInMs),
    shortText(run.title),
  ];
}

/** `kiln queue show RUN …` */
export async function show(
  core: RemoteCore,
  runIds: readonly RunId[],
  { args, around }: QueueAsked,
): Promise<ExitCode> {
  const { terminal, language } = around;
  const texts = around.texts.queue;
  for (const runId of runIds) {
    const run = unwrap(await core.call('runs.get', { runId }));
    if (args.json) {
      terminal.data(runAsJson(run, language));
      continue;
    }
    const row = rowOf(run, texts);
    const facts = columnsOf(texts)
      .map((name, i) => [name, row[i]!])
      .filter(([, value]) => value !== '-');
    const values = Object.entries(run.overrides).map(([name, value]) => [name, shortText(value)]);
    const images = run.images.map((image) => [image.digest.slice(0, 8), `${image.width}x${image.height}`]);
    table([...facts, ...values, ...images]).forEach(terminal.data);
    sayComplaints(around, withoutLine(run.problems));
  }
  return exitCodes.done;
}

/** `kiln queue explain RUN …` */
export async function explainRun(
  core: RemoteCore,
  runIds: readonly RunId[],
  { args, around }: QueueAsked,
): Promise<ExitCode> {
  const { terminal } = around;
  const texts = around.texts.queue;
  for (const runId of runIds) {
    const found = unwrap(await core.call('runs.explain', { runId }));
    if (args.json) {
      terminal.data(JSON.stringify(found));
      continue;
    }
    terminal.data(`${found.runId}  ${texts.states[found.state]}  ${found.tier}`);
    if (found.state === 'queued') {
      terminal.data(found.beforeCount === 0 ? texts.first : texts.goesAfter(found.beforeCount));
      for (const before of found.before) terminal.data(`  ${before}`);
      if (found.beforeCount > found.before.length)
        terminal.data(`  ${texts.more(found.beforeCount - found.before.length)}`);
    }
    if (found.overtaken > 0) terminal.data(texts.overtaken(found.overtaken));
    for (const { nodeId, deviceId, ...job } of found.jobs)
      terminal.data(`  ${texts.job({ ...job, node: nodeId, device: deviceId })}`);
  }
  return exitCodes.done;
}
