import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { plan } from '../../src-main/engine/plan.ts';
import { ok, unwrap } from '../../src-main/model/errors.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import type { DeviceId, NodeId, SubgraphId } from '../../src-main/model/ids.ts';
import { makeSubgraph, unpackNode } from '../../src-main/model/subgraph-edits.ts';
import { fakeFacts } from '../build/fake-node-context.ts';
import { catalog, graphOf, specs, textToImage } from '../build/graph.ts';
import { randomOf } from '../build/random.ts';

/** Of every step, without the names that differ. */
const keysOf = (graph: Graph): string[] =>
  [
    ...unwrap(
      plan({
        graph,
        catalog,
        specs,
        opened: new Map([['starter', ok(fakeFacts)]]),
        packs: {
          facts: () => fakeFacts,
          vocabulary: () => null,
          tokenize: (_, text) => [{ part: 'text-encoder', ids: [text.length], mask: [], unknown: [], cut: '' }],
        },
        devices: [{ id: 'sim:0' as DeviceId, provider: 'sim' }],
        hash: (content) => createHash('sha256').update(content).digest('hex'),
      }),
    ).steps.values(),
  ]
    .map(({ key }) => String(key))
    .sort();

test('making a subgraph and unpacking it change no content key, whatever goes in, however deep', () => {
  const keys = keysOf(graphOf(textToImage));
  expect(keys).toHaveLength(4);
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomOf(seed);
    const graph = graphOf(textToImage);
    const some = (nodes: object) => (Object.keys(nodes) as NodeId[]).filter(() => random.chance(0.6));
    const names = (n: number) => ({ subgraph: `s${n}` as SubgraphId, node: `use${n}` as NodeId, title: '' });
    makeSubgraph(graph, graph, some(graph.nodes), names(1));
    const first = graph.subgraphs['s1' as SubgraphId];
    if (first) makeSubgraph(graph, first, some(first.nodes), names(2));
    expect(keysOf(graph), `seed ${seed}`).toEqual(keys);
    unpackNode(graph, graph, 'use1' as NodeId);
    expect(keysOf(graph), `seed ${seed}`).toEqual(keys);
  }
});
