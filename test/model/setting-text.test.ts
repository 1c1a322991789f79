import { describe, expect, test } from 'vitest';
import { textOfValue, valueFromText } from '../../src-main/model/setting-text.ts';
import {
  defaultSettings,
  fits,
  type SettingShape,
  settingNames,
  settingOf,
  sizes,
} from '../../src-main/model/settings.ts';

const number = (unit: 'bytes' | 'ms' | 'runs', zeroIsAutomatic = false): SettingShape => ({
  kind: 'number',
  min: 1,
  max: 1024 ** 5,
  isWhole: true,
  unit,
  zeroIsAutomatic,
});
const list: SettingShape = { kind: 'list', of: 'name', most: 9 };
const budgets = sizes(1, { group: 'memory' });

describe('a value as people write it', () => {
  test.each([
    [number('bytes'), '8 GB', 8 * 1024 ** 3],
    [number('bytes'), '1.5gb', 1.5 * 1024 ** 3],
    [number('bytes'), '4096', 4096],
    [number('ms'), '2 min', 120_000],
    [number('ms'), '1.5s', 1500],
    [number('runs'), '20,000', 20_000],
    [number('runs', true), 'auto', 0],
    [number('runs'), 'auto', 'auto'],
    [number('runs'), '3 GB', '3 GB'],
    [number('runs'), '-3', '-3'],
    [{ kind: 'switch' } as const, 'Yes', true],
    [{ kind: 'switch' } as const, 'off', false],
    [{ kind: 'switch' } as const, 'perhaps', 'perhaps'],
    [list, 'a, b c', ['a', 'b c']],
    [{ kind: 'list', of: 'notice', most: 9 } as const, 'email, desktop webhook', ['email', 'desktop', 'webhook']],
    [list, '["a, b"]', ['a, b']],
    [list, '', []],
    [budgets.shape, 'cuda:0=8 GB, cpu = 512MB', { 'cuda:0': 8 * 1024 ** 3, cpu: 512 * 1024 ** 2 }],
    [budgets.shape, 'cuda:0', 'cuda:0'],
    [{ kind: 'rules' } as const, 'vae=cpu,  denoiser~=same-as(vae)', ['vae=cpu', 'denoiser~=same-as(vae)']],
    [{ kind: 'rules' } as const, 'vae=cpu, denoiser', ['vae=cpu, denoiser']],
    [{ kind: 'rules-by-pack' } as const, 'a: vae=cuda:0; b: vae=cpu', { a: ['vae=cuda:0'], b: ['vae=cpu'] }],
    [{ kind: 'rules-by-pack' } as const, 'a', 'a'],
  ])('%j of %j is %j', (shape, text, value) => {
    expect(valueFromText(shape, text)).toEqual(value);
    // What fits is written so that it is read back as it was.
    if (value !== text) expect(valueFromText(shape, textOfValue(shape, value))).toEqual(value);
  });

  test('every default is written so that it is read back, and fits', () => {
    for (const name of settingNames) {
      const { shape } = settingOf(name);
      const again = valueFromText(shape, textOfValue(shape, defaultSettings[name]));
      expect([name, again, fits(name, again)]).toEqual([name, defaultSettings[name], true]);
    }
  });
});

test('sizes by name are held to their limits', () => {
  expect(budgets.schema.safeParse({ cpu: 0 }).success).toBe(false);
  expect(budgets.schema.safeParse({ cpu: 7 }).success).toBe(true);
});
