import { readFile, stat } from 'node:fs/promises';
import type { z } from 'zod';
import type { Digest } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { digestOf } from './digest.ts';
import { type Stamp, stampOf } from './stamp.ts';

export interface JsonFile<T> {
  readonly value: T;
  readonly digest: Digest;
  readonly stamp: Stamp;
}

/** Why a file is of no use, as a clause: "it is empty". */
export class BrokenFile extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.name = 'BrokenFile';
    this.reason = reason;
  }
}

/** Null where there is no such file. @throws BrokenFile */
export async function readJsonFile<S extends z.ZodType>(file: string, schema: S): Promise<JsonFile<z.infer<S>> | null> {
  const info = await stat(file, { bigint: true }).catch(() => null);
  if (info === null) return null;
  if (!info.isFile()) throw new BrokenFile(info.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  if (info.size === 0n) throw new BrokenFile('it is empty');
  if (info.size > limits.jsonHeaderBytes) throw new BrokenFile(`it has ${info.size} bytes`);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new BrokenFile(`it cannot be read (${error.code})`);
  });
  const checked = schema.safeParse(parsed(bytes.toString('utf8').replace(/^\uFEFF/, '')));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new BrokenFile(`${issue?.path.join('.') || 'its content'}: ${issue?.message ?? 'not understood'}`);
  }
  return { value: checked.data, digest: digestOf(bytes), stamp: stampOf(file, info) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BrokenFile(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}
