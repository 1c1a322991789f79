import { expect, test } from 'vitest';
import { editorGraph } from '../../bench/editor-graph.ts';
import { moveNodes, setValue } from '../../src-main/model/edits.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { history } from '../../src-renderer/session/history.ts';
import { sameWiring } from '../../src-renderer/session/links.ts';
import { draftKey, openGraph } from '../../src-renderer/session/open-graph.ts';
import { memoryStorage, specs } from './fake-core-calls.ts';

const large = editorGraph(500, 700);
const id = 'n0' as NodeId;
const otherId = 'n499' as NodeId;

/** Timers that a test lets pass. */
function handTimers() {
  const due = new Map<number, () => void>();
  let last = 0;
  return {
    due,
    now: () => 0,
    setTimer: (then: () => void): unknown => {
      due.set(++last, then);
      return last;
    },
    clearTimer: (timer: unknown) => void due.delete(timer as number),
    pass() {
      const now = [...due.values()];
      due.clear();
      for (const then of now) then();
    },
  };
}

test('the graph of the benchmark is a graph like any other, and the same each time', () => {
  const text = writeGraph(large);
  expect(writeGraph(editorGraph(500, 700))).toBe(text);
  expect([Object.keys(large.nodes).length, Object.keys(large.links).length]).toEqual([500, 700]);
  expect(readGraph(text, { name: 'bench' })).toMatchObject({ ok: true });
});

test('a large graph is written once for many edits, with the last of them', () => {
  const storage = memoryStorage();
  const timers = handTimers();
  const open = openGraph({ graph: large, specs, storage, timers });
  for (let i = 0; i < 5; i++) open.change('move', (draft) => moveNodes(draft, { [id]: [i, 7] }));
  expect([storage.items.size, timers.due.size]).toEqual([0, 1]);
  timers.pass();
  expect(JSON.parse(storage.items.get(draftKey(large))!)).toMatchObject({ graph: { nodes: { n0: { at: [4, 7] } } } });
  expect(timers.due.size).toBe(0);
});

test('what waits to be written is written at once when the page goes', () => {
  const storage = memoryStorage();
  const timers = handTimers();
  const open = openGraph({ graph: large, specs, storage, timers });
  open.change('move', (draft) => moveNodes(draft, { [id]: [3, 7] }));
  open.keep();
  expect([storage.items.size, timers.due.size]).toEqual([1, 0]);
  expect(openGraph({ graph: large, specs, storage }).graph.get().nodes[id]!.at).toEqual([3, 7]);
});

test('a small graph is written at every edit', () => {
  const storage = memoryStorage();
  const timers = handTimers();
  const small = editorGraph(100, 130);
  const open = openGraph({ graph: small, specs, storage, timers });
  open.change('move', (draft) => moveNodes(draft, { [id]: [3, 7] }));
  expect([storage.items.size, timers.due.size]).toEqual([1, 0]);
});

test('a value that is dragged through a thousand others is one patch, and undone as one', () => {
  const past = history({ values: { a: 0, b: 0 } as Record<string, number> });
  const heard: unknown[] = [];
  past.onChange((_, patches) => heard.push(patches));
  past.mark('drag');
  for (let i = 1; i <= 1000; i++) past.edit(({ values }) => void Object.assign(values, { a: i }));
  past.edit(({ values }) => void Object.assign(values, { b: 1 }));
  past.undo();
  expect(past.value.get()).toEqual({ values: { a: 0, b: 0 } });
  expect(heard.at(-1)).toHaveLength(2);
  past.redo();
  expect(past.value.get()).toEqual({ values: { a: 1000, b: 1 } });
});

test('a value that was not set is not set again by undo, however often it changed', () => {
  const past = history({ values: {} as Record<string, number> });
  past.mark('drag');
  for (let i = 1; i <= 3; i++) past.edit(({ values }) => void Object.assign(values, { a: i }));
  past.undo();
  expect(past.value.get()).toEqual({ values: {} });
  past.redo();
  expect(past.value.get()).toEqual({ values: { a: 3 } });
});

test('values and places leave the wiring as it is; titles and links do not', () => {
  const open = openGraph({ graph: large, specs, storage: memoryStorage() });
  open.change('set', (draft) => setValue(draft, id, 'text', 'another'));
  open.change('move', (draft) => moveNodes(draft, { [otherId]: [0, 0] }));
  expect(sameWiring(large, open.graph.get())).toBe(true);
  const before = open.graph.get();
  open.change('look', (draft) => void Object.assign(draft.nodes[id]!, { title: 'Mine' }));
  expect(sameWiring(before, open.graph.get())).toBe(false);
  const [link] = Object.keys(large.links);
  open.change('disconnect', (draft) => void delete draft.links[link as never]);
  expect(sameWiring({ ...open.graph.get(), links: large.links }, open.graph.get())).toBe(false);
});
