import { simulatedCard } from '../src-main/core-devices.ts';
import type { QueuedRun, Simulation } from '../src-main/core-simulated.ts';
import { a100 } from '../src-main/device/sim/profiles/cards.ts';
import type { DeviceId } from '../src-main/model/ids.ts';
import { labPack, labPackSizes } from '../src-main/packs/lab-packs.ts';
import type { Bench } from './bench.ts';
import { burstOf, labPacks, simulatedWell } from './lab-queue.ts';

const packs = ['first', 'second', 'third'].map((name) => labPack({ ...labPackSizes.zImage, name }));
const count = 48;
/** Two packs of 20.5 GB and what their calls need fit, three do not. */
const budgetBytes = 48e9;

const runsOn = (device?: (index: number) => number): QueuedRun[] =>
  burstOf({ count, packs: packs.map(({ facts }) => facts.ref.packId), tier: 'quality' }).map((run, index) =>
    device ? { ...run, device: `sim:a100:${device(index)}` as DeviceId } : run,
  );

const on = (devices: number, runs: readonly QueuedRun[]) =>
  simulatedWell({
    runs,
    devices: Array.from({ length: devices }, (_, number) => simulatedCard(a100, number, budgetBytes)),
    packs: labPacks(packs),
  });

const sum = ({ devices }: Simulation, of: (device: Simulation['devices'][number]) => number): number =>
  devices.reduce((all, device) => all + of(device), 0);
const perSecond = ({ runs, wallMs }: Simulation) => (runs.length * 1000) / wallMs;

/** Work goes to where its weights are: two simulated cards and three packs, against one card, and against taking turns. */
export default async function twoDevices(): Promise<Bench> {
  const one = await on(1, runsOn());
  const two = await on(2, runsOn());
  const turns = await on(
    2,
    runsOn((index) => index % 2),
  );
  const row = (name: string, found: Simulation): (string | number)[] => [
    name,
    found.wallMs / 1000,
    perSecond(found),
    sum(found, ({ loads }) => loads),
    sum(found, ({ loadMs }) => loadMs) / 1000,
    sum(found, ({ broughtBytes }) => broughtBytes) / 1e6,
    found.devices.map(({ busyMs }) => `${((100 * busyMs) / found.wallMs).toFixed(0)} %`).join(', '),
  ];
  return {
    title: `Simulated: ${count} runs of three packs, of which two fit on a card; two A100, one, and two by turns`,
    machine: 'simulated cards in simulated time; nothing was computed',
    table: {
      columns: ['', 'seconds', 'images/s', 'loads', 'loading, s', 'brought, MB', 'busy'],
      rows: [row('two cards', two), row('one card', one), row('two cards, by turns', turns)],
    },
    figures: {
      imagesPerSecondRatio: perSecond(two) / perSecond(one),
      transferShare: sum(two, ({ bringMs }) => bringMs) / (two.wallMs * two.devices.length),
      loadShare: sum(two, ({ loadMs }) => loadMs) / (two.wallMs * two.devices.length),
      roundRobinRatio: perSecond(two) / perSecond(turns),
    },
    notes: [
      'By turns: run 1 on the first card, run 2 on the second, run 3 on the first; each pack is wanted on both. On the cards all else is as in the first row.',
      'Times are computed for Z-Image-Turbo at 1024 x 1024 from published figures (src-main/device/sim/call-time.ts); weights cross the bus at 12.5 GB/s.',
    ],
  };
}
