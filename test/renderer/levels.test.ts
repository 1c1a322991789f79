import { expect, test } from 'vitest';
import { addNode, connect, disconnect, expose, moveNodes, removeNodes } from '../../src-main/model/edits.ts';
import { problem } from '../../src-main/model/errors.ts';
import { flatten } from '../../src-main/model/flat-graph.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import * as commands from '../../src-renderer/session/graph-commands.ts';
import { inputsNode, newSlot, outputsNode } from '../../src-renderer/session/level-graph.ts';
import { sourcesFor, sourcesOfOutputs } from '../../src-renderer/session/links.ts';
import { openGraph } from '../../src-renderer/session/open-graph.ts';
import * as subgraphs from '../../src-renderer/session/subgraph-commands.ts';
import { randomOf } from '../build/random.ts';
import { memoryStorage, specs, templateFile } from './fake-core-calls.ts';

const ids = (...names: string[]) => new Set(names as NodeId[]);

function opened(storage = memoryStorage()) {
  const read = readGraph(JSON.stringify(templateFile('text-to-image')), { name: 'text-to-image' });
  if (!read.ok) throw new Error('text-to-image');
  return openGraph({ graph: read.value, specs, storage });
}

/** Text to image with the sampler and the decoder in a subgraph, which is open. */
function inside(storage = memoryStorage()) {
  const root = opened(storage);
  root.selection.set(ids('sample', 'decode'));
  subgraphs.makeSubgraph(root, 'Draw');
  subgraphs.enter(root);
  const open = root.level(root.scope.get());
  const id = open.place.subgraph!;
  const definition = () => root.graph.get().subgraphs[id]!;
  return { root, open, id, definition };
}

const ends = (of: { links: object }) =>
  Object.values(of.links as Record<string, { from: { node: string; output: string }; id: string }>)
    .map(({ from, id }) => `${from.node}.${from.output}>${id}`)
    .sort();

test('making a subgraph is one step, selects its node, and undo gives the very graph', () => {
  const root = opened();
  root.selection.set(ids('sample', 'decode'));
  subgraphs.makeSubgraph(root, 'Draw');
  expect([...root.selection.get()]).toEqual(['subgraph']);
  expect(root.specs.get(root.graph.get().nodes['subgraph' as NodeId]!.type)).toMatchObject({ title: 'Draw' });
  root.history.undo();
  expect(root.graph.get()).toEqual(root.base);
});

test('an open subgraph is a graph with its boundary as two nodes, and no file has those', () => {
  const { root, open, definition } = inside();
  expect(open.place.path).toEqual(['subgraph']);
  const level = open.graph.get();
  expect(Object.keys(level.nodes).sort()).toEqual(['__inputs', '__outputs', 'decode', 'sample']);
  expect(ends(level)).toContain('__inputs.denoiser>sample.denoiser');
  expect(ends(level)).toContain('decode.image>__outputs.image');
  expect(ends(level)).toContain('sample.latent>decode.latent');
  expect(Object.keys(definition().nodes).sort()).toEqual(['decode', 'sample']);
  expect(JSON.stringify(root.file())).not.toContain('__');
});

test('edits in an open subgraph go into it, each one step of undo', () => {
  const { root, open, definition } = inside();
  const before = root.graph.get();
  open.setInput('sample' as NodeId, 'steps', 3);
  expect(definition().nodes['sample' as NodeId]!.values.steps).toBe(3);
  open.change('move', (draft) => moveNodes(draft, { sample: [1, 2], [inputsNode]: [-5, 6] } as never));
  expect(definition()).toMatchObject({ inputsAt: [-5, 6], nodes: { sample: { at: [1, 2] } } });
  commands.add(open, specs.get('image.preview')!, [0, 0], { node: 'decode' as NodeId, slot: 'image', isOutput: true });
  expect(ends(definition())).toContain('decode.image>preview.image');
  expect(Object.keys(root.graph.get().nodes)).not.toContain('preview');
  for (let i = 0; i < 3; i++) root.history.undo();
  expect(root.graph.get()).toEqual(before);
  expect(root.scope.get()).toEqual(['subgraph']);
});

test('a link from the empty slot of the inputs offers what it goes to; from one that is there, that too', () => {
  const { root, open, definition } = inside();
  open.change('connect', (draft) =>
    connect(draft, { node: inputsNode, output: newSlot }, { node: 'sample' as NodeId, input: 'cfg' }),
  );
  expect(definition().exposed.at(-1)).toEqual({ name: 'cfg', node: 'sample', input: 'cfg' });
  expect(root.specs.get(root.graph.get().nodes['subgraph' as NodeId]!.type)!.inputs.cfg).toMatchObject({
    kind: 'float',
  });
  commands.add(open, specs.get('latent.decode')!, [0, 0], null);
  open.change('connect', (draft) =>
    connect(draft, { node: inputsNode, output: 'vae' }, { node: 'decode-2' as NodeId, input: 'vae' }),
  );
  expect(
    definition()
      .exposed.filter(({ name }) => name === 'vae')
      .map(({ node }) => node),
  ).toEqual(['decode', 'decode-2']);
  expect(flatten(root.graph.get(), specs).flat.get('subgraph/decode-2' as never)!.links.vae).toEqual({
    step: 'open',
    output: 'vae',
  });
});

test('a link into the outputs offers an output, and one that is taken off takes along what hung on it outside', () => {
  const { root, open, definition } = inside();
  open.change('connect', (draft) =>
    connect(draft, { node: 'sample' as NodeId, output: 'latent' }, { node: outputsNode, input: newSlot }),
  );
  expect(definition().outputs.map(({ name }) => name)).toEqual(['image', 'latent']);
  open.change('connect', (draft) =>
    connect(draft, { node: 'decode' as NodeId, output: 'image' }, { node: outputsNode, input: 'latent' }),
  );
  expect(definition().outputs[1]).toEqual({ name: 'latent', node: 'decode', output: 'image' });
  open.change('disconnect', (draft) => disconnect(draft, '__outputs.image' as never));
  expect(definition().outputs.map(({ name }) => name)).toEqual(['latent']);
  expect(ends(root.graph.get()).filter((link) => link.startsWith('subgraph.'))).toEqual([]);
  root.history.undo();
  expect(ends(root.graph.get())).toContain('subgraph.image>upscale.image');
});

test('the boundary cannot be removed, copied or pasted; what it offered of a removed node is gone', () => {
  const { root, open, definition } = inside();
  commands.selectAll(open);
  expect(commands.copyText(open)).not.toContain('__inputs');
  open.selection.set(ids('__inputs', '__outputs', 'decode'));
  commands.remove(open);
  expect(Object.keys(open.graph.get().nodes).sort()).toEqual(['__inputs', '__outputs', 'sample']);
  expect(definition().exposed.map(({ name }) => name)).not.toContain('vae');
  expect(definition().outputs).toEqual([]);
  expect(ends(root.graph.get()).filter((link) => /subgraph\.(vae|image)/.test(link))).toEqual([]);
  root.history.undo();
  expect(definition().outputs).toHaveLength(1);
});

test('what is offered inside is set outside, and what is set inside is what it is until then', () => {
  const { root, open } = inside();
  open.setInput('sample' as NodeId, 'cfg', 2.5);
  open.change('expose', (draft) => expose(draft, { name: 'cfg', node: 'sample' as NodeId, input: 'cfg' }));
  const type = root.graph.get().nodes['subgraph' as NodeId]!.type;
  expect(root.specs.get(type)!.inputs.cfg).toMatchObject({ default: 2.5 });
  root.setInput('subgraph' as NodeId, 'cfg', 7);
  expect(flatten(root.graph.get(), specs).flat.get('subgraph/sample' as never)!.values.cfg).toBe(7);
});

test('the form goes on: fields of what went inside have their names, values and locks', () => {
  const { root } = inside();
  expect(root.fields.get().map(({ name }) => name)).toEqual(
    opened()
      .fields.get()
      .map(({ name }) => name),
  );
  const steps = root.fields.get().find(({ name }) => name === 'steps')!;
  expect(steps.otherwise).toBe(
    opened()
      .fields.get()
      .find(({ name }) => name === 'steps')!.otherwise,
  );
  root.set('steps', 3);
  expect(root.form.get().values).toEqual({ steps: 3 });
  root.reset();
  expect(root.form.get().values).toEqual({});
});

test('undo leads to where the change is seen: into the subgraph, and out of it', () => {
  const { root, open } = inside();
  open.setInput('sample' as NodeId, 'steps', 3);
  subgraphs.leave(open);
  expect(root.scope.get()).toEqual([]);
  expect([...root.selection.get()]).toEqual(['subgraph']);
  root.history.undo();
  expect(root.scope.get()).toEqual(['subgraph']);
  root.history.undo();
  expect(root.scope.get()).toEqual([]);
  expect(root.graph.get()).toEqual(root.base);
  root.history.redo();
  root.history.redo();
  expect(root.scope.get()).toEqual(['subgraph']);
});

test('a subgraph in a subgraph: a path of two, selection for each, and back by one or all the way', () => {
  const { root, open } = inside();
  open.selection.set(ids('decode'));
  subgraphs.makeSubgraph(open, 'Draw');
  expect(Object.values(root.graph.get().subgraphs).map(({ title }) => title)).toEqual(['Draw', 'Draw 2']);
  subgraphs.enter(open);
  const deep = root.level(root.scope.get());
  expect(deep.place.path).toEqual(['subgraph', 'subgraph']);
  deep.selection.set(ids('decode'));
  expect([...open.selection.get()]).toEqual(['subgraph']);
  expect(root.level(['subgraph', 'subgraph'] as NodeId[])).toBe(deep);
  subgraphs.leave(deep, 0);
  expect(root.scope.get()).toEqual([]);
  subgraphs.unpack(root);
  expect(Object.values(root.graph.get().subgraphs).map(({ title }) => title)).toEqual(['Draw 2']);
  const second = root.selection.get();
  expect([...second].sort()).toEqual(['sample', 'subgraph-2']);
});

test('whoever is in a subgraph that goes away is led back out', () => {
  const { root } = inside();
  root.change('remove', (draft) => removeNodes(draft, ['subgraph' as NodeId]));
  expect(root.scope.get()).toEqual([]);
  expect(root.graph.get().subgraphs).toEqual({});
  root.history.undo();
  expect(Object.keys(root.graph.get().subgraphs)).toHaveLength(1);
});

test('another node of the same subgraph is added by its type, and made independent', () => {
  const { root, id } = inside();
  const type = `subgraph:${id}`;
  const twin = commands.add(root, root.specs.get(type)!, [0, 900], null);
  expect(twin).toBe('subgraph-2');
  expect(subgraphs.isShared(root, twin)).toBe(true);
  subgraphs.makeIndependent(root);
  expect(subgraphs.isShared(root, twin)).toBe(false);
  expect(Object.keys(root.graph.get().subgraphs)).toHaveLength(2);
  root.history.undo();
  expect(subgraphs.isShared(root, twin)).toBe(true);
});

test('a subgraph is not put into itself, neither from the palette nor by pasting', () => {
  const { root, open, id } = inside();
  root.selection.set(ids('subgraph'));
  const text = commands.copyText(root)!;
  expect(subgraphs.mayHold(open, `subgraph:${id}`)).toBe(false);
  expect(subgraphs.mayHold(open, 'latent.decode')).toBe(true);
  expect(subgraphs.mayHold(root, `subgraph:${id}`)).toBe(true);
  expect(subgraphs.pasteHoldsItself(open, text)).toBe(true);
  expect(subgraphs.pasteHoldsItself(root, text)).toBe(false);
});

test('a copied subgraph brings what it holds: shared where it is the same, another one where it is not', () => {
  const { root } = inside();
  root.selection.set(ids('subgraph'));
  const text = commands.copyText(root)!;
  commands.pasteText(root, text, [0, 0]);
  expect(Object.keys(root.graph.get().subgraphs)).toHaveLength(1);
  const other = opened();
  commands.pasteText(other, text, [0, 0]);
  expect(Object.keys(other.graph.get().subgraphs)).toEqual(Object.keys(root.graph.get().subgraphs));
  other.level(['subgraph'] as NodeId[]).setInput('sample' as NodeId, 'steps', 2);
  commands.pasteText(other, text, [0, 900]);
  expect(Object.keys(other.graph.get().subgraphs)).toHaveLength(2);
  expect(flatten(other.graph.get(), specs).problems).toEqual([]);
});

test('a node that is added at the empty slot of the boundary is handed out', () => {
  const { open, definition } = inside();
  commands.add(open, specs.get('image.load')!, [0, 0], { node: outputsNode, slot: newSlot, isOutput: false });
  expect(definition().outputs.at(-1)).toEqual({ name: 'image-2', node: 'load', output: 'image' });
  commands.add(open, specs.get('image.preview')!, [0, 0], { node: inputsNode, slot: newSlot, isOutput: true });
  expect(definition().exposed.at(-1)).toEqual({ name: 'image', node: 'preview', input: 'image' });
  expect(sourcesFor(open.graph.get(), open.specs, 'sample' as NodeId, 'denoiser')).toContainEqual({
    node: inputsNode,
    output: newSlot,
  });
  expect(sourcesOfOutputs(open.graph.get(), open.specs).map(({ node }) => node)).toEqual(['sample', 'decode', 'load']);
});

test('inputs of the boundary come in the order that the node has them', () => {
  const { definition } = inside();
  const names = definition().exposed.map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual(['denoiser', 'positive', 'negative', 'latent']);
});

test('inner nodes are offered the inputs of the subgraph as sources', () => {
  const { open } = inside();
  const sources = sourcesFor(open.graph.get(), open.specs, 'decode' as NodeId, 'vae');
  expect(sources).toContainEqual({ node: inputsNode, output: 'vae' });
});

test('a problem inside is at the inner node when that is open, else at the node outside and its own input', () => {
  const { root, open } = inside();
  const wrong = problem(
    'input.outOfRange',
    { node: 'subgraph/sample', input: 'steps', value: '0', min: '1', max: '100' },
    { nodeId: 'subgraph' as NodeId, input: 'steps' },
  );
  const elsewhere = problem('graph.noSink', {});
  root.setProblems([wrong, elsewhere]);
  expect(open.form.get().problems.map(({ nodeId, input }) => [nodeId, input])).toEqual([['sample', 'steps']]);
  expect(root.form.get().problems.map(({ nodeId, input }) => [nodeId, input])).toEqual([
    ['subgraph', 'steps'],
    [undefined, undefined],
  ]);
});

test('a draft with subgraphs is found again', () => {
  const storage = memoryStorage();
  const { root, open } = inside(storage);
  open.setInput('sample' as NodeId, 'denoise', 0.5);
  open.change('move', (draft) => moveNodes(draft, { [inputsNode]: [-50, 0] } as never));
  expect(opened(storage).graph.get()).toEqual(root.graph.get());
});

test('whatever is done in open subgraphs, undo gives the very graph and the graph can be read: 30 seeds', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = randomOf(seed);
    const { root } = inside();
    let made = 0;
    for (let i = 0; i < 25; i++) {
      const open = root.level(root.scope.get());
      const { nodes, links } = open.graph.get();
      if (Object.keys(nodes).length === 0) {
        root.history.undo();
        continue;
      }
      const some = () => random.pick(Object.keys(nodes)) as NodeId;
      const [from, to] = [some(), some()];
      const output = random.pick([
        ...Object.keys(open.specs.get(nodes[from]!.type)?.outputs ?? {}),
        from === inputsNode ? newSlot : 'image',
      ]);
      const input = random.pick([
        ...Object.keys(open.specs.get(nodes[to]!.type)?.inputs ?? {}),
        to === outputsNode ? newSlot : 'image',
      ]);
      random.pick<() => void>([
        () => open.change('connect', (draft) => connect(draft, { node: from, output }, { node: to, input })),
        () => open.change('disconnect', (draft) => disconnect(draft, random.pick(Object.keys(links)) as never)),
        () => open.change('remove', (draft) => removeNodes(draft, [some(), some()])),
        () =>
          open.change('move', (draft) =>
            moveNodes(draft, { [some()]: [random.below(900), random.below(900)] } as never),
          ),
        () =>
          open.change('add', (draft) =>
            addNode(draft, { id: `n${made++}` as NodeId, type: 'latent.decode', version: 0, values: {}, at: [0, 0] }),
          ),
        () => {
          open.selection.set(new Set([some(), some()]));
          subgraphs.makeSubgraph(open, 'S');
        },
        () => void subgraphs.enter(open, some()),
        () => void subgraphs.leave(open),
        () => {
          open.selection.set(new Set([some()]));
          subgraphs.unpack(open);
        },
      ])();
      const text = JSON.stringify(root.file());
      expect(text, `seed ${seed}`).not.toMatch(/"__/);
      expect(readGraph(text, { name: 'test' }).ok, `seed ${seed}`).toBe(true);
      const now = root.level(root.scope.get());
      expect(now.place.path, `seed ${seed}`).toEqual(root.scope.get());
    }
    while (root.history.undo());
    expect(root.graph.get(), `seed ${seed}`).toEqual(root.base);
    expect(root.scope.get()).toEqual([]);
  }
});
