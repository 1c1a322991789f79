import { expect, test } from 'vitest';
import { AppError, problem } from '../../src-main/model/errors.ts';
import { engineSettings } from '../../src-renderer/session/engine-settings.ts';
import { settingsAnswer } from '../build/called-core.ts';
import { fakeCalls } from './fake-core-calls.ts';

const refusal = problem('setting.badValue', { name: 'patience', value: '0' });

test('what the core refuses is said at its setting until it is set to something that fits', async () => {
  const calls = fakeCalls({
    setSettings: async (values) => {
      if (values.patience === 0) throw new AppError(refusal);
      return { ...settingsAnswer, values: { ...settingsAnswer.values, ...values } };
    },
  });
  const settings = engineSettings(calls);
  await settings.look();
  expect(settings.answer.get()?.values.patience).toBe(64);
  expect(await settings.set('patience', 0)).toBe(false);
  expect(await settings.set('attempts', 5)).toBe(true);
  expect(settings.refused.get()).toEqual({ patience: [refusal] });
  expect(await settings.set('patience', 7)).toBe(true);
  expect([settings.refused.get(), settings.answer.get()?.values.patience]).toEqual([{}, 7]);
});
