import type { Answer, Asked } from '../../src-main/contract/calls.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import type { ImagePlace } from '../../src-main/model/run.ts';

/** The calls that the session makes; the bridge has them. Each gives the value or throws an AppError. */
export interface StudioCalls {
  info(): Promise<Answer<'core.info'>>;
  nodes(): Promise<Answer<'nodes.list'>>;
  packs(): Promise<Answer<'packs.list'>>;
  vocabulary(pack: string): Promise<Answer<'packs.vocabulary'>>;
  devices(): Promise<Answer<'devices.list'>>;
  monitor(runs: number): Promise<Answer<'monitor.read'>>;
  templates(): Promise<Answer<'graphs.templates'>>;
  readGraph(args: Asked<'graphs.read'>): Promise<Answer<'graphs.read'>>;
  check(args: Asked<'graphs.check'>, signal?: AbortSignal): Promise<Answer<'graphs.check'>>;
  submit(args: Asked<'runs.submit'>): Promise<Answer<'runs.submit'>>;
  runs(args: Asked<'runs.list'>): Promise<Answer<'runs.list'>>;
  run(runId: RunId): Promise<Answer<'runs.get'>>;
  explain(runId: RunId): Promise<Answer<'runs.explain'>>;
  cancel(runIds: RunId[]): Promise<unknown>;
  retry(runIds: RunId[]): Promise<Answer<'runs.retry'>>;
  pause(runIds: RunId[]): Promise<unknown>;
  resume(runIds: RunId[]): Promise<unknown>;
  move(runIds: RunId[], to: Asked<'runs.move'>['to']): Promise<unknown>;
  clear(): Promise<Answer<'runs.clear'>>;
  queue(): Promise<Answer<'queue.status'>>;
  pauseQueue(tier?: Asked<'queue.pause'>['tier']): Promise<unknown>;
  resumeQueue(tier?: Asked<'queue.resume'>['tier']): Promise<unknown>;
  images(args: Asked<'images.list'>): Promise<Answer<'images.list'>>;
  imageFilters(): Promise<Answer<'images.filters'>>;
  removeImages(images: ImagePlace[]): Promise<Answer<'images.remove'>>;
  restoreImages(images: ImagePlace[]): Promise<Answer<'images.restore'>>;
  takeImage(args: Asked<'images.use'>): Promise<Answer<'images.use'>>;
  settings(): Promise<Answer<'settings.get'>>;
  setSettings(values: Asked<'settings.set'>['values']): Promise<Answer<'settings.set'>>;
  testNotice(target: string): Promise<Answer<'notices.test'>>;
}

/** The page's clock and timers, so that tests have their own. */
export interface Timers {
  readonly now: () => number;
  readonly setTimer: (then: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
}
