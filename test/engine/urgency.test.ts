import { expect, test } from 'vitest';
import { compareTurns, type Turn, Urgency } from '../../src-main/engine/urgency.ts';
import { randomOf } from '../build/random.ts';
import { tierList } from '../build/world.ts';

test('everything stands where a sort would put it, whatever was added, moved and removed', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomOf(seed);
    const served = new Map(['ada', 'bob', 'cyd', 'dan'].map((name) => [name, random.below(3) * 10]));
    const had = (submitter: string) => served.get(submitter)!;
    const urgency = new Urgency<number>();
    const naive = new Map<number, Turn & { seq: number }>();
    for (let i = 0; i < 80; i++) {
      const item = random.below(40);
      if (random.chance(0.3)) expect(urgency.remove(item)).toBe(naive.delete(item));
      else {
        const turn = {
          tier: random.pick(tierList),
          submitter: random.pick([...served.keys()]),
          place: random.below(20),
        };
        urgency.add(item, turn);
        naive.set(item, { ...turn, seq: i });
      }
    }
    // Submitters that were served alike go by the oldest thing each has waiting in that tier.
    const oldest = ({ tier, submitter }: Turn) =>
      Math.min(
        ...[...naive.values()]
          .filter((t) => t.tier === tier && t.submitter === submitter)
          .map((t) => t.place * 1000 + t.seq),
      );
    const sorted = [...naive].sort(
      ([, a], [, b]) =>
        tierList.indexOf(a.tier) - tierList.indexOf(b.tier) ||
        had(a.submitter) - had(b.submitter) ||
        oldest(a) - oldest(b) ||
        a.place - b.place ||
        a.seq - b.seq,
    );
    const order = sorted.map(([item]) => item);
    expect([...urgency.inOrder(had)], `seed ${seed}`).toEqual(order);
    expect(urgency.first(had)?.item ?? null).toBe(order[0] ?? null);
    expect(urgency.size).toBe(naive.size);
    const bySubmitter = [...served.keys()].flatMap((submitter) => {
      const own = [...naive].filter(([, turn]) => turn.submitter === submitter);
      own.sort(([, a], [, b]) => a.place - b.place || a.seq - b.seq);
      return own.slice(0, 1).map(([item]) => item);
    });
    expect([...urgency.oldest()].sort()).toEqual(bySubmitter.sort());
  }
});

test('adding again moves to the new turn', () => {
  const urgency = new Urgency<string>();
  urgency.add('a', { tier: 'background', submitter: 'me', place: 1 });
  urgency.add('b', { tier: 'quality', submitter: 'me', place: 2 });
  urgency.add('a', { tier: 'interactive', submitter: 'me', place: 1 });
  expect([...urgency.inOrder(() => 0)]).toEqual(['a', 'b']);
  expect(urgency.size).toBe(2);
});

test('what is not there cannot be removed', () => {
  const urgency = new Urgency<string>();
  expect(urgency.remove('a')).toBe(false);
  expect(urgency.first(() => 0)).toBeNull();
});

test('turns compare by tier, then by what was served, then by age', () => {
  const turn = (tier: Turn['tier'], submitter: string, place: number): Turn => ({ tier, submitter, place });
  const served = (submitter: string) => (submitter === 'ada' ? 10 : 0);
  expect(compareTurns(turn('fast', 'ada', 9), turn('quality', 'bob', 1), served)).toBeLessThan(0);
  expect(compareTurns(turn('fast', 'ada', 1), turn('fast', 'bob', 9), served)).toBeGreaterThan(0);
  expect(compareTurns(turn('fast', 'bob', 1), turn('fast', 'bob', 9), served)).toBeLessThan(0);
});
