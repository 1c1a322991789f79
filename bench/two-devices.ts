import { simulatedCard } from '../src-main/core-devices.ts';
import type { QueuedRun, Simulation } from '../src-main/core-simulated.ts';
import { a100 } from '../src-main/device/sim/profiles/cards.ts';
import type { DeviceId } from '../src-main/model/ids.ts';
import { labPack, labPackSizes } from '../src-main/packs/lab-packs.ts';
import type { Bench } from './bench.ts';
import { burstOf, labPacks, simulatedWell } from './lab-queue.ts';

const packs = ['first', 'second', 'third'].map((name) => labPack({ ...labPackSizes.zImage, name }));
const count = 48;
/** A little faster than two cards compute, so that there is a queue and it is never long. */
const everyMs = 1300;
/** Two packs of 20.5 GB and what their calls need fit, three do not. */
const budgetBytes = 48e9;

const runsOn = (gapMs: number, device?: (index: number) => number): QueuedRun[] =>
  burstOf({ count, packs: packs.map(({ facts }) => facts.ref.packId), tier: 'quality' }).map((run, index) => ({
    ...run,
    atMs: index * gapMs,
    ...(device ? { device: `sim:a100:${device(index)}` as DeviceId } : {}),
  }));

const on = (devices: number, runs: readonly QueuedRun[]) =>
  simulatedWell({
    runs,
    devices: Array.from({ length: devices }, (_, number) => simulatedCard(a100, number, budgetBytes)),
    packs: labPacks(packs),
  });

const sum = ({ devices }: Simulation, of: (device: Simulation['devices'][number]) => number): number =>
  devices.reduce((all, device) => all + of(device), 0);
const meanSeconds = ({ runs }: Simulation) =>
  runs.reduce((all, { atMs, endedMs }) => all + endedMs - atMs, 0) / runs.length / 1000;
const perSecond = ({ runs, wallMs }: Simulation) => (runs.length * 1000) / wallMs;

/** Work goes to where its weights are: two simulated cards and three packs, against one card, and against taking turns. */
export default async function twoDevices(): Promise<Bench> {
  const one = await on(1, runsOn(0));
  const two = await on(2, runsOn(0));
  const steady = await on(2, runsOn(everyMs));
  const turns = await on(
    2,
    runsOn(everyMs, (index) => index % 2),
  );
  const row = (name: string, found: Simulation): (string | number)[] => [
    name,
    found.wallMs / 1000,
    perSecond(found),
    meanSeconds(found),
    sum(found, ({ loads }) => loads),
    sum(found, ({ loadMs }) => loadMs) / 1000,
    sum(found, ({ broughtBytes }) => broughtBytes) / 1e6,
    found.devices.map(({ busyMs }) => `${((100 * busyMs) / found.wallMs).toFixed(0)} %`).join(', '),
  ];
  const transferShare = (found: Simulation) => sum(found, ({ bringMs }) => bringMs) / (found.wallMs * 2);
  return {
    title: `Simulated: ${count} runs of three packs, of which two fit on a card; two A100, one, and two by turns`,
    machine: 'simulated cards in simulated time; nothing was computed',
    table: {
      columns: ['', 'seconds', 'images/s', 'mean s of a run', 'loads', 'loading, s', 'brought, MB', 'busy'],
      rows: [
        row('at once: one card', one),
        row('at once: two cards', two),
        row('steady: two cards', steady),
        row('steady: two cards, by turns', turns),
      ],
    },
    figures: {
      imagesPerSecondRatio: perSecond(two) / perSecond(one),
      transferShare: Math.max(transferShare(two), transferShare(steady)),
      roundRobinRatio: perSecond(steady) / perSecond(turns),
      loadsOverRoundRobin: sum(steady, ({ loads }) => loads) / sum(turns, ({ loads }) => loads),
      meanOverRoundRobin: meanSeconds(steady) / meanSeconds(turns),
    },
    notes: [
      `At once: all runs are there from the beginning. Steady: one every ${everyMs} ms, a little faster than two cards compute. By turns: the first run on the first card, the second on the second, the third on the first, so that each pack is wanted on both; all else is Kiln.`,
      'Times are computed for Z-Image-Turbo at 1024 x 1024 from published figures (src-main/device/sim/call-time.ts); weights cross the bus at 12.5 GB/s.',
    ],
  };
}
