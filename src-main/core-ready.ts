import { packNames } from './engine/plan.ts';
import type { Graph } from './model/graph.ts';
import { type BatchId, type DeviceId, newId } from './model/ids.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import type { Hosts, Packs } from './model/ports.ts';

/** Starts the host and loads the largest part that the graph's nodes may call, while the store opens. */
export async function makeReady(
  graph: Graph,
  deviceId: DeviceId,
  { hosts, packs, catalog, specs }: ReadyParts,
  onExpected: ((file: string) => void) | undefined,
): Promise<void> {
  const host = hosts.host(deviceId);
  const bodies = [graph, ...Object.values(graph.subgraphs)];
  const types = new Set(bodies.flatMap(({ nodes }) => Object.values(nodes).map(({ type }) => type)));
  const called = new Set([...types].flatMap((type) => Object.values(catalog.get(type)?.parts ?? {}).flat()));
  const opened = await Promise.all(packNames(graph, specs).map((name) => packs.open(name)));
  const parts = opened.flatMap((pack) => (pack.ok ? pack.value.parts : []));
  const largest = parts.filter(({ name }) => called.has(name)).sort((a, b) => b.bytes - a.bytes)[0];
  if (!largest || largest.bytes > host.device.budgetBytes) return;
  const file = packs.file(largest.key);
  if (file.edits.length === 0) onExpected?.(file.path);
  const load = [largest.key];
  const batch = {
    kind: 'batch',
    id: newId<BatchId>('ready'),
    deviceId,
    part: largest.key,
    rows: [],
    load,
    evict: [],
  } as const;
  host.run({ ...batch, lease: { steps: 0 }, limitMs: null }, [file]);
}

interface ReadyParts {
  readonly hosts: Hosts;
  readonly packs: Packs;
  readonly catalog: Catalog;
  readonly specs: NodeSpecs;
}
