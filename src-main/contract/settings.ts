import type { Problem } from '../model/errors.ts';
import type { SecretName, SecretState, SettingName, Settings } from '../model/settings.ts';

/** The settings of a core. What they are called, their limits and defaults are in `model/settings.ts`. */
export interface SettingsAnswer {
  /** As they are written, with defaults where nothing is. */
  readonly values: Settings;
  /** Secrets themselves are never told. */
  readonly secrets: Readonly<Record<SecretName, SecretState>>;
  /** Those that the file sets, the same value as the default or not. */
  readonly written: readonly SettingName[];
  /** Written, and in force only when the core has been started again. */
  readonly pending: readonly SettingName[];
  /** Those that this client may not change. */
  readonly locked: readonly (SettingName | SecretName)[];
  /** With the file as a whole, or with values in it. */
  readonly problems: readonly Problem[];
  readonly file: string;
}
