import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { GivenRules } from '../../src-main/engine/affinity-rules.ts';
import { type PlanRequest, plan } from '../../src-main/engine/plan.ts';
import { ok, type Problem, problem, unwrap } from '../../src-main/model/errors.ts';
import type { DeviceId, StepId } from '../../src-main/model/ids.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { Plan, Step } from '../../src-main/model/run.ts';
import { problemLine } from '../../src-main/texts/say.ts';
import { fakeFacts } from '../build/fake-node-context.ts';
import { type BodySketch, catalog, graphOf, type SubgraphSketch, specs, textToImage } from '../build/graph.ts';

const devices = [
  { id: 'cpu', provider: 'cpu' },
  { id: 'cuda:0', provider: 'cuda' },
  { id: 'cuda:1', provider: 'cuda' },
] as never as PlanRequest['devices'];
const all = ['cpu', 'cuda:0', 'cuda:1'];
const starter: PackFacts = { ...fakeFacts, ref: { ...fakeFacts.ref, packId: 'starter' as never } };

interface Options extends Partial<Pick<PlanRequest, 'rules' | 'device' | 'salt' | 'devices'>> {
  readonly body?: BodySketch;
  readonly subgraphs?: Readonly<Record<string, SubgraphSketch>>;
}

function planned(affinity: string | readonly string[], { body = textToImage, subgraphs, ...more }: Options = {}) {
  const graph = graphOf(body, subgraphs);
  graph.affinity = typeof affinity === 'string' ? [affinity] : [...affinity];
  return plan({
    graph,
    catalog,
    specs,
    opened: new Map([['starter', ok(starter)]]),
    packs: {
      facts: () => starter,
      vocabulary: () => null,
      tokenize: () => [{ part: 'text-encoder', ids: [], mask: [], unknown: [], cut: '' }],
    },
    devices,
    hash: (content) => createHash('sha256').update(content).digest('hex'),
    ...more,
  });
}

const made = (...args: Parameters<typeof planned>): Plan => unwrap(planned(...args));
const problemsOf = (...args: Parameters<typeof planned>): readonly Problem[] => {
  const found = planned(...args);
  return found.ok ? [] : found.problems;
};
const stepOf = (found: Plan, id: string): Step => found.steps.get(id as StepId)!;
const allowedIn = (found: Plan, ...ids: string[]) => ids.map((id) => stepOf(found, id).allowed);
const besideIn = (found: Plan, id: string) => stepOf(found, id).placing?.beside ?? [];
const global = (...rules: string[]): GivenRules => ({ from: 'settings', pack: '', rules });
const ofPack = (pack: string, ...rules: string[]): GivenRules => ({ from: 'pack', pack, rules });

test('a rule leaves a step the devices that it names, and tells the plan which rule it was; others may run anywhere', () => {
  const found = made('text-encoder=cpu, denoiser=cuda');
  expect(allowedIn(found, 'encode', 'sample', 'decode')).toEqual([['cpu'], ['cuda:0', 'cuda:1'], all]);
  expect(stepOf(found, 'encode').placing).toEqual({
    rules: [{ rule: 'text-encoder=cpu', from: 'graph', pack: '' }],
    wished: [],
    beside: [],
  });
  expect(stepOf(found, 'decode').placing).toBeUndefined();
});

test('a graph’s rule goes before its pack’s, and that before the one for every graph, part by part', () => {
  const rules = [
    global('denoiser=cuda:0, vae=cuda:0, text-encoder=cuda:0'),
    ofPack('starter', 'denoiser=cuda:1, vae=cuda:1'),
    ofPack('other', 'text-encoder=cuda:1'),
  ];
  expect(allowedIn(made('vae=cpu', { rules }), 'encode', 'sample', 'decode')).toEqual([
    ['cuda:0'],
    ['cuda:1'],
    ['cpu'],
  ]);
  expect(allowedIn(made('denoiser=*', { rules }), 'sample')).toEqual([all]);
});

test('a node’s rule goes before its part’s, a part’s before its family’s, and two of one kind both hold', () => {
  expect(allowedIn(made('decode=cpu, vae-decoder=cuda:0, vae=cuda:1'), 'decode')).toEqual([['cpu']]);
  expect(allowedIn(made('vae=cuda:1, vae-decoder=cuda:0'), 'decode')).toEqual([['cuda:0']]);
  expect(allowedIn(made(['vae=!cpu', 'vae=!cuda:1']), 'decode')).toEqual([['cuda:0']]);
});

test('a node inside a subgraph is placed by its path, and all that is in it by the subgraph’s node', () => {
  const { encode, ...rest } = textToImage.nodes;
  const body: BodySketch = {
    nodes: {
      ...rest,
      words: { type: 'subgraph:words', from: { encoder: 'open.text-encoder' } },
      sample: { ...rest.sample!, from: { ...rest.sample!.from, positive: 'words.conditioning' } },
    },
  };
  const inner: SubgraphSketch = {
    nodes: { encode: { type: encode!.type, values: encode!.values! } },
    exposed: { encoder: 'encode.encoder' },
    outputs: { conditioning: 'encode.conditioning' },
  };
  const options = { body, subgraphs: { words: inner } };
  expect(allowedIn(made('words=cuda:0', options), 'words/encode')).toEqual([['cuda:0']]);
  expect(allowedIn(made('words=cuda:0, words/encode=cpu', options), 'words/encode')).toEqual([['cpu']]);
});

test('a wish narrows nothing, is kept beside what must be, and gives way where it asks for what may not be', () => {
  const found = made('denoiser~=cuda:1', { rules: [global('denoiser=cuda')] });
  expect(stepOf(found, 'sample')).toMatchObject({
    allowed: ['cuda:0', 'cuda:1'],
    placing: { wished: ['cuda:1'], rules: [{ rule: 'denoiser=cuda' }, { rule: 'denoiser~=cuda:1' }] },
  });
  expect(stepOf(made('denoiser~=cpu', { rules: [global('denoiser=cuda')] }), 'sample').placing?.wished).toEqual([]);
  expect(problemsOf('denoiser~=webgpu')).toEqual([]);
  expect(stepOf(made('denoiser~=webgpu, vae=*, upscaler=same-as(vae)'), 'sample').placing).toBeUndefined();
});

test('what goes where another part is, may go where both may, and both know of one another', () => {
  const found = made('vae=same-as(denoiser), denoiser=cuda');
  expect(allowedIn(found, 'sample', 'decode')).toEqual([
    ['cuda:0', 'cuda:1'],
    ['cuda:0', 'cuda:1'],
  ]);
  expect(besideIn(found, 'decode')).toEqual([{ step: 'sample', must: true }]);
  expect(besideIn(found, 'sample')).toEqual([{ step: 'decode', must: true }]);
  expect(besideIn(made('vae~=same-as(denoiser)'), 'sample')).toEqual([{ step: 'decode', must: false }]);
  expect(besideIn(made('upscaler=same-as(denoiser)'), 'sample')).toEqual([]);
});

test('of several denoisers the nearest is meant: up the links, then down them', () => {
  const { nodes } = textToImage;
  const body: BodySketch = {
    nodes: {
      ...nodes,
      refine: { ...nodes.sample!, from: { ...nodes.sample!.from, latent: 'sample.latent' } },
      decode: { ...nodes.decode!, from: { ...nodes.decode!.from, latent: 'refine.latent' } },
    },
  };
  const found = made('vae=same-as(denoiser), text-encoder=same-as(denoiser)', { body });
  const names = (id: string) => besideIn(found, id).map(({ step }) => step);
  expect(names('decode')).toEqual(['refine']);
  expect(names('encode')).toEqual(['sample']);
  expect(names('sample')).toEqual(['encode']);
});

test('whoever goes together with one that is bound goes with all of them, and a wish of one is a wish of all', () => {
  const found = made('text-encoder=same-as(denoiser), vae=same-as(denoiser), vae=!cpu, denoiser~=cuda:1');
  for (const id of ['encode', 'sample', 'decode'])
    expect(stepOf(found, id)).toMatchObject({ allowed: ['cuda:0', 'cuda:1'], placing: { wished: ['cuda:1'] } });
  expect(besideIn(found, 'encode')).toHaveLength(2);
});

test('a device that is named for a run goes before every rule, but what is wrong with a rule is told', () => {
  const found = made('denoiser=cuda', { device: 'cpu' as DeviceId });
  expect(allowedIn(found, 'sample', 'decode')).toEqual([['cpu'], ['cpu']]);
  expect(problemsOf('denoiser=', { device: 'cpu' as DeviceId })).toHaveLength(1);
});

test('a result that depends on its device depends on the rules that choose it, any other does not', () => {
  const keys = (rule: string, salt?: string) =>
    ['encode', 'sample'].map((id) => stepOf(made(rule, salt === undefined ? {} : { salt }), id).key);
  expect(keys('denoiser=cuda:0')).toEqual(keys('denoiser=cuda:1'));
  const [one, other] = [keys('denoiser=cuda:0', 'salt'), keys('denoiser=cuda:1', 'salt')];
  expect(one[0]).toBe(other[0]);
  expect(one[1]).not.toBe(other[1]);
});

test('rules that name what is not there, or cannot be read, are problems with their place, all at once', () => {
  const rules = [global('sample=cpu'), ofPack('starter', 'vae=cdua:0')];
  expect(problemsOf('denoisr=cpu, vae=same-as(sampl), vae=', { rules })).toEqual([
    problem('affinity.unknownTarget', {
      rule: 'sample=cpu',
      from: 'settings',
      pack: '',
      target: 'sample',
      nearest: expect.any(String) as never,
      known: expect.stringContaining('denoiser') as never,
    }),
    problem('affinity.unknownDevice', {
      rule: 'vae=cdua:0',
      from: 'pack',
      pack: 'starter',
      device: 'cdua:0',
      nearest: 'cuda:0',
      known: 'cpu, cuda:0, cuda, cuda:1',
    }),
    expect.objectContaining({
      code: 'affinity.malformed',
      values: expect.objectContaining({ column: 38, found: '', expected: 'where', from: 'graph' }) as never,
    }),
    expect.objectContaining({
      code: 'affinity.unknownTarget',
      values: expect.objectContaining({ target: 'denoisr', nearest: 'denoiser' }) as never,
    }),
    expect.objectContaining({
      code: 'affinity.unknownTarget',
      values: expect.objectContaining({ target: 'sampl', nearest: 'sample' }) as never,
    }),
  ]);
});

test('what is wrong with a pack’s rules does not concern graphs without that pack', () => {
  expect(problemsOf([], { rules: [ofPack('other', 'nonsense')] })).toEqual([]);
  expect(problemsOf([], { rules: [ofPack('starter', 'nonsense')] })).toHaveLength(1);
});

test('a kind of device that is not here is suggested where it is what was meant', () => {
  const [cpu] = devices;
  expect(problemsOf('vae=cdua', { devices: [cpu!] })).toMatchObject([{ values: { nearest: 'cuda', known: 'cpu' } }]);
});

test('a rule that no device here can satisfy is a problem once, with the rule, its source and what there is', () => {
  const [found, ...others] = problemsOf([], { rules: [ofPack('starter', 'denoiser=webgpu:0, upscaler=webgpu:0')] });
  expect(others).toEqual([]);
  expect(found).toEqual(
    problem(
      'affinity.noDevice',
      { rule: 'denoiser=webgpu:0', from: 'pack', pack: 'starter', node: 'sample', devices: 'cpu, cuda:0, cuda:1' },
      { nodeId: 'sample' as never },
    ),
  );
  expect(problemLine(found!, 'en')).toBe(
    'The rule of placement “denoiser=webgpu:0” of the pack “starter” leaves no device to the node “sample”; there are here: cpu, cuda:0, cuda:1. Change the rule, make it a wish with ~= instead of =, or choose a device for this run.',
  );
  expect(problemLine(found!, 'zh')).toContain('按照模型包“starter”的设备分配规则“denoiser=webgpu:0”，没有设备');
  const apart = problemsOf('denoiser=cuda, vae=cpu, decode=same-as(denoiser), vae-decoder=cpu');
  expect(apart).toEqual([]);
  expect(problemsOf('denoiser=cuda, text-encoder=cpu, decode=same-as(denoiser), decode=same-as(encode)')).toEqual([
    problem(
      'affinity.apart',
      { rule: 'decode=same-as(encode)', from: 'graph', pack: '', node: 'decode', other: 'encode' },
      { nodeId: 'decode' as never },
    ),
  ]);
});
