import { expect } from 'vitest';
import type { RunId } from '../../src-main/model/ids.ts';
import { leftovers, type StepSketch, type Studio } from '../build/world.ts';

export const parts = { te: 100, dn: 300, vae: 100 };

/** text → sample → decode → save, known by a name. */
export const picture = (name: string, sample: Partial<StepSketch> = {}): StepSketch[] => [
  { id: 'encode', key: 'encode', part: 'te' as never, keep: 'disk' },
  { id: 'sample', from: ['encode'], key: `sample.${name}`, part: 'dn' as never, calls: 4, ...sample },
  { id: 'decode', from: ['sample'], key: `decode.${name}`, part: 'vae' as never },
  { id: 'save', from: ['decode'], key: `save.${name}`, sink: 'gallery' },
];

export const stateOf = (place: Studio, id: string) => place.ended.get(id as RunId)?.state;
export const problemsOf = (place: Studio, id: string) => place.ended.get(id as RunId)?.problems ?? [];
export const cancel = (place: Studio, id: string) => place.engine.cancel(id as RunId);
export const host = (place: Studio) => [...place.hosts.values()][0]!;
export const untilCalled = (place: Studio, part: string, times = 1) =>
  place.time.run(() => place.callsOf(part) >= times);

export function expectClean(place: Studio): void {
  expect(place.violations).toEqual([]);
  expect(leftovers(place)).toEqual([]);
}
