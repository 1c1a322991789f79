import type { Arguments } from './cli-arguments.ts';
import { readBatchFile } from './cli-batch-file.ts';
import { type ExitCode, exitCodeOf, exitCodes, type Speaker, sayComplaints, withoutLine } from './cli-complaints.ts';
import { openFileShelf } from './cli-file-values.ts';
import { type FinishedRun, type Follower, followRuns } from './cli-follow.ts';
import { openGraph } from './cli-graph.ts';
import { type OutputFolder, openOutputFolder, replaceFile } from './cli-output-files.ts';
import { showProgress } from './cli-progress.ts';
import type { RemoteCore } from './cli-remote.ts';
import { makeRequests, type Requests } from './cli-requests.ts';
import { writeResults } from './cli-results.ts';
import { tryTrace } from './cli-trace.ts';
import type { Core, CoreOptions, ServedCore, Submission } from './core.ts';
import { Cancelled, type Problem } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import type { DeviceId } from './model/ids.ts';

/** What a command works with. A test has its own. */
export interface Surroundings extends Speaker {
  readonly cwd: string;
  /** The data folder, absolute; it may not be there yet. */
  readonly home: string;
  /** `--token` or KILN_TOKEN. */
  readonly token: string | null;
  /** A core that stays and serves others; like the one below, it notes what happens where a trace is asked for. */
  readonly openServed: (more?: Pick<CoreOptions, 'locksSettings'>) => Promise<ServedCore>;
  /** A core at another address, with its own token where one is known. */
  readonly openRemote: (address: string, token?: string | null) => Promise<RemoteCore>;
  /** Called only by commands that need it, and only when all that can be checked before is right. */
  readonly openCore: (expects?: Graph) => Promise<Core>;
  /** Shows it in a browser; false where nobody could see one. */
  readonly browse: (address: string) => boolean;
  /** Aborts at the first Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly now: () => number;
  /** A line from whoever calls, that is not shown as it is typed. */
  readonly readSecret: () => Promise<string>;
}

/** `kiln run`: everything is checked before anything is computed, and nothing is written before a picture is ready. */
export async function run(args: Arguments, around: Surroundings): Promise<ExitCode> {
  const { cwd, texts, terminal } = around;
  const output = args.out === null ? null : await openOutputFolder(args.out, cwd, texts);
  await tryTrace(args, around);
  const opened = await openGraph(args.args[0]!, cwd);
  const batch = args.batch === null ? null : { file: args.batch, lines: await readBatchFile(args.batch, cwd, texts) };
  const shelf = openFileShelf();
  const requests = await makeRequests({ opened, sets: args.sets, batch, times: args.times, cwd, shelf });
  const { graph, complaints } = requests;
  if (complaints.length > 0) {
    sayComplaints(around, complaints, { graph, batch: args.batch });
    return exitCodes.badInput;
  }
  if (requests.allEqual) terminal.say(`${terminal.paint('yellow', texts.warning)}: ${texts.noSeed(args.times)}`);
  if (around.interrupted.aborted) throw new Cancelled();

  terminal.status(texts.starting);
  const core = await around.openCore(graph);
  try {
    await shelf.upload(core);
    if (around.interrupted.aborted) throw new Cancelled();
    return await compute(args, around, core, requests, output);
  } finally {
    terminal.status(null);
    await core.close();
    await output?.tidy();
  }
}

async function compute(
  args: Arguments,
  around: Surroundings,
  core: Core,
  { graph, overrides }: Requests,
  output: OutputFolder | null,
): Promise<ExitCode> {
  const { cwd, home, texts, terminal, language, interrupted } = around;
  const stopped = new AbortController();
  const progress = showProgress(terminal, texts, around.now);
  const said = new Said(around, graph);
  const results = writeResults({
    core,
    output,
    json: args.json,
    language,
    print: terminal.data,
    failed: () => stopped.abort(),
  });
  const follower: Follower = {
    submitted: progress.expect,
    saw: progress.see,
    warned: (problems) => said.once(problems, 'warning'),
    finished(run) {
      results.add(run);
      if (run.state !== 'failed') return;
      if (overrides.length > 1) terminal.say(texts.runFailed(run.place + 1, overrides.length));
      said.once(run.problems, 'error');
    },
  };
  const submission: Submission = {
    graph,
    overrides,
    ...(args.tier === null ? {} : { tier: args.tier }),
    ...(args.device === null ? {} : { device: args.device as DeviceId }),
    ...(args.notify === null ? {} : { notify: args.notify }),
  };
  const runs = await followRuns(core, submission, follower, AbortSignal.any([interrupted, stopped.signal]));
  const { pictures, problems } = await results.end();
  progress.clear();
  said.once(problems, 'error');
  if (!output && pictures > 0) terminal.say(terminal.paint('dim', texts.kept(pictures, args.on ?? home)));
  if (args.trace !== null) await replaceFile(args.trace, cwd, core.trace());
  const code = endOf(runs, problems, interrupted.aborted);
  if (code === exitCodes.cancelled) terminal.say(texts.cancelled);
  return code;
}

function endOf(runs: readonly FinishedRun[], problems: readonly Problem[], interrupted: boolean): ExitCode {
  if (problems.length === 0 && runs.every(({ state }) => state === 'done')) return exitCodes.done;
  if (problems.length === 0 && (interrupted || runs.every(({ state }) => state !== 'failed')))
    return exitCodes.cancelled;
  return exitCodeOf([...problems, ...runs.flatMap((run) => run.problems)]);
}

/** A batch of a thousand runs with one fault says it once. */
class Said {
  readonly #speaker: Speaker;
  readonly #graph: Requests['graph'];
  readonly #seen = new Set<string>();
  constructor(speaker: Speaker, graph: Requests['graph']) {
    this.#speaker = speaker;
    this.#graph = graph;
  }
  once(problems: readonly Problem[], kind: 'error' | 'warning'): void {
    const fresh = problems.filter((found) => {
      const key = JSON.stringify(found);
      return !this.#seen.has(key) && this.#seen.add(key);
    });
    sayComplaints(this.#speaker, withoutLine(fresh), { graph: this.#graph }, kind);
  }
}
