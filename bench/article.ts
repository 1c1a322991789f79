import { simulatedCard } from '../src-main/core-devices.ts';
import type { QueuedRun, Simulation } from '../src-main/core-simulated.ts';
import { callMsOf } from '../src-main/device/sim/call-time.ts';
import type { Card } from '../src-main/device/sim/card.ts';
import {
  type ArticleRow,
  articleProcessor,
  articleRows,
  articleSteps,
} from '../src-main/device/sim/profiles/article.ts';
import { a100, rtx3090, rtx4090 } from '../src-main/device/sim/profiles/cards.ts';
import { labPack, labPackSizes } from '../src-main/packs/lab-packs.ts';
import type { Bench } from './bench.ts';
import { type Burst, burstOf, labPacks, outOfOrder, simulatedWell } from './lab-queue.ts';

const mixed: Burst = { count: 50, packs: ['article'], tier: 'quality', steps: articleSteps };
const burst: Burst = { ...mixed, count: 200 };

/** One picture after the other, each stage after the one before: what the article measured first. */
interface Serial {
  readonly oneMs: number;
  readonly busyMs: number;
}

function serialOf({ stages }: ArticleRow): Serial {
  const busyMs = articleSteps * stages.stepMs + stages.decodeMs;
  return { oneMs: stages.encodeMs + stages.fetchMs + busyMs + stages.ioMs, busyMs };
}

/** The same habits with times that are computed: the encoder on the processor, 20.5 GB of weights fetched for each run. */
function serialComputed(card: Card): Serial {
  const { facts } = labPack(labPackSizes.zImage);
  const part = (name: string) => facts.parts.find((each) => each.name === name)!;
  const shape = (main: readonly number[], tokens: number) => ({ main, tokens, inputs: [], timestep: 0 });
  const [encoder, denoiser, decoder] = [part('text-encoder'), part('denoiser'), part('vae-decoder')];
  const latent = shape([16, 128, 128], 32);
  const busyMs = articleSteps * callMsOf(card.times, denoiser, latent, 1) + callMsOf(card.times, decoder, latent, 1);
  const encodeMs = callMsOf(
    articleProcessor.times.kind === 'stages' ? articleProcessor.times.otherwise : card.times,
    encoder,
    shape([32], 32),
    1,
  );
  const fetchMs = (denoiser.bytes + decoder.bytes) / card.loadBytesPerMs;
  return { oneMs: encodeMs + fetchMs + busyMs + 210 + 47, busyMs };
}

/** Kiln on a card and a processor beside it, prompts on the processor as the article has them. */
const kiln = (card: Card, runs: readonly QueuedRun[], ioMs: number, encoder: string | null) =>
  simulatedWell({
    runs,
    devices: [simulatedCard(card, 0), ...(encoder ? [simulatedCard(articleProcessor, 0)] : [])],
    packs: labPacks(),
    settings: encoder
      ? { affinity: [`text-encoder=${encoder}`, `denoiser=sim:${card.name}:0`, `vae=sim:${card.name}:0`] }
      : {},
    files: { encodeMs: ioMs },
  });

/** Two runs with a minute between them: the second finds the weights where it needs them. */
const twoAlone = (like: Burst): QueuedRun[] =>
  burstOf({ ...like, count: 2, tier: 'interactive' }).map((run, index) => ({ ...run, atMs: index * 60_000 }));
const aloneIn = ({ runs }: Simulation): number => runs[1]!.endedMs - runs[1]!.atMs;

const cardOf = ({ devices, wallMs }: Simulation) => ({ ...devices[0]!, share: devices[0]!.busyMs / wallMs });
const perMinute = ({ runs, wallMs }: Simulation) => (runs.length * 60_000) / wallMs;
const firstAndLast = ({ runs }: Simulation) => {
  const ends = runs.map(({ endedMs }) => endedMs);
  return [Math.min(...ends), Math.max(...ends)] as const;
};
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** The article's table in the laboratory: what its default tool does, and what Kiln does, on its cards with its stage times. */
export default async function article(): Promise<Bench> {
  const rows: (string | number)[][] = [];
  const figures: Record<string, number> = {};
  const notes: string[] = [];
  let orderBroken = 0;
  const add = (
    title: string,
    serial: Serial,
    { aloneMs, queue, many }: { aloneMs: number; queue: Simulation; many: Simulation | null },
    said: ArticleRow | null,
  ) => {
    const [first, last] = many ? firstAndLast(many) : [null, null];
    rows.push([
      title,
      ...(said ? [percent(said.before.utilisation), percent(said.after.utilisation)] : ['', '']),
      percent(serial.busyMs / serial.oneMs),
      percent(cardOf(queue).share),
      ...(said ? [said.before.perMinute, said.after.perMinute] : ['', '']),
      60_000 / serial.oneMs,
      perMinute(queue),
      ...(said ? [said.before.ms, said.after.ms] : ['', '']),
      serial.oneMs,
      aloneMs,
      (burst.count * serial.oneMs) / 1000,
      first === null ? '' : first / 1000,
      last === null ? '' : last / 1000,
    ]);
    orderBroken += outOfOrder(queue) + (many ? outOfOrder(many) : 0);
  };
  for (const row of articleRows) {
    const encoder = `sim:${articleProcessor.name}:0`;
    const on = (runs: Burst) => kiln(row.card, burstOf(runs), row.ioTunedMs, encoder);
    const [queue, many] = [await on(mixed), await on(burst)];
    const aloneMs = aloneIn(await kiln(row.card, twoAlone(mixed), row.ioTunedMs, encoder));
    const name = row.card.name.slice('article-'.length);
    add(row.card.title, serialOf(row), { aloneMs, queue, many }, row);
    figures[`busyShare${figureName(name)}`] = cardOf(queue).share;
    figures[`imagesPerMinute${figureName(name)}`] = perMinute(queue);
    figures[`ratioToSerial${figureName(name)}`] = (perMinute(queue) * serialOf(row).oneMs) / 60_000;
  }
  const z: Burst = { ...mixed, packs: ['z-image'] };
  for (const card of [rtx3090, rtx4090, a100]) {
    const still = { ...card, jitter: 0 };
    const queue = await kiln(still, burstOf(z), 28, null);
    const aloneMs = aloneIn(await kiln(still, twoAlone(z), 28, null));
    add(`${card.title}, computed for Z-Image-Turbo`, serialComputed(card), { aloneMs, queue, many: null }, null);
    figures[`computedImagesPerMinute${figureName(card.name)}`] = perMinute(queue);
    figures[`computedRatioToSerial${figureName(card.name)}`] = (perMinute(queue) * serialComputed(card).oneMs) / 60_000;
  }
  notes.push(...articleNotes());
  return {
    title: `Simulated: the article's cards, 1024 x 1024, ${articleSteps} steps, 50 prompts that differ, and a burst of ${burst.count}`,
    machine: 'simulated cards in simulated time; nothing was computed',
    table: {
      columns: [
        'card (simulated)',
        'busy, article before',
        'after',
        'serial here',
        'Kiln here',
        'images/min, article before',
        'after',
        'serial here',
        'Kiln here',
        'one picture ms, article before',
        'after',
        'serial here',
        'Kiln here',
        `burst of ${burst.count}: last s, serial`,
        'first s, Kiln',
        'last s, Kiln',
      ],
      rows,
    },
    figures: { ...figures, orderBroken },
    notes,
  };
}

const figureName = (name: string): string => name.replace('rtx', 'Rtx').replace('a100', 'A100');

const articleNotes = (): string[] => [
  'Serial: the default tool as the article tells it, one picture after the other: the prompt is encoded on the processor each time, weights are fetched for each run, files are read and written in line. Its time is the sum of its stages.',
  'The first three cards have the article’s own stage times (src-main/device/sim/profiles/article.ts): what it does not say of the VAE is what is left of the time of one picture, and of the RTX cards only totals are said. The others are computed from weights and sizes of Z-Image-Turbo (facts: published figures, see src-main/device/sim/call-time.ts).',
  'Where the article’s totals cannot follow from its parts: 920 and 710 ms for a picture give 65 and 85 images/min one after the other, where 42 and 58 are said. A batch of four in 1,240 ms gives 193 images/min on the A100, where 115 are said. 200 pictures within 14 s are 70 ms each, which is less than its eight steps of 9.3 ms. Eight steps of 9.3 ms are 8 % of 892 ms, so most of the 38 % must be the VAE, of which it says nothing. 120 ms of a full bus of 25 GB/s are 3 GB of weights, a quarter of Z-Image-Turbo’s. A real step of that model takes an A100 187 ms at its peak, twenty times what is said.',
];
