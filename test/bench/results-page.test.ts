import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { holds, limits } from '../../bench/limits.ts';
import { type Result, withResult } from '../../bench/results-page.ts';

const on = {
  date: '2026-01-02',
  cpu: 'a processor',
  cores: 2,
  memoryGiB: 8,
  system: 'Linux 6.1 x64',
  node: 'v24.0.0',
  onnxruntime: '1.0.0',
  kiln: '0.1.0',
};
const result = (bench: string, figures: Readonly<Record<string, number>>): Result => ({
  bench,
  title: `About ${bench}`,
  on,
  table: { columns: ['side', 'ms'], rows: [['a|b', 1234.5678]] },
  figures,
  notes: ['A note.'],
});

test('a figure is judged by its limit, in either direction', () => {
  expect(holds('busy', 'idealOverWall', 0.94)).toBe(true);
  expect(holds('busy', 'idealOverWall', 0.92)).toBe(false);
  expect(holds('tiers', 'latencyRatio', 1.5)).toBe(true);
  expect(holds('tiers', 'latencyRatio', 1.51)).toBe(false);
  expect(holds('tiers', 'latencyRatio', Number.NaN)).toBe(false);
  expect(holds('tiers', 'somethingElse', 99)).toBe(null);
});

test('every benchmark with limits is one that can be run', () => {
  const missing = Object.keys(limits).filter(
    (name) => !existsSync(path.join(import.meta.dirname, `../../bench/${name}.ts`)),
  );
  expect(missing).toEqual([]);
});

test('the page says what was measured, what was promised, whether it holds, and where', () => {
  const page = withResult('', result('tiers', { stepsBeforeItsFirst: 1, latencyRatio: 1.6, other: 0.123456 }));
  expect(page).toContain('| `stepsBeforeItsFirst` | 1 | at most 1 | yes |');
  expect(page).toContain('| `latencyRatio` | 1.6 | at most 1.5 | **no** |');
  expect(page).toContain('| `other` | 0.123 |  |  |');
  expect(page).toContain('| a\\|b | 1235 |');
  expect(page).toContain('A note.');
  expect(page).toContain('2026-01-02 · a processor, 2 cores, 8 GiB · Linux 6.1 x64 · Node v24.0.0');
});

test('a promised figure that was not measured does not hold', () => {
  const page = withResult('', result('tiers', { latencyRatio: 1 }));
  expect(page).toContain('| `stepsBeforeItsFirst` | not measured | at most 1 | **no** |');
});

test('a result replaces the section of its own benchmark and leaves the others as they were', () => {
  const other = withResult('', result('soak', { handlesGrowth: 7 }));
  const both = withResult(other, result('busy', { idealOverWall: 0.5 }));
  const again = withResult(both, result('busy', { idealOverWall: 0.97 }));
  expect(again).toContain('| `handlesGrowth` | 7 |');
  expect(again).toContain('| `idealOverWall` | 0.97 |');
  expect(again).not.toContain('| `idealOverWall` | 0.5 |');
  expect(again.match(/^## .*/gm)).toEqual(['## busy', '## soak']);
  expect(withResult(again, result('busy', { idealOverWall: 0.97 }))).toBe(again);
});
