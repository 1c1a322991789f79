import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Complaint } from './cli-requests.ts';
import type { Terminal } from './cli-terminal.ts';
import type { ErrorCode, Problem } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import type { CliTexts } from './texts/cli-texts.ts';
import type { Language } from './texts/language.ts';
import { sayProblem } from './texts/say.ts';

export const exitCodes = { done: 0, failed: 1, badInput: 2, cancelled: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Speaker {
  readonly terminal: Terminal;
  readonly language: Language;
  readonly texts: CliTexts;
}

/** A person reads so many at once. */
const mostShown = 30;

/** Prefixes of codes that tell of something inside a run, which other input would not have mended. */
const ofTheRun = ['device', 'node', 'run', 'result', 'port', 'call', 'home', 'serve', 'request', 'blob', 'remote'];
/** Codes under these prefixes that are told before anything runs. */
const ofTheGraph: readonly ErrorCode[] = [
  'device.unknown',
  'device.unknownName',
  'device.namedTwice',
  'device.notMeasured',
  'device.none',
  'node.unknownType',
  'node.newer',
];

/** Whether a person has to change what was given, so that the same call cannot succeed. */
export function isBadInput({ code }: Problem): boolean {
  if (code === 'bug') return false;
  return ofTheGraph.includes(code) || !ofTheRun.includes(code.split('.')[0]!);
}

/** Problems of failed runs or of a refused submission as the process's end. */
export const exitCodeOf = (problems: readonly Problem[]): ExitCode =>
  problems.length > 0 && problems.every(isBadInput) ? exitCodes.badInput : exitCodes.failed;

/** A title says more to people, an id works with `--set`, so both are shown where they differ. */
export const titlesOf =
  (graph: Graph) =>
  (nodeId: string): string => {
    const title = graph.nodes[nodeId as keyof Graph['nodes']]?.title;
    return title && title !== nodeId ? `${nodeId} (${title})` : nodeId;
  };

interface Sources {
  readonly graph?: Graph;
  /** The file that `line` of a complaint counts in. */
  readonly batch?: string | null;
}

function lineOf(
  { language, terminal, texts }: Speaker,
  kind: 'error' | 'warning',
  complaint: Complaint,
  sources: Sources,
): string {
  const { where, message, remedy } = sayProblem(
    complaint.problem,
    language,
    sources.graph && { title: titlesOf(sources.graph) },
  );
  const place = complaint.line === null || !sources.batch ? '' : texts.atLine(sources.batch, complaint.line);
  const before = [place, where].filter(Boolean).join(', ');
  const [colon, gap] = language === 'zh' ? ['：', ''] : [': ', ' '];
  const label = terminal.paint(kind === 'error' ? 'red' : 'yellow', texts[kind]);
  return `${label}${colon}${before ? `${before}${colon}` : ''}${message}${gap}${remedy}`;
}

/** One line for each problem on stderr: what, where, why, what to do. */
export function sayComplaints(
  speaker: Speaker,
  complaints: readonly Complaint[],
  sources: Sources = {},
  kind: 'error' | 'warning' = 'error',
): void {
  for (const complaint of complaints.slice(0, mostShown))
    speaker.terminal.say(lineOf(speaker, kind, complaint, sources));
  if (complaints.length > mostShown) speaker.terminal.say(speaker.texts.moreProblems(complaints.length - mostShown));
}

export const withoutLine = (problems: readonly Problem[]): Complaint[] =>
  problems.map((found) => ({ problem: found, line: null }));

const logBytes = 4 * 1024 * 1024;

/** Adds to the log in the home; the path, or null where nothing could be written. One older log is kept. */
export function writeLog(home: string, text: string, now = new Date()): string | null {
  const file = path.join(home, 'logs', 'kiln.log');
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logBytes) renameSync(file, `${file}.1`);
    appendFileSync(file, `${now.toISOString()} ${text}\n`);
    return file;
  } catch {
    return null;
  }
}

/** Something that nobody expected: one sentence on the screen, everything else in the log. */
export function sayBug({ terminal, texts }: Speaker, error: unknown, home: string): ExitCode {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause =
    error instanceof Error && error.cause !== undefined
      ? `\ncause: ${String((error.cause as Error).stack ?? error.cause)}`
      : '';
  const log = writeLog(home, `bug: ${details}${cause}`);
  terminal.say(`${terminal.paint('red', texts.error)}: ${texts.bug(log)}`);
  return exitCodes.failed;
}
