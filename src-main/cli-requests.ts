import path from 'node:path';
import type { BatchLine } from './cli-batch-file.ts';
import { at, type FileShelf, unreadFile } from './cli-file-values.ts';
import { idsOnPath, inspect, type OpenedGraph, specs } from './cli-graph.ts';
import { type Problem, problem } from './model/errors.ts';
import { type Graph, type GraphNode, linkIdOf } from './model/graph.ts';
import { seedsOf } from './model/held-values.ts';
import { seedPlus } from './model/inputs.ts';
import type { Json } from './model/json.ts';
import { limits } from './model/limits.ts';
import { applyOverrides, findSettable, literalFromText, type Overrides } from './model/overrides.ts';

/** What is wrong, and the line of the batch file that made it so. */
export interface Complaint {
  readonly problem: Problem;
  readonly line: number | null;
}

export interface RequestsAsked {
  readonly opened: OpenedGraph;
  readonly sets: readonly { readonly name: string; readonly text: string }[];
  readonly batch: { readonly file: string; readonly lines: readonly BatchLine[] } | null;
  readonly times: number;
  readonly cwd: string;
  readonly shelf: FileShelf;
}

export interface Requests {
  /** With the files that it names itself looked up. */
  readonly graph: Graph;
  /** One for each run. */
  readonly overrides: readonly Overrides[];
  readonly complaints: readonly Complaint[];
  /** Whether several times were asked for and no seed tells them apart. */
  readonly allEqual: boolean;
}

/** What every run is made of: `--set`, over it the line of the batch file, over that the seeds of `--times`. */
export async function makeRequests(asked: RequestsAsked): Promise<Requests> {
  const { opened, sets, batch, times, cwd, shelf } = asked;
  const complaints = new Complaints();
  const reading = { graph: opened.graph, shelf, complaints };
  const fromSets = await valuesOf(
    reading,
    sets.map(({ name, text }) => [name, { text }]),
    cwd,
    null,
  );
  const folder = batch ? path.dirname(path.resolve(cwd, batch.file)) : cwd;
  const rows: { overrides: Overrides; line: number | null }[] = [];
  for (const { line, values } of batch?.lines ?? [])
    rows.push({ overrides: { ...fromSets, ...(await valuesOf(reading, [...values], folder, line)) }, line });
  if (!batch) rows.push({ overrides: fromSets, line: null });
  const count = rows.length * times;
  if (count > limits.runsPerSubmission)
    complaints.add([problem('batch.tooMany', { count, limit: limits.runsPerSubmission })], null);

  const graph = await withFiles(opened, rows, shelf, complaints);
  const shared = new Set(batch ? inspect(changed(graph, fromSets)).problems.map(keyOf) : []);
  const overrides: Overrides[] = [];
  let allEqual = false;
  for (const { overrides: own, line } of rows) {
    const whole = changed(graph, own);
    const { flat, problems } = inspect(whole);
    for (const found of problems) complaints.add([found], shared.has(keyOf(found)) ? null : line);
    if (times === 1) overrides.push(own);
    else if (problems.length === 0 && count <= limits.runsPerSubmission) {
      const seeds = seedsOf(whole, specs, idsOnPath(flat));
      if (seeds.length === 0) allEqual = true;
      for (let i = 0; i < times; i++)
        overrides.push({ ...own, ...Object.fromEntries(seeds.map(({ name, seed }) => [name, seedPlus(seed, i)])) });
    }
  }
  return { graph, overrides, complaints: complaints.list, allEqual };
}

const keyOf = (found: Problem): string => JSON.stringify([found.code, found.values, found.nodeId, found.input]);

/** Each problem once, with the first line that shows it. */
class Complaints {
  readonly list: Complaint[] = [];
  readonly #seen = new Set<string>();
  add(problems: readonly Problem[], line: number | null): void {
    for (const found of problems) {
      const key = keyOf(found);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.list.push({ problem: found, line });
    }
  }
}

interface Reading {
  readonly graph: Graph;
  readonly shelf: FileShelf;
  readonly complaints: Complaints;
}

/** Text as what its input wants, names of files as files. What does not fit stays and is complained of later. */
async function valuesOf(
  { graph, shelf, complaints }: Reading,
  given: readonly (readonly [string, { readonly text: string } | { readonly json: Json }])[],
  folder: string,
  line: number | null,
): Promise<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const [name, value] of given) {
    const found = findSettable(graph, specs, name);
    if (!found.ok) {
      complaints.add(found.problems, line);
      continue;
    }
    const { spec, node, input } = found.value;
    const literal = 'text' in value ? literalFromText(spec, value.text) : value.json;
    if (spec?.kind !== 'file' || typeof literal !== 'string') {
      values[name] = literal;
      continue;
    }
    const file = literal === '' ? null : await shelf.take(literal, folder);
    if (file && !file.ok) complaints.add(at(file.problems, { nodeId: node, input }), line);
    values[name] = (file && (file.ok ? file.value : unreadFile)) as Json;
  }
  return values;
}

/** Unknown names are complained of already. */
function changed(graph: Graph, overrides: Overrides): Graph {
  const made = applyOverrides(graph, specs, overrides);
  return made.ok ? made.value : graph;
}

/** File inputs that hold a path, in the graph and its subgraphs. */
function* pathsIn(graph: Graph): Generator<{ node: GraphNode; input: string; written: string }> {
  for (const body of [graph, ...Object.values(graph.subgraphs)])
    for (const node of Object.values(body.nodes))
      for (const [input, written] of Object.entries(node.values))
        if (typeof written === 'string' && specs.get(node.type)?.inputs[input]?.kind === 'file')
          yield { node, input, written };
}

/** A graph file may name pictures by their path from its own folder. Those that no run uses are not read. */
async function withFiles(
  { graph, folder }: OpenedGraph,
  rows: readonly { readonly overrides: Overrides }[],
  shelf: FileShelf,
  complaints: Complaints,
): Promise<Graph> {
  if (folder === null || pathsIn(graph).next().done) return graph;
  const used = new Set<string>();
  for (const { overrides } of rows) {
    const whole = changed(graph, overrides);
    const ids = [...idsOnPath(inspect(whole).flat)];
    for (const { node, input } of pathsIn(whole))
      if (ids.some((id) => id === node.id || id.endsWith(`/${node.id}`))) used.add(linkIdOf({ node: node.id, input }));
  }
  const copy = structuredClone(graph);
  for (const { node, input, written } of [...pathsIn(copy)]) {
    if (!used.has(linkIdOf({ node: node.id, input }))) continue;
    const file = await shelf.take(written, folder);
    if (!file.ok) complaints.add(at(file.problems, { nodeId: node.id, input }), null);
    node.values[input] = (file.ok ? file.value : unreadFile) as unknown as Json;
  }
  return copy;
}
