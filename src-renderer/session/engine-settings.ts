import type { SettingsAnswer } from '../../src-main/contract/settings.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { SecretName, SettingName } from '../../src-main/model/settings.ts';
import { type Cell, cell } from './cell.ts';
import type { StudioCalls } from './studio-calls.ts';

/** The core's settings, as they are shown and changed here. */
export interface EngineSettings {
  /** Null until they were read. */
  readonly answer: Cell<SettingsAnswer | null>;
  /** What was wrong with what a person wanted, by the setting, until it is set to something that fits. */
  readonly refused: Cell<Readonly<Record<string, readonly Problem[]>>>;
  look(): Promise<void>;
  /** Null makes the default hold again. Answers whether it was taken. */
  set(name: SettingName | SecretName, value: Json): Promise<boolean>;
}

export function engineSettings(calls: Pick<StudioCalls, 'settings' | 'setSettings'>): EngineSettings {
  const answer = cell<SettingsAnswer | null>(null);
  const refused = cell<Readonly<Record<string, readonly Problem[]>>>({});
  return {
    answer,
    refused,
    async look() {
      answer.set(await calls.settings());
    },
    async set(name, value) {
      const { [name]: _before, ...others } = refused.get();
      try {
        answer.set(await calls.setSettings({ [name]: value }));
        refused.set(others);
        return true;
      } catch (error) {
        refused.set({ ...others, [name]: problemsOfError(error) });
        return false;
      }
    },
  };
}
