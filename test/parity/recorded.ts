import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isUnsupported, isWithin } from './comparison.ts';
import { comparisonsOf, type Recorded, type Subject } from './vector-file.ts';

/** The vectors of a subject that lie in test/data. */
export const recorded = ({ file }: Subject): Recorded =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion', file), 'utf8'));

/** What Kiln does not give of the cases whose ids begin as `start`, a pattern, says: a line each. There have to be some. */
export async function differencesIn(subject: Subject, start: string): Promise<readonly string[]> {
  const off: string[] = [];
  let cases = 0;
  for await (const one of comparisonsOf(subject, recorded(subject), new RegExp(`^${start}`))) {
    cases++;
    if (isUnsupported(one)) off.push(`${one.id}: ${one.unsupported}`);
    else if (!isWithin(one)) off.push(`${one.id}: ${one.tensor} is ${one.difference} off, ${one.tolerance} allowed`);
  }
  if (cases === 0) off.push(`there are no cases ${start}`);
  return off;
}
