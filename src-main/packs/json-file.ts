import { readFile, stat } from 'node:fs/promises';
import type { Digest } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { digestOf } from './digest.ts';
import { BrokenFile, type Check } from './json-checks.ts';
import { type Stamp, stampOf } from './stamp.ts';

export interface JsonFile<T> {
  readonly value: T;
  readonly digest: Digest;
  readonly stamp: Stamp;
}

/** Null where there is no such file. @throws BrokenFile */
export const readJsonFile = <T>(file: string, check: Check<T>): Promise<JsonFile<T> | null> =>
  readTextFile(file, (text) => check(parsed(text), ''));

/** Null where there is no such file. @throws BrokenFile */
export async function readTextFile<T>(file: string, read: (text: string) => T): Promise<JsonFile<T> | null> {
  const info = await stat(file, { bigint: true }).catch(() => null);
  if (info === null) return null;
  if (!info.isFile()) throw new BrokenFile(info.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  if (info.size === 0n) throw new BrokenFile('it is empty');
  if (info.size > limits.jsonHeaderBytes) throw new BrokenFile(`it has ${info.size} bytes`);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new BrokenFile(`it cannot be read (${error.code})`);
  });
  const value = read(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  return { value, digest: digestOf(bytes), stamp: stampOf(file, info) };
}

/** Strings, and what Python writes for numbers without end and for none, which is not JSON. */
const pythonNumbers = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const plain = text.replace(pythonNumbers, (found) => (found.startsWith('"') ? found : 'null'));
    if (plain !== text) return parsed(plain);
    throw new BrokenFile(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}
