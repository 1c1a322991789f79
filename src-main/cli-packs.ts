import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { table, withCore } from './cli-lists.ts';
import { problemsAsJson } from './cli-results.ts';
import type { Surroundings } from './cli-run.ts';
import { fail } from './model/errors.ts';
import type { PackListing, Part } from './model/pack.ts';
import { memoryDigestCache } from './packs/digest-cache.ts';
import { packLibrary } from './packs/library.ts';
import { bytesText } from './texts/sentence.ts';

/** `kiln packs`: those that Kiln finds by itself; or those of a folder, with all of their parts. */
export async function packs({ args, json, on }: Arguments, around: Surroundings): Promise<ExitCode> {
  const { terminal, language, texts } = around;
  const [folder] = args;
  const found =
    folder === undefined ? await withCore(around, (core) => core.packs()) : await packsOf(folder, on, around);
  const devices = folder === undefined || json ? [] : await withCore(around, (core) => core.devices());
  if (json) {
    for (const { packId, path: at, facts, problems } of found)
      terminal.data(
        JSON.stringify({
          pack: packId,
          path: at,
          title: facts?.title ?? null,
          family: facts?.family ?? null,
          version: facts?.version ?? null,
          licence: facts?.licence ?? null,
          bytes: facts?.bytes ?? null,
          digest: facts?.ref.digest ?? null,
          prediction: facts?.prediction ?? null,
          sampler: facts?.scheduler?.className ?? null,
          parts: facts?.parts.map(({ name, dtype, bytes, timestep }) => ({ name, dtype, bytes, timestep })) ?? [],
          problems: problemsAsJson(problems, language),
        }),
      );
    return exitCodes.done;
  }
  if (found.length === 0) terminal.say(texts.noPacks);
  const row = ({ packId, path: at, facts }: PackListing) =>
    facts
      ? [packId, facts.title, facts.family, facts.prediction, dtypesOf(facts.parts), bytesText(facts.bytes), at]
      : [packId, texts.broken, '', '', '', '', at];
  const rows = table(found.map(row));
  const where = devices.map(({ id }) => id).join(' ');
  for (const [i, { facts }] of found.entries()) {
    terminal.data(rows[i]!);
    if (folder !== undefined && facts) table(facts.parts.map((part) => partRow(part, where))).forEach(terminal.data);
  }
  for (const { facts, problems } of found)
    sayComplaints(around, withoutLine([...problems, ...(facts?.warnings ?? [])]), {}, facts ? 'warning' : 'error');
  return exitCodes.done;
}

async function packsOf(folder: string, on: string | null, { cwd }: Surroundings): Promise<readonly PackListing[]> {
  if (on !== null) fail('option.unknown', { option: '--on', nearest: '' });
  const at = path.resolve(cwd, folder);
  const isFolder = (await stat(at).catch(() => null))?.isDirectory() ?? false;
  if (!isFolder) fail('pack.noneInFolder', { folder });
  const found = await packLibrary({ folders: [at], cache: memoryDigestCache() }).list();
  return found.length > 0 ? found : fail('pack.noneInFolder', { folder });
}

const dtypesOf = (parts: readonly Part[]): string => [...new Set(parts.map(({ dtype }) => dtype))].join(' ');

/** How a graph takes its timestep, and how it is made to, in words of the field, which need no language. */
const timestepWords = {
  none: '',
  scalar: 'timestep: scalar',
  'made-per-row': 'timestep: scalar → [batch]',
  'per-row': 'timestep: [batch]',
} as const satisfies Record<Part['timestep'], string>;

const partRow = ({ name, dtype, bytes, timestep }: Part, where: string): string[] => [
  `  ${name}`,
  dtype,
  timestepWords[timestep],
  bytesText(bytes),
  where,
];
