import { expect, test } from 'vitest';
import { addNode, connect, expose, moveNodes, removeNodes, setLooks, setValue } from '../../src-main/model/edits.ts';
import { emptyGraph, type Graph, linkIdOf } from '../../src-main/model/graph.ts';
import type { GraphId, NodeId } from '../../src-main/model/ids.ts';
import { type History, history } from '../../src-renderer/session/history.ts';
import { randomOf } from '../build/random.ts';

interface Counter {
  n: number;
  list: number[];
}
const counter = () => history<Counter>({ n: 0, list: [] });
const add = (h: History<Counter>, by: number) =>
  h.edit((draft) => {
    draft.n += by;
  });

test('all edits of a gesture are one step, and the next mark begins another', () => {
  const h = counter();
  h.mark('count');
  add(h, 1);
  add(h, 1);
  h.mark('count more');
  add(h, 5);
  expect(h.value.get().n).toBe(7);
  expect(h.undoable.get()).toEqual({ undo: 'count more', redo: null });
  h.undo();
  expect(h.value.get().n).toBe(2);
  h.undo();
  expect(h.value.get().n).toBe(0);
  expect(h.undo()).toBe(false);
  h.redo();
  expect(h.value.get().n).toBe(2);
  expect(h.undoable.get()).toEqual({ undo: 'count', redo: 'count more' });
});

test('marks of one key go on with one gesture until it is closed', () => {
  const h = counter();
  for (let i = 0; i < 3; i++) {
    h.mark('type', 'field');
    add(h, 1);
  }
  h.close();
  h.mark('type', 'field');
  add(h, 10);
  h.undo();
  expect(h.value.get().n).toBe(3);
  h.undo();
  expect(h.value.get().n).toBe(0);
});

test('bailing out takes back the gesture alone, and what could be redone can be again', () => {
  const h = counter();
  h.mark('one');
  add(h, 1);
  h.mark('two');
  add(h, 2);
  h.undo();
  h.mark('drag');
  add(h, 50);
  add(h, 50);
  h.bail();
  expect(h.value.get().n).toBe(1);
  expect(h.undoable.get()).toEqual({ undo: 'one', redo: 'two' });
  h.mark('nothing');
  h.bail();
  expect(h.value.get().n).toBe(1);
  h.redo();
  expect(h.value.get().n).toBe(3);
});

test('an edit after an undo forgets what was undone, and one that changes nothing does not', () => {
  const h = counter();
  h.mark('one');
  add(h, 1);
  h.undo();
  h.mark('same');
  add(h, 0);
  expect(h.undoable.get().redo).toBe('one');
  h.mark('other');
  add(h, 2);
  expect(h.undoable.get()).toEqual({ undo: 'other', redo: null });
});

test('an amendment is no step, and undo leaves it alone', () => {
  const h = counter();
  h.mark('one');
  add(h, 1);
  h.amend((draft) => void draft.list.push(7));
  h.undo();
  expect(h.value.get()).toEqual({ n: 0, list: [7] });
});

test('listeners hear every change with its patches', () => {
  const h = counter();
  const heard: string[] = [];
  h.onChange((next, patches) => heard.push(`${next.n} ${patches.map(({ path }) => path.join('.')).join()}`));
  h.mark('one');
  add(h, 1);
  h.undo();
  h.redo();
  expect(heard).toEqual(['1 n', '0 n', '1 n']);
});

const ids = ['a', 'b', 'c', 'd', 'e', 'f'] as NodeId[];

test('undoing everything returns the very graph, and redoing everything the last one: 200 seeds of random edits', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomOf(seed);
    const some = random.pick;
    const first = emptyGraph('g' as GraphId, 1);
    const h = history<Graph>(first);
    const did: string[] = [];
    const edits: readonly [string, (draft: Graph) => void][] = [
      ['add', (draft) => addNode(draft, { id: some(ids), type: 'value.text', version: 0, values: {}, at: [0, 0] })],
      ['remove', (draft) => removeNodes(draft, [some(ids), some(ids)])],
      ['connect', (draft) => connect(draft, { node: some(ids), output: 'o' }, { node: some(ids), input: 'i' })],
      ['unlink', (draft) => delete draft.links[linkIdOf({ node: some(ids), input: 'i' })] as unknown as undefined],
      ['value', (draft) => setValue(draft, some(ids), 'v', random.below(9))],
      ['move', (draft) => moveNodes(draft, { [some(ids)]: [random.next(), 0] } as never)],
      ['mute', (draft) => setLooks(draft, [some(ids)], { mode: random.chance(0.5) ? 'muted' : null })],
      ['expose', (draft) => expose(draft, { name: some(['x', 'y']), node: some(ids), input: 'v' })],
    ];
    for (let i = 0; i < 40; i++) {
      if (random.chance(0.15)) {
        did.push('undo');
        h.undo();
        continue;
      }
      if (random.chance(0.1)) {
        did.push('redo');
        h.redo();
        continue;
      }
      h.mark('gesture');
      for (let more = 0; more < 3; more++) {
        const [name, recipe] = some(edits);
        did.push(name);
        h.edit(recipe);
      }
      if (random.chance(0.1)) {
        did.push('bail');
        h.bail();
      }
    }
    const last = h.value.get();
    let steps = 0;
    while (h.undo()) steps++;
    expect(h.value.get(), `seed ${seed}: ${did.join()}`).toEqual(first);
    for (let i = 0; i < steps; i++) h.redo();
    expect(h.value.get(), `seed ${seed}: ${did.join()}`).toEqual(last);
  }
});
