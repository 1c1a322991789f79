import { failed, ok, type Problem, problem, type Result } from './errors.ts';
import type { Graph, GraphNode } from './graph.ts';
import { fileSchema, fromFile, toFile } from './graph-schema.ts';
import { isDeeper, type Json } from './json.ts';
import { placeOfMistake } from './json-mistake.ts';
import { limits } from './limits.ts';
import { formatVersion, type Migration, migrate, migrations, type RawGraph } from './migrations.ts';
import { type Catalog, versionOf } from './node-type.ts';

export interface ReadOptions {
  /** For people: the file's name. */
  readonly name: string;
  /** Node types whose upgrades are run on older nodes. */
  readonly catalog?: Catalog;
  readonly migrations?: readonly Migration[];
}

function parse(file: string, name: string): Result<Json> {
  const text = file.charCodeAt(0) === 0xfeff ? file.slice(1) : file;
  if (text.length > limits.graphBytes)
    return failed([problem('graph.tooLarge', { name, what: 'bytes', count: text.length, limit: limits.graphBytes })]);
  if (text.trim() === '') return failed([problem('file.empty', { path: name })]);
  if (isDeeper(text, limits.graphDepth)) return failed([problem('graph.tooDeep', { name, limit: limits.graphDepth })]);
  try {
    return ok(JSON.parse(text) as Json);
  } catch (error) {
    // The engine's words, without the stretch of the file and the places that it adds.
    const reason = (error as Error).message.replace(/(,? (\.\.\.)?".*| in JSON at position.*| \(line.*)$/s, '');
    return failed([problem('graph.notJson', { name, ...placeOfMistake(text), reason })]);
  }
}

function upgrade(node: GraphNode, catalog: Catalog): void {
  const type = catalog.get(node.type);
  if (!type || node.version >= versionOf(type)) return;
  for (const step of Object.values(type.upgrades ?? {}).slice(node.version)) step(node);
  node.version = versionOf(type);
}

/**
 * Text of a `*.kiln.json` to a graph: limits before memory, then the format's migrations, then the nodes' upgrades.
 * A file from a newer version is refused. What this version does not know is kept and written back.
 */
export function readGraph(text: string, options: ReadOptions): Result<Graph> {
  const { name } = options;
  const list = options.migrations ?? migrations;
  const parsed = parse(text, name);
  if (!parsed.ok) return parsed;
  const raw = parsed.value;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || (raw as RawGraph).format !== 'kiln')
    return failed([problem('graph.foreign', { name, found: describe(raw) })]);
  const version = (raw as RawGraph).version;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    return failed([problem('graph.malformed', { name, path: 'version', reason: 'a whole number from 1' })]);
  if (version > formatVersion(list))
    return failed([problem('graph.newer', { name, version, known: formatVersion(list) })]);

  const migrated = migrate(raw as RawGraph, version, list);
  const tooMany = tooManyIn(migrated, name);
  if (tooMany) return failed([tooMany]);
  const checked = fileSchema.safeParse(migrated);
  if (!checked.success)
    return failed(
      checked.error.issues.slice(0, 20).map((issue) =>
        problem('graph.malformed', {
          name,
          path: issue.path.map(String).join('.') || '(the file)',
          reason: issue.message,
        }),
      ),
    );
  const graph = fromFile(checked.data);
  const bodies = [graph, ...Object.values(graph.subgraphs)];
  if (options.catalog)
    for (const body of bodies) for (const node of Object.values(body.nodes)) upgrade(node, options.catalog);
  return ok(graph);
}

/** Counted before anything is looked at: what is far too large is refused in the time that it takes to be parsed. */
function tooManyIn(raw: RawGraph, name: string): Problem | null {
  const sizeOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
  const { subgraphs } = raw;
  const inner = typeof subgraphs === 'object' && subgraphs !== null ? Object.values(subgraphs) : [];
  const bodies = [raw, ...inner.filter((one) => typeof one === 'object' && one !== null)] as RawGraph[];
  const count = (what: 'nodes' | 'links') => bodies.reduce((sum, body) => sum + sizeOf(body[what]), 0);
  const what = (['nodes', 'links'] as const).find((one) => count(one) > limits[one]);
  return what ? problem('graph.tooLarge', { name, what, count: count(what), limit: limits[what] }) : null;
}

function describe(raw: Json): string {
  if (Array.isArray(raw)) return 'a list';
  if (typeof raw !== 'object' || raw === null) return typeof raw;
  const fields = raw as RawGraph;
  if (Array.isArray(fields.nodes) && 'links' in fields) return 'ComfyUI workflow';
  if (Object.values(fields).some((value) => typeof value === 'object' && value !== null && 'class_type' in value))
    return 'ComfyUI API prompt';
  return `JSON with ${Object.keys(fields).slice(0, 5).join(', ') || 'no fields'}`;
}

/** The text of the file: two spaces, points and sizes on one line, a newline at the end. */
export function writeGraph(graph: Graph): string {
  const text = JSON.stringify(toFile(graph), null, 2);
  // A raw line break never stands inside a JSON string, so these match structure alone.
  const points = text.replace(/\[\n\s*(-?[\d.e+-]+),\n\s*(-?[\d.e+-]+)\n\s*\]/g, '[$1, $2]');
  return `${points.replace(/\{\n\s*"from": ("[^"\n]*")\n\s*\}/g, '{ "from": $1 }')}\n`;
}
