import { type Compared, shareOf } from './comparison.ts';
import type { Row, Tally } from './tally.ts';
import type { Versions } from './versions.ts';

const columns = ['file', 'of', 'cases', 'failed', 'unsupported', 'worst difference', 'allowed', 'used', 'where'];

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(2))) : 'all');
const used = (one: Compared): string => {
  const share = shareOf(one);
  return Number.isFinite(share) ? `${share < 0.01 ? short(100 * share) : Math.round(100 * share)} %` : 'beyond';
};
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const cellsOf = ({ file, of, cases, failed, unsupported, worst }: Row): readonly string[] => [
  file,
  of,
  String(cases),
  String(failed),
  String(unsupported),
  ...(worst
    ? [short(worst.difference), short(worst.tolerance), used(worst), cut(`${worst.id}: ${worst.tensor}`, 72)]
    : ['', '', '', '']),
];

const said = ({ id, pack, tensor, difference, tolerance }: Compared): string =>
  `${pack === undefined ? '' : `${pack}: `}${id}: ${tensor} is ${short(difference)} off, ${short(tolerance)} allowed`;

const mostListed = 100;
const listed = (lines: readonly string[]): readonly string[] =>
  lines.length > mostListed ? [...lines.slice(0, mostListed), `and ${lines.length - mostListed} more`] : lines;

const summary = ({ cases, failed, unsupported }: Tally['counts']): string =>
  `${cases} cases, ${failed} failed, ${unsupported} unsupported`;

/** For a terminal: columns side by side, what is off, what is not supported, and the sum. */
export function textOf(tally: Tally): string {
  const lines = [columns, ...tally.rows.map(cellsOf)];
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const isNumber = (column: number) => column >= 2 && column <= 7;
  const table = lines.map((cells) =>
    cells
      .map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...table,
    '',
    ...listed(tally.failures.map((one) => `FAILED ${said(one)}`)),
    ...tally.unsupported.map(({ reason, ids }) => `UNSUPPORTED ${ids.length} times: ${reason} (first: ${ids[0]})`),
    summary(tally.counts),
  ].join('\n');
}

/** One line for programs. What is no number is a text, as in the vectors. */
export function jsonOf(folder: string, { counts, worst }: Tally): string {
  const number = (value: number) => (Number.isFinite(value) ? value : String(value));
  return JSON.stringify({
    parity: folder,
    ...counts,
    worst: worst.map(({ id, tensor, difference, tolerance }) => ({
      id,
      tensor,
      difference: number(difference),
      tolerance: number(tolerance),
    })),
  });
}

/** A page to keep. */
export function markdownOf(command: string, tally: Tally, { references, here }: Versions): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0
      ? []
      : [
          `## ${title}`,
          listed(lines)
            .map((line) => `* ${line}`)
            .join('\n'),
        ];
  return `${[
    '# Parity',
    `What \`${command}\` found: **${summary(tally.counts)}**.`,
    `The references: ${references.join(', ')}. What ran: ${here.join(', ')}.`,
    'A case is an entry of a vector file or a recorded run; it fails where one of its tensors is further from the ' +
      'recorded one than the recording allows. For each row the tensor that uses most of what it is allowed.',
    [row(columns), '|---|---|---:|---:|---:|---:|---:|---:|---|', ...tally.rows.map((one) => row(cellsOf(one)))].join(
      '\n',
    ),
    ...list('Failed', tally.failures.map(said)),
    ...list(
      'Not supported',
      tally.unsupported.map(({ reason, ids }) => `${reason}: ${ids.length}, first ${ids[0]}`),
    ),
  ].join('\n\n')}\n`;
}
