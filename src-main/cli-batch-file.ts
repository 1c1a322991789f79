import path from 'node:path';
import { readFileWithin, reasonOf, textOf } from './cli-input-files.ts';
import { AppError, fail, type Problem, problem } from './model/errors.ts';
import type { Json } from './model/json.ts';
import { limits } from './model/limits.ts';
import type { CliTexts } from './texts/cli-texts.ts';

/** What one run of a batch changes. A cell of a table is text, to be read as what its input wants. */
export interface BatchLine {
  /** Counted from 1, as editors do. */
  readonly line: number;
  readonly values: ReadonlyMap<string, { readonly text: string } | { readonly json: Json }>;
}

/** No more problems than a person would read at once. */
const mostProblems = 20;

/**
 * `.jsonl`: an object per line, blank lines skipped. `.csv`: a header with names; an empty cell leaves its input as it is.
 * @throws AppError file.*, option.badValue, batch.malformed, batch.tooMany
 */
export async function readBatchFile(file: string, cwd: string, texts: CliTexts): Promise<readonly BatchLine[]> {
  const kind = /\.(jsonl|ndjson|csv)$/i.exec(file)?.[1]?.toLowerCase();
  if (!kind) fail('option.badValue', { option: '--batch', value: file, wanted: '.jsonl, .csv' });
  const bytes = await readFileWithin({
    at: path.resolve(cwd, file),
    path: file,
    limit: () => limits.batchFileBytes,
  });
  const text = textOf(bytes);
  const { lines, problems } = kind === 'csv' ? await readTable(text, file, texts) : readObjects(text, file, texts);
  if (problems.length > 0) throw new AppError(problems.slice(0, mostProblems));
  if (lines.length === 0) fail('file.empty', { path: file });
  if (lines.length > limits.runsPerSubmission)
    fail('batch.tooMany', { count: lines.length, limit: limits.runsPerSubmission });
  return lines;
}

interface Lines {
  readonly lines: BatchLine[];
  readonly problems: Problem[];
}

/** JSON numbers lose the low bits of a 64-bit seed, so whole numbers beyond 2^53 stay text, which a seed takes. */
function withWideNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isWide = typeof value === 'number' && !Number.isSafeInteger(value);
  return isWide && context?.source !== undefined && /^\d+$/.test(context.source) ? context.source : value;
}

function readObjects(text: string, name: string, { batch: say }: CliTexts): Lines {
  const lines: BatchLine[] = [];
  const problems: Problem[] = [];
  for (const [index, written] of text.split(/\r\n|\n|\r/).entries()) {
    if (written.trim() === '') continue;
    const line = index + 1;
    const wrong = (reason: string) => problems.push(problem('batch.malformed', { name, line, reason }));
    let given: unknown;
    try {
      given = JSON.parse(written, withWideNumbers);
    } catch (error) {
      wrong(reasonOf(error).replace(/ in JSON at position.*$/, ''));
      continue;
    }
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      wrong(say.notObject);
      continue;
    }
    const nested = Object.entries(given).find(([, value]) => typeof value === 'object' && value !== null);
    if (nested) wrong(say.nested(nested[0]));
    else
      lines.push({
        line,
        values: new Map(Object.entries(given as Record<string, Json>).map(([input, json]) => [input, { json }])),
      });
  }
  return { lines, problems };
}

async function readTable(text: string, name: string, { batch: say }: CliTexts): Promise<Lines> {
  const { parse, CsvError } = await import('csv-parse/sync');
  const header = text.slice(0, text.search(/\r|\n|$/));
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      // Spreadsheets of many countries write semicolons.
      delimiter: header.includes(';') && !header.includes(',') ? ';' : header.includes('\t') ? '\t' : ',',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const at = (error as { lines?: number }).lines ?? 1;
    return { lines: [], problems: [problem('batch.malformed', { name, line: at, reason: say.quote })] };
  }
  const [first, ...rest] = records;
  const names = (first?.record ?? []).map((cell) => cell.trim());
  const problems: Problem[] = [];
  const wrong = (line: number, reason: string) => problems.push(problem('batch.malformed', { name, line, reason }));
  for (const [column, input] of names.entries()) {
    if (input === '') wrong(1, say.noName(column + 1));
    else if (names.indexOf(input) < column) wrong(1, say.twice(input));
  }
  // The parser tells where a record ends; one with line breaks in its cells began earlier.
  let end = first?.info.lines ?? 1;
  const lines = rest.map(({ record, info }): BatchLine => {
    const line = Math.min(end + 1, info.lines);
    end = info.lines;
    if (record.length !== names.length) wrong(line, say.cells(record.length, names.length));
    const cells = names.flatMap((input, column): [string, { text: string }][] => {
      const cell = record[column] ?? '';
      return cell === '' ? [] : [[input, { text: cell }]];
    });
    return { line, values: new Map(cells) };
  });
  return { lines, problems };
}
