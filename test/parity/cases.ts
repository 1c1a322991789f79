import path from 'node:path';
import { AppError } from '../../src-main/model/errors.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { type Case, casesOf } from './case-format.ts';
import { parityRuntime } from './case-host.ts';
import type { CasePlace } from './case-parts.ts';
import { compareCase, NotSupported } from './case-run.ts';
import type { Comparison } from './comparison.ts';

/** Recorded runs of packs, from the words to the picture. `packsFolder`: where the packs of the cases lie. */
export async function* casesIn(
  indexFile: string,
  packsFolder: string,
  only: RegExp | null,
): AsyncGenerator<Comparison> {
  const runtime = parityRuntime();
  const library = packLibrary({ folders: [packsFolder], cache: memoryDigestCache(), takesPaths: true });
  const place: CasePlace = { runtime, library, packs: packsFolder, cases: path.dirname(indexFile) };
  try {
    for (const one of casesOf(indexFile)) if (!only || only.test(one.id)) yield* await compared(one, place);
  } finally {
    await runtime.close();
  }
}

async function compared(one: Case, place: CasePlace): Promise<readonly Comparison[]> {
  const { id, pack } = one;
  try {
    return (await compareCase(one, place)).map((measured) => ({ id, pack, ...measured }));
  } catch (error) {
    if (error instanceof NotSupported) return [{ id, pack, unsupported: error.message }];
    // What cannot be computed is off, not passed over.
    return [{ id, pack, tensor: reasonOf(error), difference: Number.POSITIVE_INFINITY, tolerance: 0 }];
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.problems.map((problem) => sayProblem(problem, 'en').message).join(' ');
  return error instanceof Error ? error.message : String(error);
}
