import { expect, test } from 'vitest';
import { admissions } from '../../src-main/engine/schedule.ts';
import type { PartKey } from '../../src-main/model/ids.ts';
import { sceneOf } from '../build/scene.ts';
import { device, run, studio } from '../build/world.ts';
import { expectClean } from './pictures.ts';

const parts = { 'te@a': 100, 'dn@a': 300, 'vae@a': 150, 'te@b': 120, 'dn@b': 350, 'vae@b': 100 };

const picture = (pack: string, name: string) => [
  { id: 'encode', key: `encode.${pack}.${name}`, part: `te@${pack}` as PartKey },
  { id: 'sample', from: ['encode'], key: `sample.${name}`, part: `dn@${pack}` as PartKey, calls: 4, scratchBytes: 10 },
  { id: 'decode', from: ['sample'], key: `decode.${name}`, part: `vae@${pack}` as PartKey, scratchBytes: 40 },
  { id: 'save', from: ['decode'], key: `save.${name}`, sink: 'gallery' as const },
];

test.each([
  ['fast', 1200, 6],
  ['fast', 620, 10],
  ['background', 1200, 6],
  ['background', 620, 10],
] as const)(
  'of two packs in turn, %s, with %i bytes, no part is loaded again and again',
  async (tier, budget, most) => {
    const place = studio({ parts, devices: [device('sim:0', budget)] });
    for (let i = 0; i < 40; i++)
      place.submit(run(`run${i}`, { place: i, tier }), picture(i % 2 === 0 ? 'a' : 'b', `${i}`));
    await place.finish();
    expect([...place.ended.values()].every(({ state }) => state === 'done')).toBe(true);
    expect(place.events.filter(({ type }) => type === 'part.loaded').length).toBeLessThanOrEqual(most);
    expectClean(place);
  },
);

test('where started runs want more than fits, more are started, so that there are some of each to put together', () => {
  const scene = sceneOf({ parts, devices: [device('sim:0', 620)] });
  for (let i = 0; i < 4; i++) scene.ready({ id: `a${i}`, tier: 'fast' }, { part: 'dn@a' as PartKey });
  for (let i = 0; i < 20; i++) scene.queued({ id: `more${i}`, tier: 'fast' });
  expect(admissions(scene.world)).toEqual([]);
  scene.ready({ id: 'b', tier: 'interactive' }, { part: 'dn@b' as PartKey });
  expect(admissions(scene.world)).toHaveLength(20);
});

test('weights stay for a run of the same tier that is about to ask, and leave for a more urgent one', () => {
  const tight = (tier: 'quality' | 'interactive') => {
    const scene = sceneOf({ parts, devices: [device('sim:0', 400)] });
    scene.resident('dn@a');
    // Its job was started and has no row yet.
    scene.waits({ id: 'started' }, { part: 'dn@a' as PartKey, rows: 0 });
    scene.waits({ id: 'newcomer', tier }, { part: 'dn@b' as PartKey });
    return scene.batch();
  };
  expect(tight('quality')).toBeNull();
  expect(tight('interactive')).toMatchObject({ rows: ['newcomer'], load: ['dn@b'], evict: ['dn@a'] });
});

test('what no started run wants leaves before what one wants, whatever it is worth', () => {
  const scene = sceneOf({ parts, devices: [device('sim:0', 620)] });
  scene.resident('vae@a', { worth: 1 });
  scene.resident('vae@b', { worth: 9 });
  scene.waits({ id: 'wants' }, { part: 'vae@a' as PartKey, rows: 0 });
  scene.waits({ id: 'now', tier: 'quality' }, { part: 'dn@b' as PartKey, scratchBytes: 100 });
  expect(scene.batch()).toMatchObject({ rows: ['now'], evict: ['vae@b'] });
});
