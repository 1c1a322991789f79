import { expect, test } from 'vitest';
import { languageOf } from '../../src-main/texts/language.ts';

test('what was asked for wins over the system', () => {
  expect(languageOf('en', 'zh_CN.UTF-8')).toBe('en');
  expect(languageOf('zh', 'en_US.UTF-8')).toBe('zh');
});

test('a Chinese system speaks Chinese, however it spells that', () => {
  const spellings = ['zh', 'zh-CN', 'zh_TW.UTF-8', 'zh-Hans-CN', 'Chinese (Simplified)_China.936'];
  expect(spellings.map((locale) => languageOf(undefined, locale))).toEqual(spellings.map(() => 'zh'));
});

test('any other system speaks English', () => {
  const others = [undefined, '', 'C', 'C.UTF-8', 'de_DE', 'zha_CN'];
  expect(others.map((locale) => languageOf(undefined, locale))).toEqual(others.map(() => 'en'));
});
