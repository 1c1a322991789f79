import path from 'node:path';
import type { Arguments } from './cli-arguments.ts';
import { openOutputFolder } from './cli-output-files.ts';
import { fail } from './model/errors.ts';
import type { CliTexts } from './texts/cli-texts.ts';

interface Where {
  readonly cwd: string;
  readonly texts: CliTexts;
}

/** The trace is written last, so that it cannot is found out first; and it may not be a file that is read. */
export async function tryTrace({ trace, args, batch }: Arguments, { cwd, texts }: Where): Promise<void> {
  if (trace === null) return;
  const same = [args[0], batch].find((file) => file && path.resolve(cwd, file) === path.resolve(cwd, trace));
  if (same) fail('option.badValue', { option: '--trace', value: trace, wanted: 'trace.json' });
  await openOutputFolder(path.dirname(trace), cwd, texts);
}
