import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError, fail, type Problem, problem } from './model/errors.ts';
import type { Json } from './model/json.ts';
import { placeOfMistake } from './model/json-mistake.ts';
import { fits, isSettingName, type Settings } from './model/settings.ts';
import { codeOf, diskProblem } from './store/disk-problem.ts';

/** More is no file that a person wrote. */
const mostBytes = 1024 ** 2;

export const settingsFile = (home: string): string => path.join(home, 'settings.json');

export interface SettingsRead {
  /** Those that the file sets, and that fit. */
  readonly values: Partial<Settings>;
  /** The file as a whole, or values that do not fit; what has problems is as if it were not there. */
  readonly problems: readonly Problem[];
}

/** What `home/settings.json` says. Where there is none, nothing is set. */
export function readSettings(home: string): SettingsRead {
  const file = settingsFile(home);
  try {
    const written = objectIn(file) ?? {};
    const known = Object.entries(written).filter(([name]) => isSettingName(name)) as [keyof Settings, Json][];
    const problems = known.flatMap(([name, value]) => problemOfValue(name, value) ?? []);
    const values = Object.fromEntries(known.filter(([name, value]) => fits(name, value)));
    return { values: values as Partial<Settings>, problems };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { values: {}, problems: error.problems };
  }
}

/** Null where it fits. */
export function problemOfValue(name: keyof Settings, value: Json): Problem | null {
  if (fits(name, value)) return null;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return problem('setting.badValue', { name, value: shown });
}

/**
 * Sets values, or forgets them where they are null; whatever else the file holds stays as it is, in its order.
 * @throws AppError settings.broken, disk.full, folder.notWritable …
 */
export const writeSettings = (home: string, values: Readonly<Record<string, Json>>): Promise<void> =>
  changeObject(settingsFile(home), values);

/** The same for any file that holds a JSON object; made where there is none. */
export async function changeObject(file: string, values: Readonly<Record<string, Json>>): Promise<void> {
  const after: Record<string, Json> = { ...objectIn(file) };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete after[name];
    else after[name] = value;
  }
  await replaceWith(file, `${JSON.stringify(after, null, 2)}\n`);
}

/** The object in a JSON file that a person may have written; null where there is no file. @throws AppError settings.broken */
export function objectIn(file: string): Record<string, Json> | null {
  let text: string;
  try {
    if (statSync(file).size > mostBytes) fail('settings.broken', broken(file, 1, 1, `> ${mostBytes} bytes`));
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    return fail('settings.broken', broken(file, 1, 1, (error as Error).message), {}, error);
  }
  if (text.trim() === '') return {};
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    const { line, column } = placeOfMistake(text);
    return fail('settings.broken', broken(file, line, column, ''));
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Record<string, Json>;
  return fail('settings.broken', broken(file, 1, 1, ''));
}

const broken = (file: string, line: number, column: number, reason: string) => ({ path: file, line, column, reason });

/** In one move, so that nobody reads half of it; for this person alone. @throws AppError */
async function replaceWith(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw diskProblem(error, file);
  }
}
