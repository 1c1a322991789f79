import type {
  SecretName,
  SecretState,
  SettingGroup,
  SettingName,
  SettingTakes,
  SettingUnit,
} from '../model/settings.ts';

export interface SettingWords {
  readonly label: string;
  /** What it does, and what to consider. */
  readonly help: string;
}

/** The settings of the engine, wherever they are shown. */
export interface SettingTexts {
  readonly groups: Readonly<Record<SettingGroup, string>>;
  readonly settings: Readonly<Record<SettingName | SecretName, SettingWords>>;
  readonly choices: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<SettingUnit, string>>;
  readonly takes: Readonly<Record<SettingTakes, string>>;
  readonly secretStates: Readonly<Record<SecretState, string>>;
  readonly automatic: string;
  readonly nothing: string;
  readonly byDefault: (value: string) => string;
  readonly limits: (min: string, max: string) => string;
  readonly pending: string;
  readonly locked: string;
  readonly set: (name: string, value: string) => string;
  readonly reset: (name: string, value: string) => string;
  /** How a secret is typed, that does not show. */
  readonly askSecret: (name: string) => string;
}
