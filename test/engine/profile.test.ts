import { expect, test } from 'vitest';
import { capOf, emptyProfile, msOf, record, recordLoad } from '../../src-main/engine/profile.ts';
import type { PartKey, SizeKey } from '../../src-main/model/ids.ts';
import { randomOf } from '../build/random.ts';

const size = 's' as SizeKey;
/** Rows and ms. */
const profileOf = (table: Record<number, number>) => {
  const profile = emptyProfile();
  for (const [rows, ms] of Object.entries(table)) record(profile, size, Number(rows), ms);
  return profile;
};

test('an unmeasured size has no estimate', () => {
  expect(msOf(emptyProfile(), size, 1)).toBeNull();
});

test.each([
  ['a measured count is itself', { 1: 10, 2: 15 }, 2, 15],
  ['between two counts lies the line between them', { 2: 10, 8: 40 }, 4, 20],
  ['beyond the last one its ms per row', { 1: 10, 4: 20 }, 16, 80],
  ['below the first one its ms per row', { 4: 20 }, 1, 5],
  ['the nearest neighbours count, not the outer ones', { 1: 1, 2: 10, 8: 40, 16: 1000 }, 5, 25],
])('%s', (_, table, rows, ms) => {
  expect(msOf(profileOf(table), size, rows)).toBeCloseTo(ms);
});

test.each([
  ['nothing measured: one row', {}, 1],
  ['the next count is worth a try while the largest known is the best', { 1: 10 }, 2],
  ['and the next', { 1: 10, 2: 12 }, 4],
  ['but not once a count was no better', { 1: 10, 2: 19.6 }, 1],
  ['the smallest count within 5 % of the best', { 1: 10, 2: 16, 4: 30.8, 8: 60, 16: 120 }, 4],
  ['just outside of 5 % does not do', { 1: 10, 2: 16, 4: 31.8, 8: 60, 16: 120 }, 8],
  ['all sixteen where they pay', { 1: 10, 2: 12, 4: 14, 8: 16, 16: 20 }, 16],
  ['where larger batches cost more per row, one', { 1: 10, 2: 22, 4: 50 }, 1],
])('cap: %s', (_, table, cap) => {
  expect(capOf(profileOf(table), size)).toBe(cap);
});

test('a cap is a count that a batch may have, and within 5 % of the best measured one, or untried', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomOf(seed);
    const counts = [1, 2, 4, 8, 16];
    const table = Object.fromEntries(
      counts.filter(() => random.chance(0.7)).map((n) => [n, n * (5 + random.next() * 5)]),
    );
    const cap = capOf(profileOf(table), size);
    expect(counts).toContain(cap);
    const best = Math.min(...Object.entries(table).map(([n, ms]) => ms / Number(n)));
    const own = table[cap];
    if (own !== undefined) expect(own / cap, `seed ${seed}`).toBeLessThanOrEqual(best * 1.05);
  }
});

test('a slow call moves the mean by little, a quick one at once: the first call warms up', () => {
  const profile = profileOf({ 1: 100 });
  record(profile, size, 1, 20);
  expect(msOf(profile, size, 1)).toBe(20);
  record(profile, size, 1, 10_000);
  expect(msOf(profile, size, 1)).toBe(20 + (80 - 20) / 8);
});

test('the bandwidth of loading follows what was measured, but not what was too small to measure', () => {
  const profile = emptyProfile();
  const before = profile.loadBytesPerMs;
  recordLoad(profile, 'p' as PartKey, 100, 1);
  recordLoad(profile, 'p' as PartKey, 1e6, 0);
  expect(profile.loadBytesPerMs).toBe(before);
  recordLoad(profile, 'p' as PartKey, 1e6, 10);
  expect(profile.loadBytesPerMs).toBe(before + (100_000 - before) / 4);
});

test('a count that one bad moment ruled out is tried again after a while, and its new time counts by half', () => {
  const profile = profileOf({ 1: 10, 2: 14, 4: 24, 8: 60 });
  expect(capOf(profile, size)).toBe(4);
  for (let i = 0; i < 64; i++) record(profile, size, 4, 24);
  expect(capOf(profile, size)).toBe(8);
  record(profile, size, 8, 50);
  expect(msOf(profile, size, 8)).toBe(55);
  expect(capOf(profile, size)).toBe(4);
});

test('a count that was much worse is left alone', () => {
  const profile = profileOf({ 1: 10, 2: 14, 4: 24, 8: 90 });
  for (let i = 0; i < 200; i++) record(profile, size, 4, 24);
  expect(capOf(profile, size)).toBe(4);
});
