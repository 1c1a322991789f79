import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPngTexts } from '../../src-main/comfy/png-text.ts';
import { deviceNames, devicesNamed, simulatedCard } from '../../src-main/core-devices.ts';
import { openServedCore } from '../../src-main/core-served.ts';
import { systemClock } from '../../src-main/device/clock.ts';
import { inProcessHost } from '../../src-main/device/in-process.ts';
import { a100 } from '../../src-main/device/sim/profiles/cards.ts';
import { cards } from '../../src-main/device/sim/profiles/known-cards.ts';
import { AppError } from '../../src-main/model/errors.ts';
import { isOver } from '../../src-main/model/run.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { root } from '../cli/call.ts';
import { temporaryFolder } from '../store/fixtures.ts';

/** A device that is tried dies at once. */
const options = {
  settings: { cpuBudgetBytes: 7, cpuThreads: 3 },
  open: () => {
    const link = inProcessHost(new Map(), systemClock());
    link.kill();
    return link;
  },
};

const problemsOf = async (text: string) => {
  const error = await devicesNamed(text, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error(`${text} was taken`);
  return error.problems;
};

test('each time that a simulated card is named there is one more of it, and all say that they are simulated', async () => {
  const specs = await devicesNamed('cpu, sim:a100,sim:laptop,sim:a100', options);
  expect(specs.map(({ device }) => device.id)).toEqual(['cpu', 'sim:a100:0', 'sim:laptop:0', 'sim:a100:1']);
  expect(specs[0]).toMatchObject({ device: { budgetBytes: 7, threads: 3 }, runtime: { kind: 'ort' } });
  for (const { device } of specs.slice(1)) expect(device.label).toMatch(/\(simulated\)$/);
  expect(specs[1]!.device.budgetBytes).toBe(80e9);
  expect(specs[1]).not.toEqual({ ...specs[3], device: specs[1]!.device });
});

test('a name that is none is answered with the nearest and all that there are, in both languages', async () => {
  const problems = await problemsOf('sim:a10,gpu,cpu:0,cuda:x');
  expect(problems.map(({ code, values }) => [code, 'device' in values && values.device])).toEqual([
    ['device.unknownName', 'sim:a10'],
    ['device.unknownName', 'gpu'],
    ['device.unknownName', 'cpu:0'],
    ['device.unknownName', 'cuda:x'],
  ]);
  expect(problems[0]!.values).toMatchObject({ nearest: 'sim:a100', known: deviceNames.join(', ') });
  expect(sayProblem(problems[0]!, 'en').remedy).toContain('sim:a100');
  expect(sayProblem(problems[0]!, 'zh').remedy).toContain('sim:a100');
  expect((await problemsOf(' , '))[0]!.code).toBe('device.unknownName');
});

test('a device that cannot be had is refused with the reason, and one that is named twice as well', async () => {
  const [problem] = await problemsOf('cpu,cuda:1');
  expect(problem).toMatchObject({ code: 'device.cannotBeHad', values: { device: 'cuda:1' } });
  expect(problem!.values).toHaveProperty('reason', expect.stringMatching(/./));
  expect(await problemsOf('cpu,sim:a100,cpu')).toMatchObject([
    { code: 'device.namedTwice', values: { device: 'cpu' } },
  ]);
});

test('every card has its sources, and a name of its own', () => {
  for (const { sources } of cards) expect(sources.length).toBeGreaterThan(0);
  expect(new Set(cards.map(({ name }) => name)).size).toBe(cards.length);
});

test('a picture that a simulated card made is made of the laboratory’s pack and says that it is simulated', async () => {
  const devices = [simulatedCard({ ...a100, loadBytesPerMs: 1e9 }, 0)];
  const core = await openServedCore({ home: temporaryFolder(), devices });
  onTestFinished(() => core.close());
  expect((await core.devices()).map(({ label }) => label)).toEqual(['A100 80 GB (simulated)']);
  const over = new Promise<void>((resolve) => {
    core.listen((event) => void (event.type === 'run.changed' && isOver(event.state) && resolve()));
  });
  const { signal } = new AbortController();
  const graph = JSON.parse(readFileSync(path.join(root, 'graphs', 'z-image.kiln.json'), 'utf8'));
  const runs = [{ overrides: { steps: 1, width: 256, height: 256 } }];
  await core.handlers['runs.submit']({ graph, runs, times: 1 } as never, signal);
  await over;
  const { images } = await core.handlers['images.list']({ offset: 0, count: 1 }, signal);
  expect(images[0]).toMatchObject({ width: 256, packs: ['z-image (simulated)'] });
  const texts = readPngTexts((await core.picture(images[0]!.digest))!, 'picture');
  expect(JSON.parse(texts.get('kiln')!)).toMatchObject({ kiln: expect.stringMatching(/ \(simulated\)$/) });
  expect(texts.get('parameters')).toContain('(simulated)');
});
