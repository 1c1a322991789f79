import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';

const here = import.meta.dirname;
const notBenches = ['run', 'bench', 'statistics', 'queue', 'ask', 'served-core'];

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const known = readdirSync(here)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => !notBenches.includes(name))
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

/** A table for people, a file for comparison and, when asked for, one line for programs, which is the last one. */
function show(name: string, { title, machine, table, figures, notes }: Bench): void {
  console.log(`\n${title}\n`);
  for (const line of lines([table.columns, ...table.rows])) console.log(`  ${line}`);
  for (const note of notes ?? []) console.log(`\n  ${note}`);
  console.log();
  const folder = path.join(here, 'results');
  mkdirSync(folder, { recursive: true });
  const on = { ...system(), ...(machine === undefined ? {} : { machine }) };
  const text = JSON.stringify({ bench: name, title, on, table, figures, notes: notes ?? [] }, null, 2);
  writeFileSync(path.join(folder, `${name}.json`), `${text}\n`);
  if (values.json) console.log(JSON.stringify({ bench: name, figures }));
}

/** Columns side by side, numbers to the right. */
function lines(rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? String(rounded(cell)) : cell)));
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const right = widths.map((_, column) => rows.slice(1).every((row) => typeof row[column] === 'number'));
  return cells.map((row) =>
    row
      .map((cell, column) => (right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Three significant digits, or the whole number where it has more. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

function system() {
  const { version, dependencies } = JSON.parse(readFileSync(path.join(here, '..', 'package.json'), 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const processors = cpus();
  return {
    kiln: version,
    node: process.version,
    onnxruntime: dependencies['onnxruntime-node'],
    platform: `${process.platform}-${process.arch}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}
