import { readFileSync } from 'node:fs';
import type { Comparison } from './comparison.ts';
import { readLooseJson } from './loose-json.ts';

/** Recorded runs of packs, from the words to the picture. `packsFolder`: where the packs of the cases lie. */
export async function* casesIn(
  indexFile: string,
  _packsFolder: string,
  only: RegExp | null,
): AsyncGenerator<Comparison> {
  const index = readLooseJson(readFileSync(indexFile, 'utf8')) as { cases?: unknown[] };
  for (const { id, pack } of (index.cases ?? index) as { id: string; pack: string }[])
    if (!only || only.test(id)) yield { id, pack, unsupported: 'runs of packs are not compared yet' };
}
