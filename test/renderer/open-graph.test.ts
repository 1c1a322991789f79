import { expect, test } from 'vitest';
import { removeNodes } from '../../src-main/model/edits.ts';
import { problem } from '../../src-main/model/errors.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { problemsByField, valueIn, wordsOf } from '../../src-renderer/session/fields.ts';
import { draftKey, openGraph } from '../../src-renderer/session/open-graph.ts';
import { memoryStorage, specs, templateFile, templateNames } from './fake-core-calls.ts';

function opened(name = 'text-to-image', storage = memoryStorage()) {
  const read = readGraph(JSON.stringify(templateFile(name)), { name });
  if (!read.ok) throw new Error(name);
  let drawn = 100;
  return { storage, open: openGraph({ graph: read.value, specs, storage, newSeed: () => String(drawn++) }) };
}

test.each(templateNames)('every exposed input of %s is a field', (name) => {
  const { open } = opened(name);
  expect(open.fields.get().map((field) => field.name)).toEqual(open.base.exposed.map((exposed) => exposed.name));
});

test('only what differs from the graph is a value, and the draft is kept at every change', () => {
  const { open, storage } = opened();
  const steps = open.fields.get().find(({ name }) => name === 'steps')!;
  open.set('prompt', 'a green apple');
  open.set('steps', steps.otherwise);
  open.set('nobody', 1);
  expect(open.form.get().values).toEqual({ prompt: 'a green apple' });
  expect(JSON.parse(storage.items.get(draftKey(open.base))!)).toEqual({
    values: { prompt: 'a green apple' },
    locked: {},
  });
  open.set('prompt', 'a red fox');
  expect(storage.items.size).toBe(0);
});

test('a draft is found again, without what the graph no longer offers', () => {
  const { open, storage } = opened();
  storage.setItem(
    draftKey(open.base),
    JSON.stringify({ values: { prompt: 'kept', gone: 1 }, locked: { seed: true, gone: true } }),
  );
  const again = opened('text-to-image', storage).open;
  expect(again.form.get()).toEqual({ values: { prompt: 'kept' }, locked: { seed: true }, problems: [] });
});

test.each(['', '{', '[]', '7', '{"values":7,"locked":[]}', '{"values":{"__proto__":1}}'])(
  'a draft that cannot be read is none: %s',
  (text) => {
    const storage = memoryStorage();
    storage.setItem('kiln.draft.text-to-image', text);
    expect(opened('text-to-image', storage).open.form.get().values).toEqual({});
  },
);

test('storage that is full or blocked loses nothing that is on the page', () => {
  const refuse = () => {
    throw new Error('QuotaExceededError');
  };
  const { open } = opened('text-to-image', { ...memoryStorage(), getItem: refuse, setItem: refuse });
  open.set('prompt', 'still here');
  expect(open.form.get().values).toEqual({ prompt: 'still here' });
});

test('an unlocked seed is drawn anew for every run, and the first one is shown', () => {
  const { open } = opened();
  const runs = open.nextRuns(3);
  expect(runs.map(({ overrides }) => overrides.seed)).toEqual(['100', '101', '102']);
  expect(open.form.get().values.seed).toBe('100');
  expect(new Set(runs.map(({ runId }) => runId)).size).toBe(3);
});

test('a locked seed stays for one run and counts up for several', () => {
  const { open } = opened();
  open.lock('seed', true);
  expect(open.nextRuns(1)[0]!.overrides).toEqual({ seed: '7' });
  expect(open.nextRuns(3).map(({ overrides }) => overrides.seed)).toEqual(['7', '8', '9']);
  open.set('seed', 'not a number');
  expect(open.nextRuns(2).map(({ overrides }) => overrides.seed)).toEqual(['not a number', 'not a number']);
});

test('the values of a run replace all others and lock its seed', () => {
  const { open } = opened();
  open.set('steps', 30);
  open.use({ prompt: 'an owl', seed: '42' });
  expect(open.form.get()).toEqual({ values: { prompt: 'an owl', seed: '42' }, locked: { seed: true }, problems: [] });
  open.reset();
  expect(open.form.get()).toEqual({ values: {}, locked: {}, problems: [] });
});

test('a field shows its own value, else the graph’s; a run is called by its first text', () => {
  const { open } = opened();
  const prompt = open.fields.get()[0]!;
  expect(valueIn(prompt, {})).toBe('a red fox');
  expect(valueIn(prompt, { prompt: '' })).toBe('');
  expect(wordsOf(open.fields.get(), { prompt: ' a boat ' })).toBe('a boat');
  expect(wordsOf(opened('upscale').open.fields.get(), {})).toBe('');
});

test('problems go to the input that they concern; those of a pack to the choice of packs', () => {
  const { open } = opened();
  const steps = problem(
    'input.wrongKind',
    { node: 'sample', input: 'steps', wanted: 'int', given: '1.5' },
    { nodeId: 'sample' as NodeId, input: 'steps' },
  );
  const pack = problem('pack.missing', { pack: 'nothere', known: 'starter' });
  const other = problem('graph.noSink', {});
  const { at, rest } = problemsByField(open.fields.get(), [steps, pack, other]);
  expect([...at]).toEqual([
    ['steps', [steps]],
    ['pack', [pack]],
  ]);
  expect(rest).toEqual([other]);
});

test('typing into one field is one step of undo, until the field is left', () => {
  const { open } = opened();
  for (const text of ['a', 'a b', 'a bo']) open.set('prompt', text);
  open.set('steps', 5);
  open.history.close();
  open.set('steps', 6);
  expect(open.form.get().values).toEqual({ prompt: 'a bo', steps: 6 });
  open.history.undo();
  expect(open.form.get().values).toEqual({ prompt: 'a bo', steps: 5 });
  open.history.undo();
  open.history.undo();
  expect(open.form.get().values).toEqual({});
  expect(open.graph.get()).toEqual(open.base);
  open.history.redo();
  expect(open.form.get().values).toEqual({ prompt: 'a bo' });
});

test('a change of the graph is in the draft and in what is submitted; the values of the form are told beside it', () => {
  const { open, storage } = opened();
  open.set('prompt', 'a boat');
  expect(open.file()).toEqual(opened().open.file());
  const decode = open.base.nodes['decode' as NodeId]!;
  open.change('remove', (draft) => removeNodes(draft, [decode.id]));
  expect(Object.keys((open.file() as { nodes: object }).nodes)).not.toContain('decode');
  const again = opened('text-to-image', storage).open;
  expect(again.graph.get()).toEqual(open.graph.get());
  expect(again.form.get().values).toEqual({ prompt: 'a boat' });
  open.history.undo();
  expect(JSON.parse(storage.items.get(draftKey(open.base))!)).toEqual({ values: { prompt: 'a boat' }, locked: {} });
});

test('a field that is gone from the graph is gone from the form, and its draft is not applied', () => {
  const { open, storage } = opened();
  open.set('prompt', 'a boat');
  open.change('remove', (draft) => removeNodes(draft, ['positive' as NodeId]));
  expect(open.fields.get().map(({ name }) => name)).not.toContain('prompt');
  expect(open.form.get().values).toEqual({});
  expect(
    opened('text-to-image', storage)
      .open.fields.get()
      .map(({ name }) => name),
  ).not.toContain('prompt');
  open.history.undo();
  expect(open.form.get().values).toEqual({ prompt: 'a boat' });
});
