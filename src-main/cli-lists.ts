import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes } from './cli-complaints.ts';
import { openGraph, specs } from './cli-graph.ts';
import type { Surroundings } from './cli-run.ts';
import { widthOf } from './cli-terminal.ts';
import type { Core } from './core.ts';
import { fail } from './model/errors.ts';
import { writeGraph } from './model/graph-file.ts';
import type { Input } from './model/inputs.ts';
import { nearest } from './model/nearest.ts';
import type { NodeSpec } from './model/node-spec.ts';
import type { PartName } from './model/pack.ts';
import type { RunImage } from './model/run.ts';
import { sayNode } from './texts/say-node.ts';
import { pageTexts, residentText } from './texts/say-page.ts';
import { bytesText } from './texts/sentence.ts';

/** Rows in columns, the last one as long as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? '')))) ?? [];
  const cell = (text: string, column: number) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)));
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}

/** Values in one line, however long or strange they are. */
export const shortText = (value: unknown): string => {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

/** Runs `use` with a core that is closed afterwards. */
export async function withCore<T>({ openCore }: Surroundings, use: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore();
  try {
    return await use(core);
  } finally {
    await core.close();
  }
}

/** `kiln nodes`: all types, or one with its inputs and outputs. */
export async function nodes({ args, json }: Arguments, { terminal, language, texts }: Surroundings): Promise<ExitCode> {
  const type = args[0];
  const all = [...specs.values()];
  const asked = type === undefined ? all : all.filter((spec) => spec.type === type);
  if (asked.length === 0) fail('nodeType.unknown', { type: type ?? '', nearest: nearest(type ?? '', specs.keys()) });
  if (json) for (const spec of asked) terminal.data(JSON.stringify(spec));
  else if (type === undefined) {
    const rows = all.map((spec) => {
      const { title, about } = sayNode(spec, language);
      return [spec.type, title, about];
    });
    table(rows).forEach(terminal.data);
  } else {
    const spec = asked[0]!;
    const words = sayNode(spec, language);
    terminal.data(`${spec.type}: ${words.title}`);
    terminal.data(words.about);
    const inputs = Object.entries(spec.inputs).map(([name, input]) => [
      `  ${name}`,
      input.kind === 'link' ? input.type : input.kind,
      input.kind === 'link' && !input.optional ? texts.required : limitsOf(input),
      words.inputs[name]?.help ?? '',
    ]);
    if (inputs.length > 0) ['', `${texts.inputs}:`, ...table(inputs)].forEach(terminal.data);
    const outputs = outputsOf(spec);
    if (outputs.length > 0) ['', `${texts.outputs}:`, ...table(outputs)].forEach(terminal.data);
  }
  return exitCodes.done;
}

const outputsOf = (spec: NodeSpec): string[][] =>
  Object.entries(spec.outputs).map(([name, type]) => [`  ${name}`, type]);

/** Default and limits, in signs that need no language. */
export function limitsOf(input: Input): string {
  switch (input.kind) {
    case 'int':
    case 'float':
      return `= ${input.default} (${input.min} – ${input.max}${input.unit ? ` ${input.unit}` : ''})`;
    case 'choice':
      return `= ${input.default} (${input.choices.join(', ')})`;
    case 'file':
      return input.accept.join(', ');
    case 'link':
      return '';
    default:
      return input.default === '' ? '' : `= ${shortText(input.default)}`;
  }
}

/** `kiln devices`: what is there; of a core that runs (`--on`) also what lies on each, and why. */
export async function devices({ json }: Arguments, around: Surroundings): Promise<ExitCode> {
  const { terminal, texts, language } = around;
  const tried: string[] = [];
  const found = await withCore(around, (core) =>
    core.devices((provider, reason) => tried.push(texts.notComputing(provider, reason))),
  );
  const page = pageTexts(language);
  if (json) for (const device of found) terminal.data(JSON.stringify(device));
  else {
    const rows = found.map(({ id, provider, label, budgetBytes }) => [id, provider, label, bytesText(budgetBytes)]);
    table(rows).forEach((row, i) => {
      terminal.data(row);
      const lines = (found[i]!.resident ?? []).map((held) => [
        `  ${page.machine.parts[held.part.split('@')[0] as PartName] ?? held.part}`,
        bytesText(held.bytes),
        residentText(page, held),
      ]);
      if (lines.length > 0) table(lines).forEach(terminal.data);
    });
  }
  tried.forEach(terminal.say);
  return exitCodes.done;
}

const imagesPerPage = 500;

/** `kiln images`: the gallery, newest first; or the graph inside one picture file. */
export async function images({ args, json }: Arguments, around: Surroundings): Promise<ExitCode> {
  const { terminal, texts, cwd } = around;
  const [show, file, ...more] = args;
  if (show !== undefined) {
    if (show !== 'show') fail('command.unknown', { command: `images ${show}`, nearest: 'images show' });
    if (file === undefined) fail('argument.missing', { command: 'kiln images show', argument: 'PICTURE.png' });
    if (more.length > 0) fail('argument.unexpected', { command: 'kiln images show', argument: more[0]! });
    terminal.data(writeGraph((await openGraph(file, cwd)).graph).trimEnd());
    return exitCodes.done;
  }
  const count = await withCore(around, (core) =>
    listPictures(core, (page) => {
      if (json) for (const image of page) terminal.data(JSON.stringify(pictureAsJson(image)));
      else table(page.map(pictureRow)).forEach(terminal.data);
    }),
  );
  if (count === 0) terminal.say(texts.noImages);
  return exitCodes.done;
}

async function listPictures(core: Core, show: (page: readonly RunImage[]) => void): Promise<number> {
  for (let offset = 0; ; ) {
    const page = await core.pictures({ offset, count: imagesPerPage });
    show(page);
    offset += page.length;
    if (page.length < imagesPerPage) return offset;
  }
}

const pictureAsJson = ({ runId, nodeId, digest, width, height, seed, title }: RunImage) => ({
  sha256: digest,
  width,
  height,
  seed,
  title,
  runId,
  node: nodeId,
});

const pictureRow = ({ digest, width, height, seed, title }: RunImage): string[] => [
  digest.slice(0, 8),
  `${width}x${height}`,
  seed ?? '-',
  shortText(title),
];
