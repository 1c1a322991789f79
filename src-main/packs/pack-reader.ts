import path from 'node:path';
import { type Problem, problem } from '../model/errors.ts';
import { BrokenFile, type Check } from './json-checks.ts';
import { type JsonFile, readJsonFile, readTextFile } from './json-file.ts';

/** Reads JSON files of one pack and gathers what is wrong with them. */
export function readerOf(name: string, folder: string) {
  const problems: Problem[] = [];
  const seen = new Map<string, JsonFile<unknown>>();
  const broken = (file: string, reason: string): void =>
    void problems.push(problem('pack.fileBroken', { pack: name, path: path.join(folder, file), reason }));
  const attempt = async <T>(file: string, read: (at: string) => Promise<JsonFile<T> | null>): Promise<T | null> => {
    try {
      const found = await read(path.join(folder, file));
      if (found !== null) seen.set(file, found);
      return found?.value ?? null;
    } catch (error) {
      if (!(error instanceof BrokenFile)) throw error;
      broken(file, error.reason);
      return null;
    }
  };
  const optional = <T>(file: string, check: Check<T>): Promise<T | null> =>
    attempt(file, (at) => readJsonFile(at, check));
  return {
    problems,
    seen,
    broken,
    optional,
    text: (file: string) => attempt(file, (at) => readTextFile(at, (text) => text)),
    async required<T>(file: string, check: Check<T>): Promise<T | null> {
      const before = problems.length;
      const found = await optional(file, check);
      if (found === null && problems.length === before) broken(file, 'it is missing');
      return found;
    },
  };
}

export type PackReader = ReturnType<typeof readerOf>;
