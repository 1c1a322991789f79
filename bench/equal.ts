import { Transformer } from '@napi-rs/image';
import type { Digest } from '../src-main/model/ids.ts';
import type { Overrides } from '../src-main/model/overrides.ts';
import type { Bench } from './bench.ts';
import { type Bench as Open, openBench, prompts, runQueue } from './queue.ts';

const runs = 64;

/** Mixed prompts, seeds, steps and guidance, from a fixed order. */
const mixed: readonly Overrides[] = Array.from({ length: runs }, (_, i) => ({
  prompt: prompts[(i * 7) % prompts.length]!,
  negative: i % 3 === 0 ? 'red' : '',
  seed: String(9000 + i * 13),
  steps: 4 + (i % 6),
  cfg: [1, 1.5, 2][i % 3]!,
}));

/** Pictures made among strangers, in shared batches, against the same made alone. */
export default async function equal(): Promise<Bench> {
  const together = await openBench({ strangers: true });
  const apart = await openBench({ strangers: false });
  try {
    const company = await runQueue(together, mixed, 'background');
    const deterministicDiffers = await countDiffering(together);
    const alone: string[] = [];
    for (const overrides of mixed) alone.push((await runQueue(apart, [overrides], 'fast')).pictures[0]!);
    let maxLevels = 0;
    let differing = 0;
    for (const [i, digest] of company.pictures.entries()) {
      if (digest === alone[i]) continue;
      differing++;
      maxLevels = Math.max(maxLevels, await levelsBetween(together, digest, apart, alone[i]!));
    }
    const shared = company.batches.filter(({ runs: aboard }) => aboard.length > 1).length;
    return {
      title: `${runs} pictures among strangers and alone`,
      table: {
        columns: ['pictures', 'files that differ', 'largest difference in 8 bits', 'calls with company'],
        rows: [[runs, differing, maxLevels, shared]],
      },
      figures: { maxLevels, deterministicDiffers, filesThatDiffer: differing, callsWithCompany: shared },
    };
  } finally {
    await together.close();
    await apart.close();
  }
}

/** Deterministic runs amid others of one core, and amid fewer others of another one: files that differ. */
async function countDiffering(one: Open): Promise<number> {
  const other = await openBench({ strangers: true });
  const own = mixed.slice(0, 16).map((overrides, i) => ({ ...overrides, seed: String(77_000 + i) }));
  const amid = async (open: Open, strangers: number) => {
    const others = mixed.slice(0, strangers).map((overrides, i) => ({ ...overrides, seed: String(88_000 + i) }));
    const [, found] = await Promise.all([
      runQueue(open, others, 'background'),
      runQueue(open, own, 'background', true),
    ]);
    return found.pictures;
  };
  try {
    const [first, second] = [await amid(one, 32), await amid(other, 8)];
    return first.filter((digest, i) => digest !== second[i]).length;
  } finally {
    await other.close();
  }
}

async function levelsBetween(a: Open, first: string, b: Open, second: string): Promise<number> {
  const pixels = async (open: Open, digest: string) =>
    new Transformer((await open.core.picture(digest as Digest))!).rawPixels();
  const [one, two] = [await pixels(a, first), await pixels(b, second)];
  let most = 0;
  for (let i = 0; i < one.length; i++) most = Math.max(most, Math.abs(one[i]! - two[i]!));
  return most;
}
