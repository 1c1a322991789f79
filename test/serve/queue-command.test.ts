import { expect, test } from 'vitest';
import { moveOf } from '../../src-main/cli-queue.ts';
import { AppError, problem } from '../../src-main/model/errors.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { call, emptyFolder, graphFile } from '../cli/call.ts';
import { changed, listing, type Served, served } from './served.ts';

/** `kiln queue` against a core that holds these runs. */
async function queueOf(...runs: readonly ReturnType<typeof listing>[]) {
  const running = await served();
  for (const run of runs) running.core.runs.set(run.runId, run);
  const cwd = emptyFolder();
  const kiln = (...words: string[]) => call([...words, '--on', running.at], { cwd });
  return { ...running, kiln, queue: (...words: string[]) => kiln('queue', ...words) };
}
const linesOf = ({ out }: { out: string }) => out.split('\n').filter(Boolean);
const stateOf = ({ core }: Pick<Served, 'core'>, id: string) => core.runs.get(id as RunId)?.state;

test('add queues a graph as often as asked, and prints the ids', async () => {
  const running = await queueOf();
  const added = await running.queue('add', graphFile, '--times', '3', '--set', 'prompt=fox', '--tier', 'background');
  expect(added.code).toBe(0);
  expect(added.err).toBe('3 runs queued.\n');
  expect(linesOf(added)).toEqual([...running.core.runs.keys()]);
  const [first] = [...running.core.runs.values()];
  expect(first).toMatchObject({ tier: 'background', overrides: { prompt: 'fox', seed: expect.any(String) } });
});

test('add says everything that is wrong before it asks any core', async () => {
  const cwd = emptyFolder();
  const nobody = ['--on', '127.0.0.1:1'];
  const wrong = await call(['queue', 'add', graphFile, '--set', 'steps=0', '--set', 'cfg=x', ...nobody], { cwd });
  expect([wrong.code, linesOf({ out: wrong.err }).length]).toEqual([2, 2]);
  for (const words of [['add'], ['cancel'], ['move', 'run_1'], ['clear', 'queued'], ['lst'], ['list', 'run_1']])
    expect((await call(['queue', ...words, ...nobody], { cwd })).code).toBe(2);
});

test('list shows what waits in its order, then what ended, with what is paused', async () => {
  const { queue } = await queueOf(
    listing('run_a', { state: 'running', tier: 'fast', progress: { done: 7, total: 20 }, endsInMs: 12_000 }),
    listing('run_b', { startsInMs: 65_000, endsInMs: 130_000, title: '狐狸' }),
    listing('run_c', { state: 'done' }),
  );
  await queue('pause');
  const { out, err } = await queue('list');
  expect(linesOf({ out }).map((line) => line.replace(/ +/g, ' '))).toEqual([
    'RUN STATE TIER STEPS STARTS ENDS TITLE',
    'run_a running fast 7/20 - in 0:12 fox',
    'run_b queued quality - in 1:05 in 2:10 狐狸',
    'run_c done quality - - - fox',
  ]);
  expect(err).toBe('1 queued, 1 running, 1 done\nThe queue is paused.\n');
  const lines = linesOf(await queue('list', '--json')).map((line) => JSON.parse(line) as { runId: string });
  expect(lines.map(({ runId }) => runId)).toEqual(['run_a', 'run_b', 'run_c']);
});

test('an empty queue says so, in Chinese too', async () => {
  const { queue } = await queueOf();
  expect((await queue('list')).err).toBe('The queue is empty.\n');
  expect((await queue('list', '--lang', 'zh')).err).toBe('队列是空的。\n');
});

test('cancel, pause, resume and retry take one run or many', async () => {
  const running = await queueOf(listing('run_a'), listing('run_b'));
  await running.queue('pause', 'run_a', 'run_b');
  expect([stateOf(running, 'run_a'), stateOf(running, 'run_b')]).toEqual(['paused', 'paused']);
  await running.queue('resume', 'run_b');
  expect(stateOf(running, 'run_b')).toBe('queued');
  await running.queue('cancel', 'run_a');
  expect(stateOf(running, 'run_a')).toBe('cancelled');
  const again = await running.queue('retry', 'run_a');
  expect(again).toEqual({ code: 0, out: 'run_a_again\n', err: 'run_a is queued again as run_a_again.\n' });
});

test('a run that is not there is a sentence and exit code 1', async () => {
  const { kiln, queue } = await queueOf();
  for (const found of [await queue('show', 'run_9'), await queue('cancel', 'run_9'), await queue('show', 'no run')]) {
    expect(found.code).toBe(1);
    expect(found.err).toMatch(/^error: There is no run “(run_9|no run)”\./);
  }
  expect((await kiln('queue', 'watch', 'run_9')).code).toBe(1);
});

test('move takes runs to the front, to the back or before another', () => {
  expect(moveOf(['a', 'b', 'front'])).toEqual({ runIds: ['a', 'b'], to: 'front' });
  expect(moveOf(['a', 'back'])).toEqual({ runIds: ['a'], to: 'back' });
  expect(moveOf(['a', 'b', 'before', 'c'])).toEqual({ runIds: ['a', 'b'], to: { before: 'c' } });
  for (const words of [[], ['front'], ['a'], ['a', 'b'], ['before', 'c'], ['a', 'before']])
    expect(() => moveOf(words)).toThrow(AppError);
});

test('explain says what goes before a run, where its jobs are and what they wait for', async () => {
  const running = await queueOf(listing('run_a'));
  Object.assign(running.core.handlers, {
    'runs.explain': async () => ({
      runId: 'run_a',
      state: 'queued',
      tier: 'quality',
      before: ['run_b'],
      beforeCount: 3,
      overtaken: 1,
      jobs: [
        {
          nodeId: 'sample',
          state: 'ready',
          deviceId: 'cpu',
          finishMs: { cpu: 61_000 },
          company: ['run_c'],
          waitsFor: ['positive'],
          rowsAhead: 2,
        },
      ],
    }),
  });
  const { out } = await running.kiln('explain', 'run_a');
  expect(out).toBe(
    [
      'run_a  queued  quality',
      '3 runs go before it.',
      '  run_b',
      '  and 2 more',
      '1 later run has started first.',
      '  sample: ready; on cpu; in one batch with run_c; waits for positive; 2 rows are ahead of it; would be done in 1:01 on cpu',
      '',
    ].join('\n'),
  );
  const chinese = await running.kiln('explain', 'run_a', '--lang', 'zh');
  expect(chinese.out).toContain(
    'sample：就绪；在 cpu 上；与 run_c 同批；等待 positive；前面有 2 行；预计完成：cpu 上 1:01 后',
  );
  expect(await running.kiln('queue', 'explain', 'run_a')).toEqual(await running.kiln('explain', 'run_a'));
});

test('explain says what it would have cost on each device when one was chosen, and what was a guess', async () => {
  const running = await queueOf(listing('run_a'));
  const cost = { waitMs: 0, aheadMs: 0, loadMs: 0, bringMs: 0, runMs: 400, isGuess: false };
  const chosenBy = {
    cpu: { ...cost, runMs: 8000, isGuess: true },
    'cuda:0': { ...cost, waitMs: 20, aheadMs: 1300, loadMs: 500, bringMs: 2.5 },
  };
  const job = { state: 'running', deviceId: 'cuda:0', finishMs: {}, company: [], waitsFor: [], rowsAhead: 0 };
  const free = { cpu: { ...cost, runMs: 0 }, 'cuda:0': { ...cost, runMs: 0 } };
  Object.assign(running.core.handlers, {
    'runs.explain': async () => ({
      runId: 'run_a',
      state: 'running',
      tier: 'quality',
      before: [],
      beforeCount: 0,
      overtaken: 0,
      jobs: [
        { ...job, nodeId: 'sample', chosenBy },
        { ...job, nodeId: 'save', chosenBy: free },
      ],
    }),
  });
  expect(linesOf(await running.kiln('explain', 'run_a')).slice(1)).toEqual([
    '  sample: running; on cuda:0; when it started: 2.22 s on cuda:0 (20 ms until it is free + 1.3 s for calls before it + 500 ms to load weights + 2.5 ms to bring inputs + 400 ms for its own calls), 8 s on cpu (8 s for its own calls, a guess)',
    '  save: running; on cuda:0',
  ]);
  expect(linesOf(await running.kiln('explain', 'run_a', '--lang', 'zh'))[1]).toContain(
    '开始时的估计：cuda:0 上 2.22 s（等设备空闲 20 ms + 等前面的计算 1.3 s + 加载权重 500 ms + 搬运输入 2.5 ms + 自身计算 400 ms），cpu 上 8 s（自身计算（推测） 8 s）',
  );
});

test('explain names the rules of placement that hold for a job, where each is given, and what it goes together with', async () => {
  const running = await queueOf(listing('run_a'));
  const job = { state: 'running', deviceId: 'cpu', finishMs: {}, company: [], waitsFor: [], rowsAhead: 0 };
  const rules = [
    { rule: 'vae=cpu', from: 'pack', pack: 'sdxl' },
    { rule: 'vae~=same-as(denoiser)', from: 'graph', pack: '' },
  ];
  const jobs = [
    { ...job, nodeId: 'decode', placing: { rules, allowed: ['cpu'], beside: ['sample'] } },
    { ...job, nodeId: 'sample', placing: { rules: [], allowed: ['cpu', 'cuda:0'], beside: ['decode', 'again'] } },
  ];
  Object.assign(running.core.handlers, {
    'runs.explain': async () => ({
      runId: 'run_a',
      state: 'running',
      tier: 'quality',
      before: [],
      beforeCount: 0,
      overtaken: 0,
      jobs,
    }),
  });
  expect(linesOf(await running.kiln('explain', 'run_a')).slice(1)).toEqual([
    '  decode: running; on cpu; may use cpu by vae=cpu of the pack “sdxl” and vae~=same-as(denoiser) of the graph; goes where sample goes',
    '  sample: running; on cpu; goes where decode, again go',
  ]);
  const [, decode, sample] = linesOf(await running.kiln('explain', 'run_a', '--lang', 'zh'));
  expect(decode).toContain(
    '按照模型包“sdxl”的规则 vae=cpu、图的规则 vae~=same-as(denoiser)可用 cpu；与 sample 在同一设备',
  );
  expect(sample).toContain('与 decode、again 在同一设备');
});

test('watch tells what happens until its runs are over, and fails when one has failed', async () => {
  const running = await queueOf(listing('run_a'), listing('run_b'), listing('run_c', { state: 'done' }));
  const listened = running.core.listeners;
  const asked = running.core.handlers['runs.get'];
  let left = 3;
  Object.assign(running.core.handlers, {
    'runs.get': async (args: { runId: RunId }, signal: AbortSignal) => {
      const found = await asked(args, signal);
      // The last question is answered: what happens from here on comes as events.
      if (--left === 0)
        queueMicrotask(() => {
          running.core.emit(changed('run_other', 'done'));
          running.core.emit(changed('run_a', 'running'));
          running.core.emit(changed('run_a', 'done'));
          const lost = problem('device.lost', { device: 'cpu', reason: 'gone' });
          running.core.emit({ ...changed('run_b', 'failed'), problems: [lost] } as ReturnType<typeof changed>);
        });
      return found;
    },
  });
  const { code, out, err } = await running.queue('watch', 'run_a', 'run_b', 'run_c');
  expect(code).toBe(1);
  expect(linesOf({ out })).toEqual([
    'run_a  queued',
    'run_b  queued',
    'run_c  done',
    'run_a  running',
    'run_a  done',
    'run_b  failed',
  ]);
  expect(err).toContain('The process that works on cpu ended unexpectedly');
  expect(running.core.listeners).toBe(listened);
});

test('watch without names ends when nothing waits', async () => {
  const { queue } = await queueOf(listing('run_a', { state: 'done' }));
  expect(await queue('watch')).toEqual({ code: 0, out: '', err: '' });
});
