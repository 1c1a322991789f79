import { expect, test } from 'vitest';
import { AppError, problem } from '../../src-main/model/errors.ts';
import type { GraphId, NodeId, RunId } from '../../src-main/model/ids.ts';
import { pageTexts } from '../../src-main/texts/say-page.ts';
import { preferences } from '../../src-renderer/session/preferences.ts';
import { needsReload, studio } from '../../src-renderer/session/studio.ts';
import type { StudioCalls } from '../../src-renderer/session/studio-calls.ts';
import { fakeCalls, listing, memoryStorage, templateFile } from './fake-core-calls.ts';
import { pageTime } from './page-time.ts';

async function opened(some: Partial<StudioCalls> = {}, storage = memoryStorage()) {
  const time = pageTime();
  const calls = fakeCalls(some);
  const page = studio({ calls, storage, timers: time, preferences: preferences(storage, 'en-US') });
  await page.connected();
  const said = () =>
    page.notices.list.get().map((notice) => (notice.kind === 'said' ? notice.say(pageTexts('en')) : notice.problems));
  return { page, calls, time, storage, said };
}

const sampleSteps = problem(
  'input.wrongKind',
  { node: 'sample', input: 'steps', wanted: 'int', given: '1.5' },
  { nodeId: 'sample' as NodeId, input: 'steps' },
);

test('it opens text to image first, and the last template the next time', async () => {
  const { page, storage } = await opened();
  expect(page.template.get()?.name).toBe('text-to-image');
  page.openTemplate('upscale');
  expect((await opened({}, storage)).page.template.get()?.name).toBe('upscale');
});

test('one run of the form goes at once; a series takes its turn, and is said', async () => {
  const { page, calls, said } = await opened();
  page.template.get()!.open.set('prompt', 'a boat');
  await page.run(1, null);
  await page.run(3, null);
  await page.run(2, 'background');
  const sent = calls.of('submit') as { tier?: string; runs: { runId: string; overrides: object }[]; graph: object }[];
  expect(sent.map(({ tier, runs }) => [tier, runs.length])).toEqual([
    ['interactive', 1],
    [undefined, 3],
    ['background', 2],
  ]);
  expect(sent[0]!.graph).toEqual(templateFile('text-to-image'));
  expect(sent[0]!.runs[0]!.overrides).toMatchObject({ prompt: 'a boat' });
  expect(said()).toEqual(['3 runs queued', '2 runs queued']);
  expect(Object.values(page.runs.get())).toHaveLength(6);
});

test('problems of a submission stand at their inputs; others are told', async () => {
  let found = [sampleSteps] as ConstructorParameters<typeof AppError>[0];
  const { page, said } = await opened({ submit: async () => Promise.reject(new AppError(found)) });
  await page.run(1, null);
  expect(page.template.get()!.open.form.get().problems).toEqual([sampleSteps]);
  found = problem('disk.full', { path: 'x' });
  await page.run(1, null);
  expect(said()).toEqual([[found]]);
  expect(page.runs.get()).toEqual({});
});

test('a change of the form is checked after a moment, once, and only the latest answer counts', async () => {
  const { page, calls, time } = await opened({ check: async () => ({ problems: [sampleSteps], warnings: [] }) });
  await time.pass(250);
  const { open } = page.template.get()!;
  for (const text of ['a', 'ab', 'abc']) open.set('prompt', text);
  await time.pass(250);
  expect(calls.of('check')).toMatchObject([{ overrides: {} }, { overrides: { prompt: 'abc' } }]);
  expect(open.form.get().problems).toEqual([sampleSteps]);
  await time.pass(10_000);
  expect(calls.of('check')).toHaveLength(2);
});

test('what nobody has filled in yet is no mistake until it is run', async () => {
  const unset = problem(
    'input.notSet',
    { node: 'load', input: 'file', wanted: 'file' },
    { nodeId: 'load' as NodeId, input: 'file' },
  );
  const { page, time } = await opened({
    check: async () => ({ problems: [unset], warnings: [] }),
    submit: async () => Promise.reject(new AppError(unset)),
  });
  page.openTemplate('upscale');
  await time.pass(250);
  expect(page.template.get()!.open.form.get().problems).toEqual([]);
  await page.run(1, null);
  expect(page.template.get()!.open.form.get().problems).toEqual([unset]);
});

test('the values of a run open its template', async () => {
  const { page, said } = await opened({
    run: async (runId) => listing(runId, { graphId: 'image-to-image' as GraphId, overrides: { prompt: 'an owl' } }),
  });
  await page.takeValuesOf('x' as RunId);
  expect(page.template.get()?.name).toBe('image-to-image');
  expect(page.template.get()?.open.form.get().values).toEqual({ prompt: 'an owl' });
  expect(said()).toEqual(['The form has the values of that run']);
});

test('values that are gone, or of another graph, are said to be so', async () => {
  const gone = await opened({ run: () => Promise.reject(new AppError(problem('run.missing', { run: 'x' }))) });
  await gone.page.takeValuesOf('x' as RunId);
  expect(gone.said()).toEqual([pageTexts('en').pictures.gone]);
  const other = await opened({ run: async (runId) => listing(runId, { graphId: 'mine' as GraphId }) });
  await other.page.takeValuesOf('x' as RunId);
  expect(other.said()).toEqual([pageTexts('en').pictures.otherGraph]);
});

test('connected again, an open form stays as it is and missed ends are looked up', async () => {
  const { page } = await opened({
    runs: async () => ({ runs: [], total: 0 }),
    run: async (runId) => listing(runId, { state: 'done', ms: 5 }),
  });
  const { open } = page.template.get()!;
  open.set('prompt', 'mine');
  await page.run(1, null);
  await page.connected();
  expect(page.template.get()!.open).toBe(open);
  expect(open.form.get().values.prompt).toBe('mine');
  expect(Object.values(page.runs.get()).map(({ state }) => state)).toEqual(['done']);
});

test('an action that fails is told; a closed connection is the banner’s to say', async () => {
  const { page, said } = await opened({
    cancel: () => Promise.reject(new AppError(problem('run.missing', { run: 'x' }))),
    pause: () => Promise.reject(new AppError(problem('port.closed', { reason: 'x' }))),
  });
  await page.act((calls) => calls.cancel(['x' as RunId]));
  await page.act((calls) => calls.pause(['x' as RunId]));
  expect(said()).toEqual([[problem('run.missing', { run: 'x' })]]);
});

test('a template that cannot be read leaves the others', async () => {
  const { page } = await opened({
    templates: async () => [
      { name: 'broken', title: '', graph: { format: 'kiln', version: 999 } },
      { name: 'upscale', title: '', graph: templateFile('upscale') },
    ],
  });
  expect(page.templates.get().map(({ name }) => name)).toEqual(['upscale']);
  const none = await opened({
    templates: async () => [{ name: 'broken', title: '', graph: { format: 'kiln', version: 999 } }],
  });
  expect(none.page.problems.get()).toMatchObject([{ code: 'graph.newer' }]);
});

test('a core of another contract asks for a reload', async () => {
  const { page } = await opened({ info: async () => ({ version: '9', contract: 99, home: '', devices: [] }) });
  expect(needsReload(page.info.get())).toBe(true);
  expect(needsReload((await opened()).page.info.get())).toBe(false);
});

test('preferences last, and nonsense in the storage is ignored', () => {
  const storage = memoryStorage();
  const first = {
    theme: 'system',
    panel: 'create',
    side: 'inspector',
    view: 'form',
    template: null,
    tabs: [],
    shortcuts: {},
  };
  expect(preferences(storage, 'zh-CN').state.get()).toMatchObject({ ...first, language: 'zh' });
  preferences(storage, 'zh-CN').change({ language: 'en', theme: 'dark', side: 'queue', tabs: ['upscale'] });
  expect(preferences(storage, 'zh-CN').state.get()).toMatchObject({
    ...first,
    language: 'en',
    theme: 'dark',
    side: 'queue',
    tabs: ['upscale'],
  });
  storage.setItem(
    'kiln.preferences',
    '{"language":"xx","theme":7,"side":"nowhere","template":[],"tabs":[1],"shortcuts":{"a":1}}',
  );
  expect(preferences(storage, 'de').state.get()).toMatchObject({ ...first, language: 'en' });
});

test('live: every change is drawn after a moment, with the seed that is shown, and replaces the run before it', async () => {
  const { page, calls, time } = await opened();
  const sent = () =>
    calls.of('submit') as { replaces?: RunId; tier?: string; runs: { runId: RunId; overrides: object }[] }[];
  page.live.set(true);
  await time.pass(200);
  expect(sent()).toHaveLength(1);
  const { open } = page.template.get()!;
  for (const text of ['a', 'a b', 'a bo', 'a boat']) open.set('prompt', text);
  await time.pass(200);
  expect(sent().map(({ tier, runs }) => [tier, runs[0]!.overrides])).toEqual([
    ['interactive', {}],
    ['interactive', { prompt: 'a boat' }],
  ]);
  expect(sent()[1]!.replaces).toBe(sent()[0]!.runs[0]!.runId);
  const { runId } = sent()[1]!.runs[0]!;
  page.hear({ type: 'run.changed', runId, graphId: open.base.id, state: 'done', problems: [], images: [], ms: 5 });
  open.set('steps', 5);
  await time.pass(200);
  expect(sent()[2]!.replaces).toBeUndefined();
  page.live.set(false);
  open.set('steps', 6);
  await time.pass(1_000);
  expect(sent()).toHaveLength(3);
});
