import { z } from 'zod';
import type { QueuedRun } from './core-simulated.ts';
import { failed, ok, problem, type Result } from './model/errors.ts';
import { readGraph } from './model/graph-file.ts';
import { toFile } from './model/graph-schema.ts';
import type { DeviceId, Digest } from './model/ids.ts';
import type { Json } from './model/json.ts';
import { limits } from './model/limits.ts';
import type { Catalog } from './model/node-type.ts';
import type { Overrides } from './model/overrides.ts';
import { tiers } from './model/run.ts';
import type { RunRecord } from './store/run-record.ts';
import type { Store } from './store/store.ts';

// A queue as a file, so that it can be tried on other devices: what was asked for and when. `docs/laboratory.md` has the
// format. Pictures and results are not in it; files that its graphs name are those of the data folder.

const name = z.string().max(limits.nameChars);
const queueFile = z.object({
  format: z.literal('kiln-queue'),
  version: z.literal(1),
  /** Graph files by a name of this file's own. */
  graphs: z.record(name, z.looseObject({})),
  runs: z
    .array(
      z.object({
        /** ms after the first one. */
        at: z.number().min(0),
        graph: name,
        overrides: z
          .record(
            name,
            z.custom<Json>(() => true),
          )
          .default({}),
        tier: z.enum(tiers).optional(),
        submitter: name.default('local'),
        deterministic: z.boolean().default(false),
        device: z.string().max(64).optional(),
      }),
    )
    .min(1)
    .max(100_000),
});

/** Problems: queue.malformed, and those of the graphs in it. */
export function readQueue(text: string, file: string, catalog: Catalog): Result<readonly QueuedRun[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failed([problem('queue.malformed', { name: file, where: '', reason: String(error) })]);
  }
  const read = queueFile.safeParse(json);
  if (!read.success)
    return failed(
      read.error.issues
        .slice(0, 10)
        .map(({ path, message }) => problem('queue.malformed', { name: file, where: path.join('.'), reason: message })),
    );
  const graphs = new Map(
    Object.entries(read.data.graphs).map(([key, graph]) => [
      key,
      readGraph(JSON.stringify(graph), { name: `${file}: ${key}`, catalog }),
    ]),
  );
  const problems = [...graphs.values()].flatMap((graph) => (graph.ok ? [] : graph.problems));
  const runs = read.data.runs.flatMap((run, index): QueuedRun[] => {
    const graph = graphs.get(run.graph);
    if (!graph) {
      const where = `runs.${index}.graph`;
      problems.push(problem('queue.malformed', { name: file, where, reason: `there is no graph ${run.graph}` }));
    }
    if (!graph?.ok) return [];
    const { at, overrides, tier, submitter, deterministic, device } = run;
    return [
      {
        atMs: at,
        graph: graph.value,
        overrides: overrides as Overrides,
        submitter,
        deterministic,
        ...(tier ? { tier } : {}),
        ...(device ? { device: device as DeviceId } : {}),
      },
    ];
  });
  return problems.length > 0 ? failed(problems) : ok(runs);
}

/** Each graph once. */
export function queueText(runs: readonly QueuedRun[]): string {
  const names = new Map<string, string>();
  const graphs: Record<string, Json> = {};
  const nameOf = (graph: QueuedRun['graph']): string => {
    const file = toFile(graph);
    const text = JSON.stringify(file);
    const known = names.get(text);
    if (known !== undefined) return known;
    const given = graphs[graph.id] === undefined ? graph.id : `${graph.id}-${names.size}`;
    names.set(text, given);
    graphs[given] = file as unknown as Json;
    return given;
  };
  const list = runs.map(({ atMs, graph, overrides, tier, submitter, deterministic, device }) => ({
    at: atMs,
    graph: nameOf(graph),
    overrides,
    ...(tier ? { tier } : {}),
    submitter: submitter ?? 'local',
    ...(deterministic ? { deterministic } : {}),
    ...(device ? { device } : {}),
  }));
  return `${JSON.stringify({ format: 'kiln-queue', version: 1, graphs, runs: list }, null, 1)}\n`;
}

const runsPerPage = 1000;

/** All that a data folder remembers of its queue, in the order in which it was asked for. */
export async function queueIn(store: Pick<Store, 'runs' | 'graphs'>, catalog: Catalog): Promise<readonly QueuedRun[]> {
  const records: RunRecord[] = [];
  for (;;) {
    const page = await store.runs.list({ order: 'newest', offset: records.length, count: runsPerPage });
    records.push(...page);
    if (page.length < runsPerPage) break;
  }
  records.sort((a, b) => a.created - b.created || a.place - b.place);
  const graphs = new Map<Digest, ReturnType<typeof readGraph>>();
  const runs: QueuedRun[] = [];
  for (const { graph: digest, created, overrides, tier, submitter, deterministic, options } of records) {
    if (!graphs.has(digest)) {
      const kept = await store.graphs.get(digest);
      graphs.set(digest, readGraph(JSON.stringify(kept ?? {}), { name: digest.slice(0, 8), catalog }));
    }
    const graph = graphs.get(digest)!;
    // Of what cannot be read any more nothing can be said.
    if (!graph.ok) continue;
    const { device } = options;
    runs.push({
      atMs: created - records[0]!.created,
      graph: graph.value,
      overrides: overrides as Overrides,
      tier,
      submitter,
      deterministic,
      ...(typeof device === 'string' ? { device: device as DeviceId } : {}),
    });
  }
  return runs;
}
