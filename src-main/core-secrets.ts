import path from 'node:path';
import { changeObject, objectIn } from './core-settings-file.ts';
import { fail } from './model/errors.ts';
import type { Json } from './model/json.ts';
import { type SecretName, type SecretState, secretNames } from './model/settings.ts';

// `home/secrets.json`, which only this person may read. Beside the settings, so that those can be shown, copied and sent
// to others. A value `env:NAME` means a variable of the environment, and is no secret itself.

type Env = Readonly<Record<string, string | undefined>>;

const variable = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

/** One line, and no more than anybody's key. */
export const isSecret = (value: unknown): value is string =>
  typeof value === 'string' && /^\P{Cc}{1,1000}$/u.test(value);

export interface Secrets {
  /** Read anew each time; null where there is none. Never to be logged, sent to a client or written into a file. */
  read(name: SecretName): string | null;
  states(): Readonly<Record<SecretName, SecretState>>;
  /** Null forgets it. @throws AppError setting.badSecret, settings.broken, disk.full … */
  set(name: SecretName, value: string | null): Promise<void>;
}

export function secretsIn(home: string, env: Env = process.env): Secrets {
  const file = path.join(home, 'secrets.json');
  const held = (): Readonly<Record<string, Json>> => {
    try {
      return objectIn(file) ?? {};
    } catch {
      return {}; // whoever sets one is told that the file is broken
    }
  };
  const stateOf = (value: Json | undefined): SecretState => {
    if (typeof value !== 'string') return 'unset';
    const name = variable.exec(value)?.[1];
    return name === undefined ? 'set' : env[name] ? 'environment' : 'missing';
  };
  return {
    read(name) {
      const value = held()[name];
      if (typeof value !== 'string') return null;
      const from = variable.exec(value)?.[1];
      return from === undefined ? value : env[from] || null;
    },
    states() {
      const all = held();
      return Object.fromEntries(secretNames.map((name) => [name, stateOf(all[name])])) as Record<
        SecretName,
        SecretState
      >;
    },
    async set(name, value) {
      if (value !== null && !isSecret(value)) fail('setting.badSecret', { name });
      await changeObject(file, { [name]: value });
    },
  };
}
