import { expect, test } from 'vitest';
import { VirtualClock } from '../../src-main/device/sim/clock.ts';
import { Cancelled } from '../../src-main/model/errors.ts';

test('sleepers wake in the order of their times, and the clock shows these', async () => {
  const clock = new VirtualClock();
  const woken: [string, number][] = [];
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push([name, clock.now()]);
  };
  await Promise.all([sleep('c', 3_600_000), sleep('a', 10), sleep('b', 10), sleep('zero', 0)]);
  expect(woken).toEqual([
    ['zero', 0],
    ['a', 10],
    ['b', 10],
    ['c', 3_600_000],
  ]);
});

test('time stands still while anybody works', async () => {
  const clock = new VirtualClock();
  const long = clock.sleep(100).then(() => clock.now());
  await clock.sleep(5);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(clock.now()).toBe(5);
  await clock.sleep(5);
  expect(clock.now()).toBe(10);
  expect(await long).toBe(100);
});

test('time stands still during real work', async () => {
  const clock = new VirtualClock();
  const slept = clock.sleep(1).then(() => clock.now());
  const seen = await clock.during(new Promise<number>((resolve) => setTimeout(() => resolve(clock.now()), 20)));
  expect(seen).toBe(0);
  expect(await slept).toBe(1);
});

test('a sleep that is cancelled ends at once and leaves no trace', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1000, controller.signal);
  controller.abort();
  await expect(sleeping).rejects.toBeInstanceOf(Cancelled);
  await expect(clock.sleep(1, controller.signal)).rejects.toBeInstanceOf(Cancelled);
  await clock.sleep(1);
  expect(clock.now()).toBe(1);
});
