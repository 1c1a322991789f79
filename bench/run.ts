import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { type Measured, type Result, shown, withResult } from './results-page.ts';

const here = import.meta.dirname;
const page = path.join(here, 'RESULTS.md');

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const known = readdirSync(here)
  // The other files are what benchmarks are made of.
  .filter((file) => file.endsWith('.ts') && /^export default /m.test(readFileSync(path.join(here, file), 'utf8')))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const unknown = positionals.filter((name) => !known.includes(name));

if (values.list) console.log(known.join('\n'));
else if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}; there are: ${known.join(', ') || 'none yet'}`);
  process.exitCode = 1;
} else {
  for (const name of positionals.length > 0 ? positionals : known) {
    try {
      show(name, await measure(name));
    } catch (error) {
      console.error(`${name} failed:`, error);
      process.exitCode = 1;
    }
  }
}

async function measure(name: string): Promise<Bench> {
  const { default: bench } = (await import(`./${name}.ts`)) as { default?: () => Promise<Bench> };
  if (typeof bench !== 'function') throw new Error(`bench/${name}.ts has no default export to call`);
  return bench();
}

/** A table for people, a file for comparison, the page of all results and, when asked for, one line for programs, which is the last one. */
function show(name: string, { title, machine, table, figures, notes }: Bench): void {
  console.log(`\n${title}\n`);
  for (const line of lines([table.columns, ...table.rows])) console.log(`  ${line}`);
  for (const note of notes ?? []) console.log(`\n  ${note}`);
  console.log();
  const folder = path.join(here, 'results');
  mkdirSync(folder, { recursive: true });
  const on = { ...measured(), ...(machine === undefined ? {} : { machine }) };
  const result: Result = { bench: name, title, on, table, figures, notes: notes ?? [] };
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(page, withResult(existsSync(page) ? readFileSync(page, 'utf8') : '', result));
  if (values.json) console.log(JSON.stringify({ bench: name, figures }));
}

/** Columns side by side, numbers to the right. */
function lines(rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? shown(cell) : cell)));
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const right = widths.map((_, column) => rows.slice(1).every((row) => typeof row[column] === 'number'));
  return cells.map((row) =>
    row
      .map((cell, column) => (right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

function measured(): Measured {
  const { version, dependencies } = JSON.parse(readFileSync(path.join(here, '..', 'package.json'), 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    kiln: version,
    node: process.version,
    onnxruntime: dependencies['onnxruntime-node'] ?? 'unknown',
    system: `${type()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''} ${arch()}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}
