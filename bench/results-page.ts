import type { Bench } from './bench.ts';
import { holds, type Limit, limits } from './limits.ts';

/** Where and with what something was measured. Names no machine and no folder. */
export interface Measured {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** `linux 6.8 x64` */
  readonly system: string;
  readonly node: string;
  readonly onnxruntime: string;
  readonly kiln: string;
  /** What is special about it for this measurement. */
  readonly machine?: string;
}

/** A file of `results/`. */
export interface Result extends Pick<Bench, 'title' | 'table' | 'figures'> {
  readonly bench: string;
  readonly on: Measured;
  readonly notes: readonly string[];
}

const head = `# Benchmarks

\`npm run bench\` measures all of them, \`npm run bench -- NAME\` one, and writes what it found into this page. Each runs both sides in one go.
`;

/** The page of all results, in Markdown, with the section of one benchmark as it is now. The others stay as they were. */
export function withResult(page: string, result: Result): string {
  const sections = new Map(
    page
      .split(/^(?=## )/m)
      .slice(1)
      .map((text) => [/^## (.*)/.exec(text)![1]!.trim(), text.trim()]),
  );
  sections.set(result.bench, section(result));
  const order = Object.keys(limits);
  const place = (bench: string) => (order.includes(bench) ? order.indexOf(bench) : order.length);
  const names = [...sections.keys()].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
  return [head, ...names.map((name) => `${sections.get(name)!}\n`)].join('\n');
}

function section({ bench, title, on, table, figures, notes }: Result): string {
  const rows = Object.entries(figures).map(([name, value]) => {
    const kept = holds(bench, name, value);
    return [`\`${name}\``, shown(value), spelled(limits[bench]?.[name]), kept === null ? '' : kept ? 'yes' : '**no**'];
  });
  const missing = Object.entries(limits[bench] ?? {}).filter(([name]) => !(name in figures));
  const unmeasured = missing.map(([name, limit]) => [`\`${name}\``, 'not measured', spelled(limit), '**no**']);
  return [
    `## ${bench}`,
    `${title}.`,
    markdown(['figure', 'value', 'limit', 'holds'], [...rows, ...unmeasured], [false, true, true, false]),
    markdown(
      table.columns,
      table.rows.map((row) => row.map((cell) => (typeof cell === 'number' ? shown(cell) : cell))),
      table.columns.map((_, column) => table.rows.every((row) => typeof row[column] === 'number')),
    ),
    ...notes.map(escaped),
    `*${where(on)}*`,
  ].join('\n\n');
}

const where = ({ date, cpu, cores, memoryGiB, system, node, onnxruntime, kiln, machine }: Measured): string =>
  [
    date,
    `${cpu}, ${cores} cores, ${memoryGiB} GiB`,
    ...(machine === undefined ? [] : [machine]),
    system,
    `Node ${node}`,
    `onnxruntime-node ${onnxruntime}`,
    `Kiln ${kiln}`,
  ].join(' · ');

const spelled = (limit: Limit | undefined): string =>
  [
    ...(limit?.atLeast === undefined ? [] : [`at least ${limit.atLeast}`]),
    ...(limit?.atMost === undefined ? [] : [`at most ${limit.atMost}`]),
  ].join(', ');

/** Three significant digits, or the whole number where it has more. */
export const shown = (value: number): string =>
  String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function markdown(columns: readonly string[], rows: readonly (readonly string[])[], right: readonly boolean[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(columns), `|${right.map((is) => (is ? '---:|' : '---|')).join('')}`, ...rows.map(line)].join('\n');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|');
