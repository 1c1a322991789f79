import { readFileSync } from 'node:fs';
import type { Asked } from '../../src-main/contract/calls.ts';
import type { Digest } from '../../src-main/model/ids.ts';
import { template } from '../build/kiln-process.ts';
import type { Random } from '../build/random.ts';

/** What becomes of a run when everything is over. */
export interface Expected {
  readonly images: number;
  readonly seed: bigint;
  /** Null where whoever asked for its end was not answered. */
  ends: 'done' | 'failed' | 'cancelled' | null;
  /** Somebody was told that it is queued; without that it may be there or not. */
  acknowledged: boolean;
}

type Graph = Asked<'runs.submit'>['graph'];
const graphIn = (name: string): Graph => JSON.parse(readFileSync(template(name), 'utf8')) as Graph;
const fromText = graphIn('text-to-image');
/** Without its last and longest step. */
const fromTextSmall = small(fromText);
const fromPicture = graphIn('image-to-image');

function small(graph: Graph): Graph {
  const { nodes, links, ...rest } = structuredClone(graph) as Record<'nodes' | 'links', Record<string, unknown>>;
  delete nodes.upscale;
  delete links['upscale.image'];
  delete links['upscale.upscaler'];
  links['save.image'] = { from: 'decode.image' };
  return { ...rest, id: 'text-to-small-image', nodes, links };
}

const prompts = ['a red fox', 'a panda', 'a green frog', 'a snow owl', 'a small boat', 'an orange', 'a blue star'];

export interface Uploaded {
  readonly picture: Digest;
  /** Bytes that are no picture. */
  readonly broken: Digest;
}

export type Submission = Asked<'runs.submit'>;

/** Ids of the runs that a submission makes. */
export const idsOf = ({ runs, times = 1 }: Submission): string[] =>
  runs!.flatMap(({ runId }) =>
    Array.from({ length: times }, (_, i) => (i === 0 ? String(runId) : `${String(runId)}.${i}`)),
  );

/** Submissions of all kinds, from a seed, and what is to become of each run. */
export function mixedRuns(random: Random, uploaded: Uploaded) {
  const expected = new Map<string, Expected>();
  let made = 0;

  const overridesOf = (seed: bigint) => ({
    prompt: random.pick(prompts),
    seed: String(seed),
    steps: 1 + random.below(4),
    cfg: random.pick([1, 1, 2]),
  });
  const submission = (
    tier: NonNullable<Submission['tier']>,
    {
      entries = 1,
      times = 1,
      count = 1,
      kind = 'text',
    }: { entries?: number; times?: number; count?: number; kind?: 'text' | 'picture' | 'broken' },
  ): Submission => {
    const runs = Array.from({ length: entries }, () => {
      const seed = BigInt(random.below(2 ** 31));
      const runId = `mixed-${made++}`;
      for (let i = 0; i < times; i++)
        expected.set(i === 0 ? runId : `${runId}.${i}`, {
          images: count,
          seed: seed + BigInt(i),
          ends: kind === 'broken' ? 'failed' : 'done',
          acknowledged: false,
        });
      const image = { digest: kind === 'broken' ? uploaded.broken : uploaded.picture, name: 'given.png' };
      const overrides = { ...overridesOf(seed), ...(kind === 'text' ? { count } : { image }) };
      return { runId: runId as never, overrides: overrides as never };
    });
    return {
      graph: kind === 'text' ? random.pick([fromTextSmall, fromTextSmall, fromText]) : fromPicture,
      runs,
      times,
      tier,
      submitter: random.pick(['ann', 'bob']),
    };
  };

  return {
    expected,
    /** One that fails: the file that it names is no picture. */
    failing: (): Submission => submission('fast', { kind: 'broken' }),
    /** One of any kind that starts by itself. */
    next(): Submission {
      const tier = random.pick(['interactive', 'fast', 'fast', 'quality'] as const);
      const dice = random.below(10);
      if (dice < 4) return submission(tier, { count: 1 + random.below(2) });
      if (dice < 6) return submission(tier, { times: 2 + random.below(2) });
      if (dice < 8) return submission(tier, { entries: 2 + random.below(2) });
      return submission(tier, { kind: dice === 8 ? 'picture' : 'broken' });
    },
    /** One of a tier that is paused: it waits until somebody ends it or the tier goes on. */
    waiting: (): Submission => submission('background', { times: 1 + random.below(2) }),
    acknowledge(of: Submission): void {
      for (const id of idsOf(of)) expected.get(id)!.acknowledged = true;
    },
  };
}
