import { expect, test } from 'vitest';
import { AppError, problem } from '../../src-main/model/errors.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import type { Json } from '../../src-main/model/json.ts';
import { countsOf, type Grid, type GridAxis, runsOf } from '../../src-renderer/session/grid.ts';
import { draftOf, firstField, gridFields, planOf } from '../../src-renderer/session/grid-draft.ts';
import { gridLayout } from '../../src-renderer/session/grid-layout.ts';
import { entryOf, readValues } from '../../src-renderer/session/grid-values.ts';
import type { OpenGraph } from '../../src-renderer/session/open-graph.ts';
import { preferences } from '../../src-renderer/session/preferences.ts';
import { type Studio, studio } from '../../src-renderer/session/studio.ts';
import type { StudioCalls } from '../../src-renderer/session/studio-calls.ts';
import { fakeCalls, image, listing, memoryStorage } from './fake-core-calls.ts';
import { pageTime } from './page-time.ts';

async function opened(some: Partial<StudioCalls> = {}, storage = memoryStorage()) {
  const calls = fakeCalls(some);
  const page = studio({ calls, storage, timers: pageTime(), preferences: preferences(storage, 'en') });
  await page.connected();
  return { page, calls, storage, open: page.template.get()!.open };
}
const fieldOf = (open: OpenGraph, name: string) => gridFields(open).find((field) => field.name === name)!;
const axis = (name: string, values: readonly Json[]): GridAxis => ({ name, label: name, values });
const changed = (runId: RunId, state: 'running' | 'done' | 'failed', pictures = [image(runId)]) =>
  ({
    type: 'run.changed',
    runId,
    graphId: 'text-to-image' as never,
    state,
    problems: [],
    images: pictures,
    ms: 1,
  }) as const;
const shown = (page: Studio): Grid => page.grids.shown.get()!;

test('numbers are written one by one or as ranges, up, down and in steps', async () => {
  const { open } = await opened();
  const steps = fieldOf(open, 'steps');
  const cfg = fieldOf(open, 'cfg');
  const values = (field: typeof steps, text: string) => {
    const read = readValues(field, text);
    return read.ok ? read.values.join(' ') : read.mistake.code;
  };
  expect(values(steps, '1, 2,4')).toBe('1 2 4');
  expect(values(steps, '1..8 step 2')).toBe('1 3 5 7');
  expect(values(steps, '4…1')).toBe('4 3 2 1');
  expect(values(steps, '2, 1..3')).toBe('2 1 3');
  expect(values(cfg, '1..2 step 0.25')).toBe('1 1.25 1.5 1.75 2');
  expect(values(cfg, '1，2；3')).toBe('1 2 3');
});

test.each([
  ['', 'empty'],
  [' , ', 'empty'],
  ['seven', 'notANumber'],
  ['1.5', 'notANumber'],
  ['1..x', 'notANumber'],
  ['1..3 step 0', 'badRange'],
  ['0', 'outside'],
  ['1..5000', 'tooMany'],
  ['1..100000', 'tooMany'],
  ['1e3', 'notANumber'],
])('“%s” as numbers of steps: %s', async (text, code) => {
  const { open } = await opened();
  expect(readValues(fieldOf(open, 'steps'), text)).toMatchObject({ ok: false, mistake: { code } });
});

test('seeds keep all their digits, texts are lines, and nothing is there twice', async () => {
  const { open } = await opened();
  const values = (name: string, text: string) => {
    const read = readValues(fieldOf(open, name), text);
    return read.ok ? read.values : read.mistake.code;
  };
  expect(values('seed', '18446744073709551614..18446744073709551615')).toEqual([
    '18446744073709551614',
    '18446744073709551615',
  ]);
  expect(values('seed', '18446744073709551616')).toBe('outside');
  expect(values('seed', '9..7')).toBe('badRange');
  expect(values('seed', '-1')).toBe('notANumber');
  expect(values('prompt', ' a fox \n\na bird\na fox')).toEqual(['a fox', 'a bird']);
});

test('a grid begins with a number that matters, and with the value that the form has', async () => {
  const { open } = await opened();
  open.set('steps', 5);
  expect(firstField(gridFields(open))?.name).toBe('steps');
  expect(draftOf(open, fieldOf(open, 'steps'))).toMatchObject({ text: '5' });
  expect(draftOf(open, fieldOf(open, 'pack')).ticked).toHaveLength(1);
  expect(gridFields(open).map(entryOf)).toContain('ticks');
});

test('two sides need two inputs, and no more pictures than one can look at', async () => {
  const { open } = await opened();
  const draft = (name: string, text: string) => ({ ...draftOf(open, fieldOf(open, name)), text });
  expect(planOf(draft('steps', '1, 2'), draft('cfg', '1, 2, 3'))).toMatchObject({ ok: true, cells: 6 });
  expect(planOf(draft('steps', '1, 2'), null)).toMatchObject({ ok: true, cells: 2, rows: null });
  expect(planOf(draft('steps', '1'), draft('steps', '2'))).toMatchObject({ ok: false, of: 'same' });
  expect(planOf(draft('steps', '1..50'), draft('seed', '1..50'))).toMatchObject({ ok: false, of: 'cells' });
  expect(planOf(draft('steps', ''), draft('seed', 'x'))).toMatchObject({
    columns: { code: 'empty' },
    rows: { code: 'notANumber' },
  });
});

test('a run for every pair, row by row, with the values of the form and one seed', async () => {
  const { open } = await opened();
  open.set('seed', '42');
  const runs = runsOf(open, axis('steps', [1, 2]), axis('prompt', ['fox', 'bird']));
  expect(runs.map(({ overrides }) => [overrides.prompt, overrides.steps, overrides.seed])).toEqual([
    ['fox', 1, '42'],
    ['fox', 2, '42'],
    ['bird', 1, '42'],
    ['bird', 2, '42'],
  ]);
  expect(new Set(runs.map(({ runId }) => runId)).size).toBe(4);
});

test('a grid is one submission, fills as its runs are done, and is there again after a reload', async () => {
  const { page, calls, open, storage } = await opened();
  expect(await page.grids.begin(open, axis('steps', [1, 2]), null)).toBe(true);
  expect(calls.of('submit')).toMatchObject([{ runs: [{ overrides: { steps: 1 } }, { overrides: { steps: 2 } }] }]);
  const [first, second] = shown(page).cells.map(({ runId }) => runId);
  page.hear(changed(first!, 'done'));
  page.hear(changed(second!, 'running', []));
  page.hear(changed('another' as RunId, 'done'));
  expect(shown(page).cells).toMatchObject([
    { state: 'done', image: { runId: first } },
    { state: 'running', image: null },
  ]);
  expect(countsOf(shown(page))).toEqual({ done: 1, failed: 0, total: 2 });

  const later = await opened(
    { run: async (runId) => listing(runId, { state: 'done', images: [image(runId)] }) },
    storage,
  );
  await expect.poll(() => countsOf(shown(later.page)).done).toBe(2);
  expect(shown(later.page).cells[1]?.image?.runId).toBe(second);
});

test('a grid that cannot be queued leaves the one before it', async () => {
  let isFull = false;
  const { page, open } = await opened({
    submit: async ({ runs = [] }) => {
      if (isFull) throw new AppError([problem('disk.full', { path: 'home' })]);
      return runs.map(({ runId }, place) => ({ runId: runId as RunId, place, isNew: true }));
    },
  });
  isFull = true;
  expect(await page.grids.begin(open, axis('steps', [1]), null)).toBe(false);
  expect(page.grids.shown.get()).toBeNull();
  isFull = false;
  await page.grids.begin(open, axis('steps', [1]), null);
  const before = shown(page);
  isFull = true;
  await page.grids.begin(open, axis('steps', [1, 2]), null);
  expect(shown(page)).toEqual(before);
});

test('a failed cell that is tried again waits under its new run; a deleted picture leaves its cell and comes back', async () => {
  const { page, open } = await opened();
  await page.grids.begin(open, axis('steps', [1, 2]), null);
  const [first, second] = shown(page).cells.map(({ runId }) => runId);
  page.hear(changed(first!, 'failed', []));
  page.grids.retried([{ from: first!, runId: 'again' as RunId }]);
  expect(shown(page).cells[0]).toEqual({ runId: 'again', state: 'queued', problems: [], image: null });
  page.hear(changed(second!, 'done'));
  const picture = image(second!);
  page.hear({ type: 'images.removed', images: [picture] });
  expect(shown(page).cells[1]?.image).toBeNull();
  page.hear({ type: 'images.restored', images: [picture as never] });
  expect(shown(page).cells[1]?.image).toEqual(picture);
});

test('each graph has its own grid', async () => {
  const { page, open } = await opened();
  await page.grids.begin(open, axis('steps', [1]), null);
  const mine = shown(page);
  page.openTemplate('upscale');
  expect(page.grids.shown.get()).toBeNull();
  page.openTemplate('text-to-image');
  expect(shown(page)).toEqual(mine);
});

test('one picture of a grid is as large as its pictures, or as a browser can draw', () => {
  const gridOf = (across: number, down: number, side: number): Grid => ({
    graphId: 'g' as never,
    title: '',
    columns: axis(
      'steps',
      Array.from({ length: across }, (_, i) => i),
    ),
    rows: axis(
      'cfg',
      Array.from({ length: down }, (_, i) => i),
    ),
    cells: Array.from({ length: across * down }, (_, i) => ({
      runId: `r${i}` as RunId,
      state: 'done' as const,
      problems: [],
      image: image(`r${i}`, 0, { width: side, height: side }),
    })),
  });
  const small = gridLayout(gridOf(2, 2, 256), 10);
  expect([small.scale, small.cell]).toEqual([1, { width: 256, height: 256 }]);
  const large = gridLayout(gridOf(20, 20, 1024), 10);
  expect(large.scale).toBeLessThan(1);
  expect(Math.max(large.width, large.height)).toBeLessThanOrEqual(8192);
  expect(large.width).toBe(large.left + 20 * (large.cell.width + large.gap));
});
