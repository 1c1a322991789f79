import type { RunState, Tier } from '../model/run.ts';
import type { CanvasTexts } from './page-canvas-texts.ts';
import type { CommandTexts, LibraryTexts, PanelTexts } from './page-command-texts.ts';
import type { ConnectionTexts, SignInTexts } from './page-connection-texts.ts';
import type { MachineTexts } from './page-machine-texts.ts';
import type { GalleryTexts, GridTexts } from './page-picture-texts.ts';
import type { QueuePageTexts } from './page-queue-texts.ts';
import type { SettingsTexts } from './page-settings-texts.ts';
import type { SubgraphTexts } from './page-subgraph-texts.ts';
import type { Sentence } from './sentence.ts';

/** How long, as people say it. */
export interface SpanTexts {
  readonly seconds: (n: number) => string;
  readonly minutes: (minutes: number, seconds: number) => string;
  readonly hours: (hours: number, minutes: number) => string;
}

/** What the page says besides problems and the words of node types. */
export interface PageTexts {
  readonly span: SpanTexts;
  readonly tiers: Readonly<Record<Tier, string>>;
  readonly states: Readonly<Record<RunState, string>>;
  /** Titles and labels of the graphs that come with Kiln, by what the graph says. Others stay as they are. */
  readonly graphWords: Readonly<Record<string, string>>;

  readonly panels: PanelTexts;
  readonly commands: CommandTexts;
  readonly library: LibraryTexts;
  readonly settings: SettingsTexts;
  readonly top: {
    readonly template: string;
    readonly view: string;
    readonly tabs: string;
    readonly closeTab: (title: string) => string;
    readonly newGraph: string;
    readonly openFile: string;
    readonly save: string;
    readonly saveAs: string;
    readonly download: string;
    readonly notSaved: (file: string) => string;
    readonly forget: string;
    readonly own: string;
    readonly templates: string;
    readonly untitled: string;
    readonly language: string;
    readonly theme: string;
    readonly themes: Readonly<Record<'system' | 'light' | 'dark', string>>;
    readonly deviceBusy: (percent: number) => string;
    readonly deviceIdle: string;
    readonly deviceStarting: string;
    readonly deviceLost: string;
  };
  readonly connectionMenu: ConnectionTexts;
  readonly machine: MachineTexts;
  readonly queuePage: QueuePageTexts;
  readonly signIn: SignInTexts;
  readonly subgraphs: SubgraphTexts;
  readonly connection: {
    readonly connecting: string;
    readonly lost: string;
    readonly lostMore: string;
    readonly tryNow: string;
    readonly back: string;
    /** Two windows changed one graph. */
    readonly elsewhere: string;
    /** Another program changed the file of the graph. */
    readonly fileChanged: (file: string) => string;
    readonly keepMine: string;
    readonly takeTheirs: string;
    readonly keepBoth: string;
    readonly otherVersion: string;
    readonly reload: string;
  };
  readonly form: {
    readonly heading: string;
    readonly reset: string;
    readonly newSeed: string;
    readonly keepSeed: string;
    readonly seedKept: string;
    readonly seedDrawn: string;
    readonly chooseFile: string;
    readonly replaceFile: string;
    readonly removeFile: string;
    readonly dropFile: string;
    readonly uploading: string;
    readonly packBroken: (name: string) => string;
    /** A size of 0, which takes the one that the pack draws best. */
    readonly automatic: string;
    readonly noFields: string;
    readonly suggestions: string;
    readonly warnings: string;
    readonly problems: (count: number) => string;
  };
  readonly views: Readonly<Record<'form' | 'graph', string>>;
  readonly canvas: CanvasTexts;
  readonly graph: {
    readonly heading: string;
    readonly canvasHelp: string;
    readonly unknown: string;
    readonly unknownAbout: (type: string) => string;
    readonly reused: string;
    readonly seconds: (s: string) => string;
    readonly nothingLinked: string;
    readonly chooseSource: string;
    readonly expose: string;
    readonly unexpose: string;
    readonly noneSelected: string;
    readonly manySelected: (nodes: number) => string;
    /** Of nodes, and groups and notes among them. */
    readonly manyTaken: (things: number) => string;
    readonly search: string;
    readonly searchEmpty: string;
    readonly categories: Readonly<Record<string, string>>;
    readonly addNode: string;
    readonly undo: string;
    readonly redo: string;
    readonly fit: string;
    readonly zoomIn: string;
    readonly zoomOut: string;
    readonly arrange: string;
    readonly remove: string;
    readonly duplicate: string;
    readonly copy: string;
    readonly paste: string;
    readonly pasteNothing: string;
    readonly mute: string;
    readonly bypass: string;
    readonly collapse: string;
    readonly selectAll: string;
    readonly removeLink: string;
    readonly edit: (label: string) => string;
  };
  readonly run: {
    readonly run: string;
    readonly live: string;
    readonly runTimes: (times: number) => string;
    readonly times: string;
    readonly tier: string;
    readonly tierAuto: string;
    readonly tierHelp: Readonly<Record<Tier | 'auto', string>>;
    readonly queued: (runs: number) => string;
  };
  readonly stage: {
    readonly heading: string;
    readonly empty: Sentence;
    readonly waiting: string;
    readonly waitingBehind: (runs: number) => string;
    readonly queuePaused: string;
    readonly preparing: string;
    readonly finishing: string;
    readonly step: (done: number, total: number) => string;
    readonly left: (span: string) => string;
    readonly took: (span: string) => string;
    readonly failed: string;
    readonly cancelled: string;
    readonly noPicture: string;
    readonly pictureOf: (words: string) => string;
  };
  /** Beside the graph. */
  readonly side: {
    readonly heading: string;
    readonly tabs: Readonly<Record<'inspector' | 'queue' | 'pictures', string>>;
    readonly noPictures: Sentence;
  };
  readonly queue: {
    readonly heading: string;
    readonly waiting: string;
    readonly over: string;
    readonly pause: string;
    readonly resume: string;
    readonly paused: string;
    readonly tierPaused: (tiers: string) => string;
    readonly pauseTier: (tier: string) => string;
    readonly resumeTier: (tier: string) => string;
    readonly clear: string;
    readonly cancelAll: string;
    readonly retryFailed: string;
    readonly menu: string;
    readonly empty: Sentence;
    readonly emptyOver: Sentence;
    readonly actions: (words: string) => string;
    readonly pauseRun: string;
    readonly resumeRun: string;
    readonly cancel: string;
    readonly retry: string;
    readonly toFront: string;
    readonly toBack: string;
    readonly useValues: string;
    readonly copyId: string;
    readonly drag: string;
    readonly dragHelp: string;
    readonly startsIn: (span: string) => string;
    readonly endsIn: (span: string) => string;
    readonly ago: (span: string) => string;
    readonly untitled: string;
    readonly list: string;
    readonly movedTo: (place: number) => string;
  };
  readonly gallery: GalleryTexts;
  readonly grid: GridTexts;
  readonly pictures: {
    readonly heading: string;
    readonly empty: Sentence;
    readonly open: (words: string) => string;
    readonly more: string;
    readonly close: string;
    readonly previous: string;
    readonly next: string;
    readonly copySeed: string;
    readonly seed: string;
    readonly size: string;
    readonly useValues: string;
    readonly openGraph: string;
    readonly download: string;
    readonly actualSize: string;
    readonly fit: string;
    readonly gone: string;
    readonly otherGraph: string;
  };
  readonly said: {
    readonly copied: (what: string) => string;
    readonly saved: (file: string) => string;
    readonly valuesTaken: string;
    readonly cleared: (runs: number) => string;
    readonly dismiss: string;
  };
}
