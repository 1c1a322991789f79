import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { failed, problem } from '../../src-main/model/errors.ts';
import type { GraphId, JobId, NodeId, RunId } from '../../src-main/model/ids.ts';
import { smallPng } from '../build/small-png.ts';
import { call, emptyFolder, graphFile, imageGraphFile } from './call.ts';
import { fakeCore, pictureOf, progressed } from './fake-core.ts';

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const jsonOf = (text: string) => linesOf(text).map((line) => JSON.parse(line));

test('one picture path per line on stdout, in the order of the runs, whoever ends first', async () => {
  const cwd = emptyFolder();
  const core = fakeCore({
    onSubmit: (fake) => {
      for (const place of [2, 0, 1]) fake.finish(place);
    },
  });
  const { code, out, err } = await call(['run', graphFile, '--times', '3', '--out', 'p'], { cwd, core });
  expect([code, err]).toEqual([0, '']);
  const files = linesOf(out);
  expect(files.map((file) => path.basename(file).slice(0, 6))).toEqual(['fox-0-', 'fox-1-', 'fox-2-']);
  expect(files.map((file) => readFileSync(path.join(cwd, file), 'utf8'))).toEqual([
    'picture 0',
    'picture 1',
    'picture 2',
  ]);
  expect(core.closed).toBe(true);
});

test('--json prints a line for each run', async () => {
  const cwd = emptyFolder();
  const { code, out } = await call(['run', graphFile, '--json', '--out', 'p'], { cwd, core: fakeCore() });
  expect(code).toBe(0);
  const { digest } = pictureOf(0);
  expect(jsonOf(out)).toEqual([
    {
      type: 'run.finished',
      runId: 'run_0',
      state: 'done',
      ms: 12,
      images: [
        {
          path: path.join('p', `fox-0-${digest.slice(0, 8)}.png`),
          width: 64,
          height: 64,
          sha256: digest,
          seed: '0',
          node: 'save',
        },
      ],
    },
  ]);
});

test('without --out pictures stay in the gallery, which stderr says where it is', async () => {
  const cwd = emptyFolder();
  const plain = await call(['run', graphFile], { cwd, core: fakeCore() });
  expect([plain.code, plain.out]).toEqual([0, '']);
  expect(plain.err).toContain(path.join(cwd, 'home'));
  const json = await call(['run', graphFile, '--json'], { cwd, core: fakeCore() });
  expect(jsonOf(json.out)[0].images[0].path).toBeNull();
});

test('previews are written only where a graph keeps nothing', async () => {
  const preview = pictureOf(0, { kept: false, nodeId: 'look' as NodeId, seed: '99' });
  for (const [images, nodes] of [
    [[preview, pictureOf(0)], ['save']],
    [[preview], ['look']],
  ] as const) {
    const core = fakeCore({ onSubmit: (fake) => fake.finish(0, { images }) });
    const { out } = await call(['run', graphFile, '--json', '--out', 'p'], { cwd: emptyFolder(), core });
    expect(jsonOf(out)[0].images.map(({ node }: { node: string }) => node)).toEqual(nodes);
  }
});

test('a failed run does not stop the others; its problems are told on stderr and in its line', async () => {
  const cwd = emptyFolder();
  const lost = problem('device.lost', { device: 'cpu', reason: 'killed' });
  const core = fakeCore({
    onSubmit: (fake) => {
      fake.finish(0, { state: 'failed', problems: [lost] });
      fake.finish(1);
    },
  });
  const { code, out, err } = await call(['run', graphFile, '--times', '2', '--json', '--out', 'p'], { cwd, core });
  expect(code).toBe(1);
  const [first, second] = jsonOf(out);
  expect([first.state, first.images, first.problems[0].code, first.problems[0].node]).toEqual([
    'failed',
    [],
    'device.lost',
    null,
  ]);
  expect([second.state, second.images.length]).toEqual(['done', 1]);
  expect(linesOf(err)).toEqual(['run 1 of 2 failed', expect.stringMatching(/^error: The process that works on cpu/)]);
});

test('the same problem of many runs is told once', async () => {
  const broken = problem('image.broken', { name: 'a.png', reason: 'cut off' }, { nodeId: 'load' as NodeId });
  const core = fakeCore({
    onSubmit: (fake, runs) => {
      for (const place of runs.keys()) fake.finish(place, { state: 'failed', problems: [broken] });
    },
  });
  const { code, err } = await call(['run', graphFile, '--times', '3'], { cwd: emptyFolder(), core });
  expect(code).toBe(2);
  expect(linesOf(err).filter((line) => line.startsWith('error'))).toHaveLength(1);
});

test('a warning is told once, whatever runs it came from', async () => {
  const words = problem('prompt.unknownWords', { words: 'xyzzy', near: '' }, { nodeId: 'positive' as NodeId });
  const core = fakeCore({
    onSubmit: (fake, runs) => {
      for (const [place, runId] of runs.entries()) {
        fake.emit({ type: 'run.warned', runId, graphId: 'graph' as GraphId, problems: [words] });
        fake.finish(place);
      }
    },
  });
  const { code, err } = await call(['run', graphFile, '--times', '3', '--out', 'p'], { cwd: emptyFolder(), core });
  expect(code).toBe(0);
  expect(linesOf(err)).toEqual([expect.stringMatching(/^warning: positive \(Prompt\): .*xyzzy/)]);
});

test('what is said of runs of others is not repeated', async () => {
  const core = fakeCore({
    onSubmit: (fake) => {
      const theirs = { runId: 'run_x' as RunId, graphId: 'graph' as GraphId };
      fake.emit({ type: 'run.changed', ...theirs, state: 'failed', problems: [], images: [], ms: 1 });
      fake.emit({ type: 'job.retried', ...theirs, jobId: 'job_x' as JobId, nodeId: 'x' as NodeId, problems: [] });
      fake.finish(0);
    },
  });
  const { code, err } = await call(['run', graphFile, '--out', 'p'], { cwd: emptyFolder(), core });
  expect([code, err]).toEqual([0, '']);
});

test('tier, device and overrides reach the core, and files before the runs that read them', async () => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, 'photo.png'), smallPng());
  const core = fakeCore();
  const words = ['--set', 'image=photo.png', '--set', 'strength=0.5', '--tier', 'background', '--device', 'cpu'];
  const { code } = await call(['run', imageGraphFile, ...words], { cwd, core });
  expect(code).toBe(0);
  const [file] = [...core.files];
  expect(file![1]).toBe('photo.png');
  expect(core.submissions).toMatchObject([
    {
      tier: 'background',
      device: 'cpu',
      overrides: [{ image: { digest: file![0], name: 'photo.png' }, strength: 0.5 }],
    },
  ]);
});

test('a refused submission ends with 2 and leaves nothing', async () => {
  const cwd = emptyFolder();
  const refuse = failed([problem('device.unknown', { device: 'cuda:9', known: 'cpu' })]);
  const core = fakeCore({ refuse });
  const { code, out, err } = await call(['run', graphFile, '--device', 'cuda:9', '--out', 'p'], { cwd, core });
  expect([code, out, linesOf(err).length, core.closed]).toEqual([2, '', 1, true]);
  expect(readdirSync(cwd)).toEqual([]);
});

test('Ctrl-C cancels what is not over, waits for it, and keeps what is finished', async () => {
  const cwd = emptyFolder();
  const interrupt = new AbortController();
  const core = fakeCore({
    onSubmit: (fake) => {
      fake.finish(0);
      fake.emit(progressed(1, 1, 8));
      interrupt.abort();
    },
  });
  const words = ['run', graphFile, '--times', '3', '--json', '--out', 'p'];
  const { code, out } = await call(words, { cwd, core, interrupted: interrupt.signal });
  expect(code).toBe(130);
  expect(core.cancelled).toEqual(['run_1', 'run_2']);
  expect(jsonOf(out).map(({ state }) => state)).toEqual(['done', 'cancelled', 'cancelled']);
  expect(readdirSync(path.join(cwd, 'p'))).toHaveLength(1);
  expect(core.closed).toBe(true);
});

test('Ctrl-C before anything was submitted ends without a trace', async () => {
  const cwd = emptyFolder();
  const { code, err } = await call(['run', graphFile, '--out', 'p'], { cwd, interrupted: AbortSignal.abort() });
  expect([code, err]).toEqual([130, 'Cancelled.\n']);
  expect(readdirSync(cwd)).toEqual([]);
});

test('a picture that cannot be written cancels the rest and is said once', async () => {
  const cwd = emptyFolder();
  const core = fakeCore({ onSubmit: (fake) => fake.finish(0) });
  const { openCore } = {
    openCore: async () => {
      writeFileSync(path.join(cwd, 'p'), 'in the way by now');
      return core;
    },
  };
  const { code, out, err } = await call(['run', graphFile, '--times', '3', '--json', '--out', 'p'], { cwd, openCore });
  expect(code).toBe(2);
  expect(jsonOf(out).map(({ state }) => state)).toEqual(['done', 'cancelled', 'cancelled']);
  expect(jsonOf(out)[0]).toMatchObject({ images: [{ path: null }], problems: [{ code: 'folder.notWritable' }] });
  expect(linesOf(err)).toHaveLength(1);
  expect(readdirSync(cwd)).toEqual(['p']);
});

test('a picture that is gone from the store is a failure, not a bad input', async () => {
  const gone = pictureOf(0, { digest: pictureOf(7).digest });
  const core = fakeCore({ onSubmit: (fake) => fake.finish(0, { images: [gone] }) });
  const { code, err } = await call(['run', graphFile, '--out', 'p'], { cwd: emptyFolder(), core });
  expect(code).toBe(1);
  expect(linesOf(err)).toHaveLength(1);
});

test('--trace writes what the core recorded, and never over a file that is read', async () => {
  const cwd = emptyFolder();
  const { code } = await call(['run', graphFile, '--trace', 't/trace.json'], { cwd, core: fakeCore() });
  expect([code, readFileSync(path.join(cwd, 't/trace.json'), 'utf8')]).toEqual([0, '{"traceEvents":[]}']);
  writeFileSync(path.join(cwd, 'g.json'), readFileSync(graphFile));
  const onGraph = await call(['run', 'g.json', '--trace', './g.json'], { cwd });
  expect([onGraph.code, readFileSync(path.join(cwd, 'g.json'), 'utf8')]).toEqual([2, readFileSync(graphFile, 'utf8')]);
});

test('what nobody expected is our mistake: one sentence, the stack in the log', async () => {
  const cwd = emptyFolder();
  const openCore = async () => {
    throw new TypeError('x is not a function');
  };
  for (const [lang, words] of [
    ['en', 'our mistake'],
    ['zh', '我们的错误'],
  ] as const) {
    const { code, out, err } = await call(['run', graphFile, '--lang', lang], { cwd, openCore });
    expect([code, out, linesOf(err).length]).toEqual([1, '', 1]);
    expect(err).toContain(words);
    expect(err).toContain(path.join(cwd, 'home', 'logs', 'kiln.log'));
    expect(err).not.toContain('not a function');
  }
  expect(readFileSync(path.join(cwd, 'home/logs/kiln.log'), 'utf8')).toMatch(/TypeError: x is not a function\n +at /);
});

test('check tells what can be set, runs nothing and writes nothing', async () => {
  const cwd = emptyFolder();
  const core = fakeCore();
  const { code, out, err } = await call(['check', graphFile, '--set', 'prompt=a cat'], { cwd, core });
  expect([code, err]).toEqual([0, 'Text to image can run.\n']);
  expect(linesOf(out)).toContain('prompt=a cat');
  expect(linesOf(out)).toContain('seed=7');
  expect([core.submissions, existsSync(path.join(cwd, 'home'))]).toEqual([[], false]);
  const wrong = await call(['check', graphFile, '--set', 'steps=0', '--set', 'cfg=no', '--json'], { cwd });
  expect(wrong.code).toBe(2);
  expect(jsonOf(wrong.out)[0]).toMatchObject({
    ok: false,
    problems: [
      { code: 'input.outOfRange', node: 'sample', input: 'steps' },
      { code: 'input.wrongKind', node: 'sample', input: 'cfg' },
    ],
  });
});

test('nodes lists the types, and describes one', async () => {
  const cwd = emptyFolder();
  expect((await call(['nodes'], { cwd })).out).toMatch(/^latent\.sample +Sample +/m);
  expect((await call(['nodes', 'latent.sample', '--lang', 'zh'], { cwd })).out).toMatch(/steps +int +.*1 – /);
  expect(jsonOf((await call(['nodes', 'image.save', '--json'], { cwd })).out)).toMatchObject([{ type: 'image.save' }]);
});
