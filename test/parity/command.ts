import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { jsonOf, markdownOf, textOf } from './report.ts';
import { ParityError, sourcesIn } from './sources.ts';
import { type Tally, tallying } from './tally.ts';
import { versions } from './versions.ts';

const usage = `npm run parity -- DIR [--only PATTERN] [--json] [--write FILE]

Compares Kiln with every vector file and every list of cases that lies in DIR or below it, and says what differs by more
than the recording allows. Ends with 0 where nothing failed and nothing is unsupported, with 1 otherwise.

  --only PATTERN  only cases whose id fits this regular expression
  --json          a last line for programs
  --write FILE    also writes the report as Markdown`;

/**
 * The command: what it prints goes to `print`, and what it answers is its exit code. Folders and files are looked for
 * from `from`. Throws `ParityError` for what a person can put right.
 */
export async function parity(args: readonly string[], from: string, print: (text: string) => void): Promise<number> {
  const { folder, only, json, write, help } = given(args);
  if (help) {
    print(usage);
    return 0;
  }
  if (folder === undefined) throw new ParityError(`no folder is given\n\n${usage}`);
  const pattern = only === undefined ? null : patternOf(only);
  const tally = await compared(path.resolve(from, folder), folder, pattern);
  if (tally.counts.cases === 0)
    throw new ParityError(only === undefined ? `there is no case in ${folder}` : `no case in ${folder} fits ${only}`);
  print(textOf(tally));
  if (write !== undefined) written(path.resolve(from, write), tally, folder);
  if (json) print(jsonOf(folder, tally));
  return tally.counts.failed + tally.counts.unsupported === 0 ? 0 : 1;
}

function given(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        write: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`one folder at a time, not ${positionals.join(' and ')}`);
    return { ...values, folder: positionals[0] };
  } catch (error) {
    throw new ParityError(`${(error as Error).message}\n\n${usage}`);
  }
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new ParityError(`"${text}" is no pattern: ${(error as Error).message}`);
  }
}

async function compared(folder: string, shown: string, only: RegExp | null): Promise<Tally> {
  const tally = tallying();
  const tell = progress();
  for (const source of sourcesIn(folder, shown))
    for await (const one of source.comparisons(only)) {
      tally.add(source.file, one);
      tell(() => `${tally.cases} cases, now ${source.file}`);
    }
  tell.end();
  return tally.end();
}

/** From a second on: a line that changes on a terminal, one now and then elsewhere. */
function progress() {
  const isLive = process.stderr.isTTY;
  let next = performance.now() + 1000;
  let isShown = false;
  const tell = (what: () => string) => {
    if (performance.now() < next) return;
    next = performance.now() + (isLive ? 500 : 10_000);
    isShown = isLive;
    process.stderr.write(isLive ? `\r\x1b[Kparity: ${what()}` : `parity: ${what()}\n`);
  };
  return Object.assign(tell, { end: () => isShown && process.stderr.write('\r\x1b[K') });
}

function written(file: string, tally: Tally, folder: string): void {
  // Where a folder lies on one machine says nothing on another.
  const shown = path.isAbsolute(folder) ? path.basename(folder) : folder;
  try {
    writeFileSync(file, markdownOf(`npm run parity -- ${shown}`, tally, versions()));
  } catch (error) {
    throw new ParityError(`the report could not be written: ${(error as Error).message}`);
  }
}
