import { expect, test } from 'vitest';
import { roomFor, worthOf } from '../../src-main/engine/residency.ts';
import type { Resident } from '../../src-main/model/device.ts';
import type { DeviceId, PartKey } from '../../src-main/model/ids.ts';

const key = (part: string) => part as PartKey;
const deviceId = 'sim:0' as DeviceId;
const sizes: Record<string, number> = { a: 100, b: 100, c: 100, big: 900 };
const resident = (...held: (Partial<Omit<Resident, 'part'>> & { part: string })[]) =>
  new Map<PartKey, Resident>(
    held.map(({ part, ...more }) => [
      key(part),
      { part: key(part), deviceId, bytes: sizes[part]!, pins: 0, hot: false, worth: 0, usedMs: null, ...more },
    ]),
  );
const room = (needs: string[], budget: number, held: ReturnType<typeof resident>, scratch = 0) =>
  roomFor(needs.map(key), scratch, budget, held, (part) => sizes[part]!);

test.each([
  ['an empty device loads', room(['a'], 150, resident()), { load: ['a'], evict: [], spareBytes: 50 }],
  ['what is there is not loaded', room(['a'], 150, resident({ part: 'a' })), { load: [], evict: [], spareBytes: 50 }],
  ['what fits beside stays', room(['a'], 200, resident({ part: 'b' })), { load: ['a'], evict: [], spareBytes: 0 }],
  [
    'the least worth leaves, and no more than must',
    room(['a'], 250, resident({ part: 'b', worth: 2 }, { part: 'c', worth: 1 })),
    { load: ['a'], evict: ['c'], spareBytes: 50 },
  ],
  ['a pinned part stays', room(['a'], 150, resident({ part: 'b', pins: 1 })), null],
  ['a hot part stays', room(['a'], 150, resident({ part: 'b', hot: true })), null],
  ['a part that is needed stays', room(['a', 'b'], 150, resident({ part: 'b' })), null],
  ['what is larger than the device does not fit', room(['big'], 800, resident()), null],
  ['scratch memory counts', room(['a'], 150, resident(), 51), null],
  [
    'scratch memory pushes out what is idle',
    room(['a'], 250, resident({ part: 'a' }, { part: 'b' }), 60),
    { load: [], evict: ['b'], spareBytes: 90 },
  ],
  [
    'a pinned part of little worth is passed over',
    room(['a'], 300, resident({ part: 'b', worth: 1, pins: 1 }, { part: 'c', worth: 9 }), 50),
    { load: ['a'], evict: ['c'], spareBytes: 50 },
  ],
])('%s', (_, made, wanted) => {
  expect(made).toEqual(wanted);
});

test('what is slow to bring back and small is worth more, on a base that ages', () => {
  expect(worthOf(0, 1, 100, 1e6)).toBe(100);
  expect(worthOf(0, 1, 100, 2e6)).toBe(50);
  expect(worthOf(7, 2, 100, 2e6)).toBe(107);
});
