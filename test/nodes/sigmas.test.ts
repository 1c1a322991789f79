import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import { fakeFacts, fakePack, fakePlanContext } from '../build/fake-node-context.ts';

type Given = Readonly<Record<string, unknown>>;
interface Kind {
  prediction: string;
  settings: { shift?: number; multiplier?: number; zsnr?: boolean };
  patch: string;
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/schedules.json'), 'utf8')) as {
  kinds: Record<string, Kind>;
  nodes: { node: string; kind?: string; inputs: Given; sigmas: number[] }[];
  sigma_ops: { node: string; input: number[]; inputs: Given; outputs: number[][] }[];
};

function scheduleOf({ prediction, settings, patch }: Kind): PackFacts['schedule'] {
  const { shift = 1, multiplier = 1000, zsnr = false } = settings;
  if (prediction === 'flow') return { kind: 'flow', shift, multiplier };
  if (prediction === 'flux') return { kind: 'flux', shift };
  if (prediction === 'edm') return { kind: 'edm', min: 0.002, max: 120 };
  const steps = patch === 'lcm' ? 50 : 1000;
  return { kind: 'betas', start: 0.00085, end: 0.012, zeroTerminalSnr: zsnr, steps };
}

/** A node's outputs, its inputs being their defaults but for those given. */
function planned(name: string, values: Given, facts: PackFacts = fakeFacts): Record<string, unknown> {
  const type = nodeTypes.find((one) => one.type === name)!;
  const defaults = Object.entries(type.inputs).map(([input, of]) => [input, defaultOf(of)]);
  return type.plan!({ ...Object.fromEntries(defaults), ...values }, fakePlanContext(facts));
}

/** The reference's names for inputs that are called otherwise here. */
const renamed: Readonly<Record<string, string>> = {
  sigma_max: 'sigma-max',
  sigma_min: 'sigma-min',
  beta_d: 'beta-d',
  beta_min: 'beta-min',
  eps_s: 'eps',
  model_type: 'model',
  max_shift: 'max-shift',
  base_shift: 'base-shift',
  sampling_percent: 'percent',
  return_actual_sigma: 'actual',
  sigmas: 'text',
  start_at_sigma: 'start',
  end_at_sigma: 'end',
};
const here = (inputs: Given): Given =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [renamed[name] ?? name, value]));

const nodeFor: Readonly<Record<string, string>> = {
  KarrasScheduler: 'sigmas.karras',
  ExponentialScheduler: 'sigmas.exponential',
  PolyexponentialScheduler: 'sigmas.polyexponential',
  LaplaceScheduler: 'sigmas.laplace',
  VPScheduler: 'sigmas.vp',
  AlignYourStepsScheduler: 'sigmas.align-your-steps',
  Flux2Scheduler: 'sigmas.flux',
  LTXVScheduler: 'sigmas.ltxv',
  OptimalStepsScheduler: 'sigmas.optimal-steps',
  GITSScheduler: 'sigmas.gits',
  Ideogram4Scheduler: 'sigmas.ideogram',
  SDTurboScheduler: 'sigmas.sd-turbo',
  BetaSamplingScheduler: 'sigmas.beta',
  BasicScheduler: 'sigmas.schedule',
  SamplingPercentToSigma: 'sigmas.at-percent',
  ManualSigmas: 'sigmas.from-text',
  SplitSigmas: 'sigmas.split',
  SplitSigmasDenoise: 'sigmas.split-denoise',
  FlipSigmas: 'sigmas.flip',
  SetFirstSigma: 'sigmas.set-first',
  ExtendIntermediateSigmas: 'sigmas.extend',
};

function expectSame(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((sigma, i) => {
    expect(Math.abs(found[i]! - sigma) / Math.max(Math.abs(sigma), 1e-12), `[${i}]`).toBeLessThan(2e-6);
  });
}

test.each(golden.nodes.map((one) => [`${one.node} ${JSON.stringify(one.inputs)} ${one.kind ?? ''}`, one] as const))(
  '%s gives the reference’s sigmas',
  (_, { node, inputs, kind, sigmas }) => {
    const facts = kind ? { ...fakeFacts, schedule: scheduleOf(golden.kinds[kind]!) } : fakeFacts;
    const found = planned(nodeFor[node]!, { ...here(inputs), denoiser: fakePack }, facts);
    expectSame((found.sigmas ?? [found.sigma]) as number[], sigmas);
  },
);

test.each(golden.sigma_ops.map((one) => [`${one.node} ${JSON.stringify(one.inputs)}`, one] as const))(
  '%s edits sigmas as the reference does',
  (_, { node, input, inputs, outputs }) => {
    const found = Object.values(planned(nodeFor[node]!, { ...here(inputs), sigmas: input })) as number[][];
    expect(found.length).toBe(outputs.length);
    outputs.forEach((wanted, i) => {
      expectSame(found[i]!, wanted);
    });
  },
);

test('a slice keeps the steps between two, and may end without noise', () => {
  const sigmas = [8, 4, 2, 1, 0];
  expect(planned('sigmas.slice', { sigmas, start: 1, end: 3 }).sigmas).toEqual([4, 2, 1]);
  expect(planned('sigmas.slice', { sigmas, start: 1, end: 3, finish: true }).sigmas).toEqual([4, 2, 0]);
  expect(planned('sigmas.slice', { sigmas, start: 9 }).sigmas).toEqual([]);
});

function problemsOf(name: string, values: Given): readonly Problem[] {
  try {
    planned(name, values);
  } catch (error) {
    return problemsOfError(error);
  }
  return [];
}

test('a text without numbers is a problem of its input', () => {
  for (const text of ['', 'none at all', '1, ..5, 0'])
    expect(problemsOf('sigmas.from-text', { text })).toMatchObject([{ code: 'input.wrongKind', input: 'text' }]);
});

test('sigmas that would rise are refused, at the input that is too large', () => {
  for (const name of ['karras', 'exponential', 'polyexponential', 'laplace'])
    expect(problemsOf(`sigmas.${name}`, { 'sigma-max': 1, 'sigma-min': 2 })).toMatchObject([
      { code: 'input.outOfRange', input: 'sigma-min', values: { node: `sigmas.${name}`, value: '2', max: '1' } },
    ]);
});

test('a list that would have no end is refused', () => {
  const sigmas = Array.from({ length: 50_000 }, (_, i) => 50_000 - i);
  expect(problemsOf('sigmas.extend', { sigmas, steps: 100 })).toMatchObject([
    { code: 'input.outOfRange', input: 'steps' },
  ]);
});

test('an empty list stays one', () => {
  for (const name of ['flip', 'set-first', 'extend', 'slice', 'split', 'split-denoise'])
    for (const found of Object.values(planned(`sigmas.${name}`, { sigmas: [] }))) expect(found).toEqual([]);
});
