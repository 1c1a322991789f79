import { describe, expect, test } from 'vitest';
import { weightedPieces } from '../../src-main/packs/prompt-weights.ts';
import { windowsOf } from '../../src-main/packs/prompt-windows.ts';
import { promptVectors, clipRules as rules } from '../parity/prompts.ts';
import { differencesIn } from '../parity/recorded.ts';

describe('a prompt', () => {
  test.each([
    ['has its weights', 'parse'],
    ['has its ids', 'tokens'],
    ['is cut into windows', 'chunks'],
    ['takes its embeddings', 'embedding_tokens'],
    ['counts its weights against what an empty prompt says at the same place', 'weighting'],
  ])('%s as in the reference', async (_, group) => {
    expect(await differencesIn(promptVectors, group)).toEqual([]);
  });

  test('has the ids of its letters lowered one by one, also at the end of a Greek word', () => {
    expect(rules.ids('ΟΔΟΣ')).toEqual(rules.ids('οδοσ'));
    expect(rules.ids('οδος')).not.toEqual(rules.ids('οδοσ'));
  });

  test('an embedding that is not there is told by its name, and left out', () => {
    const missing: string[] = [];
    windowsOf('a embedding:nobody, b', { ...rules, embedding: () => null }, (name) => missing.push(name));
    expect(missing).toEqual(['nobody']);
  });

  test('literally taken has no weights', () => {
    const [window] = windowsOf('(a:1.3)', { ...rules, isLiteral: true });
    expect(window!.every(({ weight }) => weight === 1)).toBe(true);
  });

  test('of 100,000 brackets ends soon, with all its text', () => {
    const deep = `${'('.repeat(50_000)}a${')'.repeat(50_000)}`;
    const pieces = weightedPieces(deep);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]!.text).toContain('a');
  });
});
