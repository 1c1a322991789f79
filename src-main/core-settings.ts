import { statSync } from 'node:fs';
import type { SettingsAnswer } from './contract/settings.ts';
import { rulesIn } from './core-plans.ts';
import { isSecret, type Secrets, secretsIn } from './core-secrets.ts';
import { problemOfValue, readSettings, settingsFile, writeSettings } from './core-settings-file.ts';
import { readRules } from './engine/affinity-rules.ts';
import type { Device } from './model/device.ts';
import { AppError, type Problem, problem } from './model/errors.ts';
import { canonicalJson, type Json } from './model/json.ts';
import { nearest } from './model/nearest.ts';
import {
  allNames,
  defaultSettings,
  isSecretName,
  isSettingName,
  type SecretName,
  type SettingName,
  type Settings,
  secretNames,
  settingNames,
  settingOf,
} from './model/settings.ts';

/** A person who edits the file may wait so long. Looking takes some microseconds. */
const lookMs = 1000;

export interface SettingsOptions {
  readonly home: string;
  /** Go before what the file says, and nobody can change them. */
  readonly given?: Partial<Settings> | undefined;
  /** Those that say where Kiln sends what can be changed on this machine alone. */
  readonly locks?: boolean | undefined;
  /** What rules of placement may name besides kinds of devices. */
  readonly devices?: () => readonly Device[];
  readonly secrets?: Secrets;
}

/** The settings of a home, as they hold for one core. */
export interface LiveSettings {
  /** What holds now: one object, whose values change. */
  readonly now: Settings;
  readonly secrets: Secrets;
  answer(): SettingsAnswer;
  /** Null makes the default hold again. All of them, or none. @throws AppError setting.unknown, setting.badValue … */
  set(values: Readonly<Record<string, Json>>): Promise<SettingsAnswer>;
  /** Reads the file anew; says whether anything is another now. */
  look(): boolean;
  /** Told after a change, whoever made it; until it is closed, the file is looked at now and then. */
  follow(onChange: () => void): { close(): void };
}

export function settingsOf({
  home,
  given,
  locks = false,
  devices = () => [],
  secrets = secretsIn(home),
}: SettingsOptions): LiveSettings {
  let stamp = stampOf(home);
  let read = readSettings(home);
  const wanted = (): Settings => ({ ...defaultSettings, ...read.values, ...given });
  const now: Settings = wanted();
  const followers = new Set<() => void>();
  let writing: Promise<void> = Promise.resolve();

  /** Whoever holds the object sees the new values; those that need another start stay as they are. */
  const takeOver = (): boolean => {
    const before = canonicalJson(now);
    const after = wanted();
    const changed = settingNames.filter((name) => settingOf(name).takes === 'now');
    Object.assign(now, Object.fromEntries(changed.map((name) => [name, after[name]])));
    return canonicalJson(now) !== before;
  };
  const look = (): boolean => {
    const before = canonicalJson(read);
    stamp = stampOf(home); // before it is read: what is written meanwhile is seen at the next look
    read = readSettings(home);
    const isChanged = canonicalJson(read) !== before;
    if (isChanged) takeOver();
    return isChanged;
  };
  const tell = (): void => {
    for (const follower of followers) follower();
  };
  const locked = (): (SettingName | SecretName)[] => [
    ...settingNames.filter((name) => (locks && settingOf(name).isGuarded) || given?.[name] !== undefined),
    ...(locks ? secretNames : []),
  ];
  const answer = (): SettingsAnswer => {
    const values = wanted();
    const pending = settingNames.filter((name) => canonicalJson(values[name]) !== canonicalJson(now[name]));
    return {
      values,
      secrets: secrets.states(),
      written: settingNames.filter((name) => read.values[name] !== undefined),
      pending,
      locked: locked(),
      problems: [...read.problems, ...problemsOfRules(values, devices())],
      file: settingsFile(home),
    };
  };

  return {
    now,
    secrets,
    answer,
    async set(values) {
      const problems = Object.entries(values).flatMap(([name, value]) =>
        locked().some((one) => one === name) ? [problem('setting.locked', { name })] : wrongIn(name, value, devices()),
      );
      if (problems.length > 0) throw new AppError(problems);
      const kept = Object.fromEntries(Object.entries(values).filter(([name]) => isSettingName(name)));
      const hidden = Object.entries(values).filter(([name]) => isSecretName(name)) as [SecretName, string | null][];
      const done = writing.then(async () => {
        // First where a person's mistake may be in the way.
        if (Object.keys(kept).length > 0) await writeSettings(home, kept);
        for (const [name, value] of hidden) await secrets.set(name, value);
      });
      writing = done.catch(() => {});
      await done;
      look();
      tell();
      return answer();
    },
    look,
    follow(onChange) {
      followers.add(onChange);
      const looking = setInterval(() => {
        if (stampOf(home) !== stamp && look()) tell();
      }, lookMs).unref();
      return {
        close() {
          followers.delete(onChange);
          clearInterval(looking);
        },
      };
    },
  };
}

/** Another one whenever the file is. */
function stampOf(home: string): string {
  const found = statSync(settingsFile(home), { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
}

/** What is wrong with a value before it is kept. */
function wrongIn(name: string, value: Json, devices: readonly Device[]): readonly Problem[] {
  if (isSecretName(name)) return value === null || isSecret(value) ? [] : [problem('setting.badSecret', { name })];
  if (!isSettingName(name)) return [problem('setting.unknown', { name, nearest: nearest(name, allNames) })];
  if (value === null) return [];
  const wrong = problemOfValue(name, value);
  if (wrong) return [wrong];
  return problemsOfRules({ ...defaultSettings, [name]: value }, devices);
}

/** As a plan would find them. */
const problemsOfRules = (settings: Settings, devices: readonly Device[]): readonly Problem[] =>
  readRules(rulesIn(settings), [], devices).problems;
