import type { QueueTexts } from './cli-queue-texts.ts';
import type { SimulationTexts } from './cli-simulation-texts.ts';

/** What can be typed after `kiln`. */
export const commandNames = [
  'run',
  'check',
  'serve',
  'queue',
  'explain',
  'nodes',
  'packs',
  'devices',
  'images',
  'settings',
  'doctor',
  'simulate',
  'help',
] as const;
export type CommandName = (typeof commandNames)[number];

export const optionNames = [
  'set',
  'batch',
  'times',
  'out',
  'tier',
  'device',
  'notify',
  'devices',
  'record',
  'json',
  'trace',
  'on',
  'token',
  'port',
  'host',
  'open',
  'home',
  'lang',
  'no-color',
  'help',
  'version',
] as const;
export type OptionName = (typeof optionNames)[number];

export interface ProgressFacts {
  /** Of all runs that were asked for, how many are over. */
  readonly over: number;
  readonly runs: number;
  /** Of the run that moved last; null before its first step. */
  readonly steps: { readonly done: number; readonly total: number } | null;
  readonly secondsPerStep: number | null;
  readonly secondsLeft: number | null;
}

/** What the command line says besides problems. Data on stdout has no sentences, so it needs none. */
export interface CliTexts {
  readonly about: string;
  /** Headings of help pages. */
  readonly usage: string;
  readonly commandsTitle: string;
  readonly optionsTitle: string;
  readonly commands: Readonly<Record<CommandName, string>>;
  readonly options: Readonly<Record<OptionName, string>>;
  readonly error: string;
  readonly warning: string;
  readonly moreProblems: (count: number) => string;
  /** Before a problem of one line of a batch file. */
  readonly atLine: (file: string, line: number) => string;
  readonly starting: string;
  readonly progress: (facts: ProgressFacts) => string;
  readonly stopping: string;
  readonly cancelled: string;
  readonly kept: (count: number, home: string) => string;
  readonly noSeed: (times: number) => string;
  readonly runFailed: (place: number, runs: number) => string;
  readonly retried: string;
  /** Our mistake: the path of the log, or null where none could be written. */
  readonly bug: (log: string | null) => string;
  readonly checked: (title: string) => string;
  readonly noPacks: string;
  readonly noImages: string;
  /** A provider that was tried and does not run. */
  notComputing(provider: string, reason: string): string;
  readonly inputs: string;
  readonly outputs: string;
  readonly more: string;
  readonly required: string;
  readonly broken: string;
  /** Why a line of a batch file cannot be read. */
  readonly batch: {
    readonly notObject: string;
    readonly nested: (name: string) => string;
    readonly noName: (column: number) => string;
    readonly twice: (name: string) => string;
    readonly cells: (found: number, wanted: number) => string;
    readonly quote: string;
  };
  /** Of `serve --open`, which is what `npm start` alone does where there is no window of its own. */
  readonly studio: {
    readonly opened: (address: string) => string;
    readonly noDisplay: (address: string) => string;
    readonly runsAlready: (address: string) => string;
  };
  readonly queue: QueueTexts;
  readonly simulation: SimulationTexts;
  readonly folder: {
    readonly notFolder: (path: string) => string;
  };
}

/** 0:07, 1:05, 2:03:10. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
