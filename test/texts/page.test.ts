import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { agoText, pageTexts, spanText } from '../../src-main/texts/say-page.ts';

const folder = path.join(import.meta.dirname, '../../graphs');
const templates = readdirSync(folder).filter((file) => file.endsWith('.kiln.json'));

test.each(templates)('%s has a Chinese title and Chinese labels', (file) => {
  const { title, exposed } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const words: string[] = [title, ...exposed.map(({ label }: { label: string }) => label)];
  expect(words.filter((word) => !Object.hasOwn(pageTexts('zh').graphWords, word))).toEqual([]);
});

const cost = { waitMs: 3, aheadMs: 3, loadMs: 3, bringMs: 3, runMs: 3, isGuess: true };
const placing = { rules: [{ rule: 'vae=cpu', from: 'settings', pack: '' }], allowed: ['cpu'], beside: ['sample'] };
/** What a text takes: mostly two numbers or names. */
const takenBy = (at: string): unknown[] =>
  ({ '.queuePage.chosen': ['cpu', { cpu: cost }], '.queuePage.placing': [placing] })[at] ?? [3, 4];

/** Every text, by its path, said with numbers and names where it takes some. */
function textsIn(value: unknown, at = ''): [string, string][] {
  if (typeof value === 'string') return [[at, value]];
  if (typeof value === 'function') return [[at, String((value as (...args: unknown[]) => unknown)(...takenBy(at)))]];
  return Object.entries(value as object).flatMap(([name, inner]) => textsIn(inner, `${at}.${name}`));
}

test('nothing is left unsaid in either language, and Chinese is Chinese', () => {
  const [en, zh] = [pageTexts('en'), { ...pageTexts('zh'), graphWords: {} }].map((texts) => textsIn(texts));
  expect(zh!.map(([at]) => at)).toEqual(en!.map(([at]) => at));
  expect([...en!, ...zh!].filter(([, text]) => text.trim() === '')).toEqual([]);
  expect(zh!.filter(([, text]) => !/\p{Script=Han}/u.test(text)).map(([at]) => at)).toEqual([]);
});

test('spans of time are said in one or two units', () => {
  const say = (ms: number) => spanText(pageTexts('en'), ms);
  expect([0, 900, 59_000, 60_000, 125_000, 3_600_000, 4_800_000].map(say)).toEqual([
    '1 s',
    '1 s',
    '59 s',
    '1 min',
    '2 min 5 s',
    '1 h',
    '1 h 20 min',
  ]);
  expect([5_000, 93_000, 5_000_000].map((ms) => agoText(pageTexts('en'), ms))).toEqual([
    '5 s ago',
    '1 min ago',
    '1 h ago',
  ]);
  expect(spanText(pageTexts('zh'), 125_000)).toBe('2 分 5 秒');
});
