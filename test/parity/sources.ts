import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { casesIn } from './cases.ts';
import type { Comparison } from './comparison.ts';
import { guidanceVectors } from './guidance.ts';
import { readLooseJson } from './loose-json.ts';
import { noiseVectors } from './noise.ts';
import { opsVectors } from './ops.ts';
import { promptVectors } from './prompts.ts';
import { samplerVectors } from './samplers.ts';
import { scheduleVectors } from './schedules.ts';
import { comparisonsOf, isOf, type Subject } from './vector-file.ts';

/** What a person can put right: said without a stack. */
export class ParityError extends Error {}

/** A file that lists cases. */
export interface Source {
  /** From the folder that was searched, with `/`. */
  readonly file: string;
  comparisons(only: RegExp | null): AsyncGenerator<Comparison>;
}

const subjects = [scheduleVectors, samplerVectors, noiseVectors, promptVectors, opsVectors, guidanceVectors];

/** The vector files and lists of cases in a folder and below it; `shown` is its name in messages. Throws `ParityError`. */
export function sourcesIn(folder: string, shown = folder): readonly Source[] {
  if (!existsSync(folder)) throw new ParityError(`there is no folder ${shown}`);
  if (!statSync(folder).isDirectory()) throw new ParityError(`${shown} is no folder`);
  const found = filesBelow(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => sourceOf(folder, path.relative(folder, file).split(path.sep).join('/')));
  const sources = found.filter((source) => source !== null);
  if (sources.length === 0)
    throw new ParityError(
      `${shown} has neither vectors (${subjects.map(({ file }) => file).join(', ')}) nor cases (index.json beside .safetensors files)`,
    );
  return sources;
}

function sourceOf(folder: string, file: string): Source | null {
  const whole = path.join(folder, file);
  const name = path.posix.basename(file);
  const said = /"format"\s*:\s*"(kiln-[a-z]+-vectors-\d+)"/.exec(headOf(whole))?.[1];
  const subject = subjects.find((each) => (said === undefined ? each.file === name : each.format === said));
  if (said !== undefined && !subject) throw new ParityError(`${file} is of the format ${said}, which is not known`);
  if (!subject && name !== 'index.json') return null;
  const content = contentOf(whole, file);
  if (subject) return isOf(subject, content) ? vectors(subject, content, file) : null;
  return isIndex(content) ? cases(whole, file, folder) : null;
}

const vectors = (subject: Subject, content: Record<string, unknown>, file: string): Source => ({
  file,
  comparisons: (only) => comparisonsOf(subject, content, only),
});

function cases(whole: string, file: string, folder: string): Source {
  const here = path.dirname(whole);
  const packs = [here, path.dirname(here), folder].map((near) => path.join(near, 'packs')).find(existsSync);
  if (!packs) throw new ParityError(`${file} lists cases of packs, but there is no folder "packs" in it or beside it`);
  return { file, comparisons: (only) => casesIn(whole, packs, only) };
}

function isIndex(content: unknown): boolean {
  const list = Array.isArray(content) ? content : (content as { cases?: unknown } | null)?.cases;
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((one) => typeof one?.id === 'string' && typeof one?.pack === 'string')
  );
}

function contentOf(whole: string, file: string): unknown {
  try {
    return readLooseJson(readFileSync(whole, 'utf8'));
  } catch (error) {
    throw new ParityError(`${file} is no JSON: ${(error as Error).message}`);
  }
}

/** A format is said at the beginning; weights in JSON may be long. */
function headOf(file: string): string {
  const head = Buffer.alloc(256);
  const opened = openSync(file, 'r');
  try {
    return head.toString('utf8', 0, readSync(opened, head));
  } finally {
    closeSync(opened);
  }
}

function filesBelow(folder: string, seen = new Set<string>()): string[] {
  const real = realpathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const at = path.join(folder, entry.name);
      const isLink = entry.isSymbolicLink() && existsSync(at);
      if (entry.isDirectory() || (isLink && statSync(at).isDirectory())) return filesBelow(at, seen);
      return entry.isFile() || isLink ? [at] : [];
    });
}
