import type { PartName } from '../model/pack.ts';
import type { JobState } from '../model/run.ts';
import type { Sentence } from './sentence.ts';

/** What the panels say that show how the machine is doing and what it has. */
export interface MachineTexts {
  readonly parts: Readonly<Record<PartName, string>>;
  readonly devices: {
    readonly heading: string;
    readonly none: Sentence;
    readonly states: Readonly<Record<'starting' | 'idle' | 'busy' | 'lost', string>>;
    readonly lost: Sentence;
    readonly threads: (count: number) => string;
    readonly busy: string;
    readonly memory: string;
    /** Of a chart, for whoever cannot see it. */
    readonly busyChart: (now: number, most: number) => string;
    readonly memoryChart: (now: string, budget: string) => string;
    readonly minutesAgo: (minutes: number) => string;
    readonly now: string;
    readonly budget: (bytes: string) => string;
    readonly lastMinute: string;
    readonly rowsWaiting: string;
    readonly queue: string;
    readonly queueEmpty: string;
    readonly queueUnknown: string;
    readonly restarts: string;
    readonly resident: string;
    readonly noneResident: string;
    readonly inUse: string;
    readonly ofBudget: (used: string, budget: string) => string;
    readonly unknownPart: string;
    /** Why weights are there. */
    readonly why: {
      readonly hot: string;
      readonly loading: string;
      readonly running: (runs: string) => string;
      readonly wanted: (runs: string) => string;
      /** `place`: which of those that may leave goes first. */
      readonly kept: (place: number) => string;
    };
    readonly used: (ago: string) => string;
    readonly unused: string;
    /** What its loss would cost: so long to bring it back. */
    readonly reload: (span: string) => string;
  };
  readonly monitor: {
    readonly heading: string;
    readonly none: Sentence;
    readonly runs: string;
    readonly all: (runs: number) => string;
    readonly look: string;
    readonly looks: Readonly<Record<'nodes' | 'devices' | 'table', string>>;
    readonly pause: string;
    readonly follow: string;
    readonly download: string;
    readonly downloadHelp: string;
    readonly throughput: string;
    readonly perMinute: (pictures: string) => string;
    readonly throughputChart: (minutes: number) => string;
    readonly jobs: string;
    readonly computed: (jobs: number) => string;
    readonly reused: (jobs: number) => string;
    readonly failed: (jobs: number) => string;
    readonly transfers: string;
    readonly transferred: (count: number) => string;
    readonly fromDisk: (count: number, bytes: string) => string;
    readonly copied: (toDevice: string, fromDevice: string) => string;
    readonly loads: (count: number, bytes: string) => string;
    readonly batches: string;
    readonly rowsPerCall: string;
    readonly callsOfRows: (calls: number, rows: number) => string;
    readonly noCalls: string;
    readonly since: (span: string) => string;
    readonly timeline: string;
    readonly timelineHelp: string;
    readonly together: (times: number, ms: string) => string;
    readonly cut: (span: string) => string;
    readonly states: Readonly<
      Record<Extract<JobState, 'running' | 'done' | 'reused' | 'failed' | 'cancelled'>, string>
    > &
      Readonly<Record<'call' | 'load', string>>;
    readonly load: (part: string) => string;
    readonly call: (part: string, rows: number) => string;
    readonly noWork: string;
    readonly goesOn: string;
    readonly columns: Readonly<Record<'run' | 'node' | 'state' | 'device' | 'start' | 'took', string>>;
  };
  readonly models: {
    readonly heading: string;
    readonly none: Sentence;
    readonly search: string;
    readonly nothingFound: string;
    readonly found: (packs: number) => string;
    readonly where: string;
    readonly whereHelp: string;
    readonly copyPath: string;
    readonly addFolder: string;
    readonly addFolderHelp: string;
    readonly added: (packs: string) => string;
    readonly lookAgain: string;
    readonly looking: string;
    readonly looked: (packs: number) => string;
    readonly use: string;
    readonly inUse: string;
    readonly used: (pack: string) => string;
    readonly noInput: string;
    readonly broken: string;
    readonly family: string;
    readonly size: string;
    readonly licence: string;
    readonly noLicence: string;
    readonly version: string;
    readonly native: string;
    readonly enlarges: (times: number) => string;
    readonly can: string;
    readonly abilities: Readonly<Record<'textToImage' | 'imageToImage' | 'upscale', string>>;
    readonly parts: string;
    readonly resident: (device: string) => string;
    readonly licences: string;
    readonly words: (count: number) => string;
    readonly searchWords: string;
    readonly noWord: string;
    /** By the name of the group. */
    readonly groups: Readonly<Record<string, string>>;
    readonly steps: (steps: number) => string;
  };
}
