import { expect, test } from 'vitest';
import { addNode, connect, disconnect, moveNodes, removeNodes, setLooks } from '../../src-main/model/edits.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { LinkId, NodeId } from '../../src-main/model/ids.ts';
import { type Projection, projection } from '../../src-renderer/canvas/project.ts';
import { history } from '../../src-renderer/session/history.ts';
import { randomOf } from '../build/random.ts';
import { specs, templateFile, templateNames } from './fake-core-calls.ts';

function graphOf(name: string): Graph {
  const read = readGraph(JSON.stringify(templateFile(name)), { name });
  if (!read.ok) throw new Error(name);
  return read.value;
}

/** All that a canvas holds of a graph. */
const shownBy = (shown: Projection) => ({
  nodes: [...shown.nodes()]
    .map((on) => ({
      id: on.key,
      at: [...on.pos],
      collapsed: on.flags.collapsed === true,
      inputs: on.inputSlots.map(({ name, link }) => `${name}:${link ?? ''}`),
      outputs: on.outputSlots.map(({ name, links }) => `${name}:${[...(links ?? [])].sort().join()}`),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1)),
  links: [...shown.links()]
    .map(
      ({ id, type, from, to, via, origin_id, origin_slot, target_id, target_slot }) =>
        `${id} ${type} ${origin_id}.${origin_slot}>${target_id}.${target_slot} ` +
        `${from.node.key}.${from.slot.name}>${to.node.key}.${to.slot.name} ${JSON.stringify(via)}`,
    )
    .sort(),
});

const fresh = (graph: Graph) => {
  const shown = projection(specs);
  shown.project(graph);
  return shownBy(shown);
};

test.each(templateNames)('every node and link of %s is on the canvas, and projecting twice changes nothing', (name) => {
  const graph = graphOf(name);
  const shown = projection(specs);
  shown.project(graph);
  const once = shownBy(shown);
  expect(once.nodes.map(({ id }) => id)).toEqual(Object.keys(graph.nodes).sort());
  expect(once.links).toHaveLength(Object.keys(graph.links).length);
  const nodes = [...shown.nodes()];
  shown.project(graph);
  expect([...shown.nodes()]).toEqual(nodes);
  expect(shownBy(shown)).toEqual(once);
});

test('a node of an unknown type has what is linked to it', () => {
  const graph = history(graphOf('text-to-image'));
  graph.edit((draft) => {
    draft.nodes['decode' as NodeId]!.type = 'someone.elses';
  });
  const { nodes } = fresh(graph.value.get());
  expect(nodes.find(({ id }) => id === 'decode')?.inputs.map((slot) => slot.split(':')[0])).toEqual(['latent', 'vae']);
});

test('a canvas that somebody else moved is put right', () => {
  const graph = graphOf('text-to-image');
  const shown = projection(specs);
  shown.project(graph);
  const before = shownBy(shown);
  for (const on of shown.nodes()) on.pos = [on.pos[0] + 7, on.pos[1]];
  shown.project(graph);
  expect(shownBy(shown)).toEqual(before);
});

test('after any edits and undos the canvas is that of the graph: 150 seeds', () => {
  const types = [...specs.keys()];
  for (let seed = 1; seed <= 150; seed++) {
    const random = randomOf(seed);
    const past = history(graphOf(random.pick(templateNames)));
    const shown = projection(specs);
    shown.project(past.value.get());
    past.onChange((next) => shown.project(next));
    let made = 0;
    const nodeId = () => random.pick(Object.keys(past.value.get().nodes)) as NodeId;
    const edits: ((draft: Graph) => void)[] = [
      (draft) =>
        addNode(draft, {
          id: `n${made++}` as NodeId,
          type: random.chance(0.1) ? 'un.known' : random.pick(types),
          version: 0,
          values: {},
          at: [random.below(900), random.below(900)],
        }),
      (draft) => removeNodes(draft, [nodeId()]),
      (draft) => {
        const [from, to] = [nodeId(), nodeId()];
        const output = random.pick(Object.keys(specs.get(draft.nodes[from]!.type)?.outputs ?? { o: 1 }));
        const input = random.pick(Object.keys(specs.get(draft.nodes[to]!.type)?.inputs ?? { i: 1 }));
        if (output && input) connect(draft, { node: from, output }, { node: to, input });
      },
      (draft) => disconnect(draft, random.pick([...Object.keys(draft.links), 'none']) as LinkId),
      (draft) => moveNodes(draft, { [nodeId()]: [random.below(900), random.next()] } as never),
      (draft) => setLooks(draft, [nodeId()], { collapsed: random.chance(0.5) ? true : null }),
    ];
    for (let i = 0; i < 30; i++) {
      if (Object.keys(past.value.get().nodes).length < 2 || random.chance(0.2)) past.undo();
      else if (random.chance(0.1)) past.redo();
      else {
        past.mark('edit');
        past.edit(random.pick(edits));
      }
      if (i % 10 === 9) expect(shownBy(shown), `seed ${seed}, edit ${i}`).toEqual(fresh(past.value.get()));
    }
  }
});
