import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type PlanRequest, packNames, plan } from '../../src-main/engine/plan.ts';
import { failed, ok, problem, type Result, unwrap } from '../../src-main/model/errors.ts';
import type { DeviceId, Digest, StepId } from '../../src-main/model/ids.ts';
import type { PackFacts, PackRef } from '../../src-main/model/pack.ts';
import type { Plan } from '../../src-main/model/run.ts';
import { fakeFacts } from '../build/fake-node-context.ts';
import {
  type BodySketch,
  catalog,
  graphOf,
  type NodeSketch,
  type SubgraphSketch,
  specs,
  textToImage,
} from '../build/graph.ts';

const factsOf = (digest: string, packId = 'starter'): PackFacts => ({
  ...fakeFacts,
  ref: { ...fakeFacts.ref, packId: packId as PackRef['packId'], digest: digest as Digest },
});
const starter = factsOf('a'.repeat(64));

interface Options {
  readonly packs?: readonly PackFacts[];
  readonly opened?: ReadonlyMap<string, Result<PackFacts>>;
  readonly salt?: string;
  readonly subgraphs?: Readonly<Record<string, SubgraphSketch>>;
}

function planned(sketch: BodySketch, options: Options = {}): Result<Plan> {
  const packs = options.packs ?? [starter];
  const request: PlanRequest = {
    graph: graphOf(sketch, options.subgraphs),
    catalog,
    specs,
    opened: options.opened ?? new Map(packs.map((facts) => [facts.ref.packId as string, ok(facts)])),
    packs: {
      facts: (ref) => packs.find((facts) => facts.ref.digest === ref.digest)!,
      vocabulary: () => null,
      tokenize: (_, text) => {
        const words = text.split(' ');
        const tokens = {
          part: 'text-encoder' as const,
          ids: words.map(({ length }) => length),
          mask: [],
          unknown: words.filter((word) => word === 'Xyzzy'),
          cut: '',
        };
        return [tokens];
      },
    },
    devices: [{ id: 'sim:0' as DeviceId, provider: 'sim' }],
    hash: (content) => createHash('sha256').update(content).digest('hex'),
    ...(options.salt === undefined ? {} : { salt: options.salt }),
  };
  return plan(request);
}

const made = (sketch: BodySketch, options?: Options): Plan => unwrap(planned(sketch, options));
const keysOf = ({ steps }: Plan) => [...steps.values()].map(({ key }) => key);
const keyOf = (plan: Plan, id: string) => plan.steps.get(id as StepId)?.key;
const withNode = (id: string, change: Partial<NodeSketch>): BodySketch => ({
  ...textToImage,
  nodes: { ...textToImage.nodes, [id]: { ...textToImage.nodes[id]!, ...change } },
});
const withValues = (id: string, values: NodeSketch['values']) =>
  withNode(id, { values: { ...textToImage.nodes[id]!.values, ...values } });

test('what needs no device is computed while planning, and only steps for hosts are left, sources first', () => {
  const { order, sinks, steps } = made(textToImage);
  expect(order).toEqual(['encode', 'sample', 'decode', 'save']);
  expect(sinks).toEqual(['save']);
  expect(steps.get('sample' as StepId)).toMatchObject({
    nodeType: 'latent.sample',
    inputs: {
      denoiser: { literal: starter.ref },
      positive: { step: 'encode', output: 'conditioning' },
      seed: { literal: '7' },
      steps: { literal: 6 },
      cfg: { literal: 1 },
      sampler: { literal: 'euler' },
      exact: { literal: false },
    },
    needs: ['denoiser@fake'],
    allowed: ['sim:0'],
    calls: 6,
    readers: 1,
    sink: null,
    keep: 'memory',
  });
  expect(steps.get('sample' as StepId)?.inputs).not.toHaveProperty('latent');
  expect(steps.get('save' as StepId)).toMatchObject({ sink: 'gallery', keep: 'disk', readers: 0, needs: [] });
});

test('prepared values are in the plan, and their warnings go with the run, at their node', () => {
  const plan = made(withValues('encode', { text: 'a Xyzzy fox' }));
  expect(plan.steps.get('encode' as StepId)?.prepared).toEqual({ ids: [1, 5, 3] });
  expect(plan.warnings).toEqual([
    problem('prompt.unknownWords', { words: 'Xyzzy', near: '' }, { nodeId: 'encode' as never }),
  ]);
});

test('what no sink needs is left out, whatever is wrong with it', () => {
  const extra: BodySketch = {
    nodes: {
      ...textToImage.nodes,
      unread: { type: 'image.blend', from: { a: 'decode.image' } },
      alien: { type: 'somebody.elses', values: { x: 1 } },
      broken: { type: 'latent.sample', values: { steps: -1 } },
    },
  };
  expect(made(extra).order).toEqual(made(textToImage).order);
});

test('readers are counted by input', () => {
  const plan = made({
    nodes: {
      load: { type: 'image.now' },
      blend: { type: 'image.blend', from: { a: 'load.image', b: 'load.image' } },
      save: { type: 'image.save', from: { image: 'blend.image' } },
      also: { type: 'image.save', from: { image: 'load.image' } },
    },
  });
  expect([...plan.steps.values()].map(({ id, readers }) => [id, readers])).toEqual([
    ['load', 3],
    ['blend', 1],
    ['save', 0],
    ['also', 0],
  ]);
});

test('the same graph in other places, under other titles and ids, has the same keys', () => {
  const renamed = (end: string) => `n_${end}`;
  const moved: BodySketch = {
    nodes: Object.fromEntries(
      Object.entries(textToImage.nodes)
        .reverse()
        .map(([id, node], i) => [
          renamed(id),
          {
            ...node,
            at: [i * 100, -i],
            title: `Title ${i}`,
            from: Object.fromEntries(Object.entries(node.from ?? {}).map(([input, end]) => [input, renamed(end)])),
          } satisfies NodeSketch,
        ]),
    ),
  };
  expect(keysOf(made(moved))).toEqual(keysOf(made(textToImage)));
});

test('a value that is the default has the key of no value', () => {
  expect(keysOf(made(withValues('sample', { cfg: 1, sampler: 'euler' })))).toEqual(keysOf(made(textToImage)));
});

test('a value on a link has the key of the value itself', () => {
  const { seed: _, ...from } = textToImage.nodes.sample!.from!;
  const direct = withNode('sample', { from, values: { steps: 6, seed: '7' } });
  expect(keysOf(made(direct))).toEqual(keysOf(made(textToImage)));
});

test('making a subgraph changes no key', () => {
  const { encode, sample, ...outer } = textToImage.nodes;
  const { positive, ...sampleFrom } = sample!.from!;
  const sketch: BodySketch = {
    nodes: {
      ...outer,
      group: {
        type: 'subgraph:inner',
        values: { prompt: 'a red fox' },
        from: { ...sampleFrom, encoder: 'open.text-encoder' },
      },
      decode: { ...outer.decode!, from: { ...outer.decode!.from, latent: 'group.latent' } },
    },
  };
  const inner: SubgraphSketch = {
    nodes: {
      encode: { ...encode!, values: { text: 'something else' }, from: {} },
      sample: { ...sample!, from: { positive: positive! } },
    },
    exposed: { prompt: 'encode.text', encoder: 'encode.encoder', denoiser: 'sample.denoiser', seed: 'sample.seed' },
    outputs: { latent: 'sample.latent' },
  };
  const plan = made(sketch, { subgraphs: { inner } });
  expect(plan.order).toEqual(['group/encode', 'group/sample', 'decode', 'save']);
  expect(plan.steps.get('group/sample' as StepId)?.nodeId).toBe('group');
  expect(keysOf(plan)).toEqual(keysOf(made(textToImage)));
});

test.each([
  ['a value', withValues('sample', { steps: 7 }), 'sample'],
  ['a choice', withValues('sample', { sampler: 'heun' }), 'sample'],
  ['a value upstream', withValues('encode', { text: 'a blue fox' }), 'encode'],
  ['a planned value upstream', withValues('seed', { seed: '8' }), 'sample'],
  ['a value that only differs in kind', withValues('sample', { exact: true }), 'sample'],
])('%s that changes gives other keys from there on, and the same ones before', (_, sketch, from) => {
  const [before, after] = [made(textToImage), made(sketch)];
  const changed = before.order.indexOf(from as StepId);
  before.order.forEach((id, i) => {
    if (i < changed) expect(keyOf(after, id)).toBe(keyOf(before, id));
    else expect(keyOf(after, id)).not.toBe(keyOf(before, id));
  });
});

test('seeds beyond 2^53 keep their last digit in the key', () => {
  const at = (seed: string) => keyOf(made(withValues('seed', { seed })), 'sample');
  expect(at('18446744073709551615')).not.toBe(at('18446744073709551614'));
  expect(at('007')).toBe(at('7'));
});

test('another pack gives other keys, the same pack in another folder does not', () => {
  const keysWith = (facts: PackFacts, name: string) =>
    keysOf(made(withNode('open', { values: { pack: name } }), { packs: [facts] }));
  const base = keysWith(starter, 'starter');
  const withEncoder = (key: string): PackFacts => ({
    ...factsOf('b'.repeat(64)),
    parts: fakeFacts.parts.map((part) => (part.name === 'text-encoder' ? { ...part, key: key as never } : part)),
  });
  expect(keysWith(withEncoder('text-encoder@other'), 'starter').some((key) => base.includes(key))).toBe(false);
  expect(keysWith(factsOf('a'.repeat(64), 'elsewhere'), 'elsewhere')).toEqual(base);
});

test('a file is its bytes, not its name', () => {
  const at = (digest: string, name: string) =>
    keysOf(
      made({
        nodes: {
          load: { type: 'image.load', values: { file: { digest: digest.repeat(64), name } } },
          save: { type: 'image.save', from: { image: 'load.image' } },
        },
      }),
    );
  expect(at('1', 'a.png')).toEqual(at('1', 'b.png'));
  expect(at('1', 'a.png')).not.toEqual(at('2', 'a.png'));
});

test('packs with the same text encoder, joined in the same way, share conditioning and nothing else', () => {
  const base = made(textToImage);
  const other = factsOf('b'.repeat(64));
  const same = made(withNode('open', { values: { pack: 'starter' } }), { packs: [other] });
  const encodes = [...base.steps.values()].filter(({ nodeType }) => nodeType === 'text.encode').map(({ id }) => id);
  expect(encodes.length).toBeGreaterThan(0);
  for (const id of base.order)
    expect(keyOf(same, id) === keyOf(base, id), id).toBe(encodes.includes(id) || id === 'seed');
  const joined = made(textToImage, { packs: [{ ...other, text: { ...other.text, pooled: ['text-encoder'] } }] });
  for (const id of encodes) expect(keyOf(joined, id)).not.toBe(keyOf(base, id));
});

test('what a deterministic run depends on is in its keys', () => {
  const plain = keysOf(made(textToImage));
  const salted = keysOf(made(textToImage, { salt: 'cpu 1 thread' }));
  expect(salted.some((key) => plain.includes(key))).toBe(false);
});

test('what may not be reused has no key, and neither has what depends on it', () => {
  const plan = made({
    nodes: {
      now: { type: 'image.now' },
      save: { type: 'image.save', from: { image: 'now.image' } },
    },
  });
  expect(keysOf(plan)).toEqual([null, null]);
});

test('the seed of a sink is the nearest one upstream', () => {
  expect([...made(textToImage).seeds]).toEqual([['save', '7']]);
  const twoPass = made({
    nodes: {
      ...textToImage.nodes,
      again: {
        type: 'latent.sample',
        values: { seed: '99' },
        from: { denoiser: 'open.denoiser', positive: 'encode.conditioning', latent: 'sample.latent' },
      },
      decode: { type: 'latent.decode', from: { latent: 'again.latent', vae: 'open.vae' } },
    },
  });
  expect([...twoPass.seeds]).toEqual([['save', '99']]);
});

test('every pack that is opened is in the plan once', () => {
  const plan = made({
    nodes: {
      ...textToImage.nodes,
      twice: { type: 'pack.open' },
      encode: { ...textToImage.nodes.encode!, from: { encoder: 'twice.text-encoder' } },
    },
  });
  expect(plan.packs).toEqual([starter]);
});

test('the names of packs are those on the way to a sink', () => {
  const graph = graphOf({ nodes: { ...textToImage.nodes, unused: { type: 'pack.open', values: { pack: 'unused' } } } });
  expect(packNames(graph, specs)).toEqual(['starter']);
});

test('problems of planning carry their node and input, all at once', () => {
  const opened = new Map<string, Result<PackFacts>>([
    ['starter', failed([problem('pack.missing', { pack: 'starter', known: '' })])],
  ]);
  const sketch: BodySketch = {
    nodes: {
      ...textToImage.nodes,
      load: { type: 'image.load' },
      also: { type: 'image.save', from: { image: 'load.image' } },
    },
  };
  const first = planned(sketch, { opened });
  expect(first.ok ? [] : first.problems.map(({ code, nodeId, input }) => [code, nodeId, input])).toEqual([
    ['input.notSet', 'load', 'file'],
  ]);
  const second = planned(textToImage, { opened });
  expect(second.ok ? [] : second.problems).toEqual([
    problem('pack.missing', { pack: 'starter', known: '' }, { nodeId: 'open' as never }),
  ]);
});

test('a pack that lacks a part says which, at the node and input that want it', () => {
  const facts: PackFacts = { ...starter, parts: starter.parts.filter(({ name }) => name !== 'vae-decoder') };
  const result = planned(textToImage, { packs: [facts] });
  expect(result.ok ? [] : result.problems).toEqual([
    problem('pack.partMissing', { pack: 'starter', part: 'vae-decoder', path: 'starter' }, {
      nodeId: 'decode',
      input: 'vae',
    } as never),
  ]);
});

test('a value on a link is held to the limits of the input', () => {
  const sketch: BodySketch = {
    nodes: {
      ...textToImage.nodes,
      many: { type: 'value.number', values: { number: 5000 } },
      sample: { ...textToImage.nodes.sample!, from: { ...textToImage.nodes.sample!.from, steps: 'many.number' } },
    },
  };
  const result = planned(sketch);
  expect(result.ok ? [] : result.problems.map(({ code, nodeId, input }) => [code, nodeId, input])).toEqual([
    ['input.outOfRange', 'sample', 'steps'],
  ]);
});

test('a whole number on a link becomes a seed or a text where one is wanted', () => {
  const sketch: BodySketch = {
    nodes: {
      ...textToImage.nodes,
      number: { type: 'value.number', values: { number: 42 } },
      sample: { ...textToImage.nodes.sample!, from: { ...textToImage.nodes.sample!.from, seed: 'number.number' } },
      encode: { ...textToImage.nodes.encode!, from: { ...textToImage.nodes.encode!.from, text: 'number.number' } },
    },
  };
  const plan = made(sketch);
  expect(plan.steps.get('sample' as StepId)?.inputs.seed).toEqual({ literal: '42' });
  expect(plan.steps.get('encode' as StepId)?.inputs.text).toEqual({ literal: '42' });
});

test('a planned node cannot read what only a host will make', () => {
  const reader: BodySketch = {
    nodes: {
      ...textToImage.nodes,
      seed: { type: 'value.seed', from: { seed: 'encode.conditioning' } },
    },
  };
  const result = planned(reader);
  expect(result.ok ? [] : result.problems.map(({ code, nodeId, input }) => [code, nodeId, input])).toEqual([
    ['link.wrongType', 'seed', 'seed'],
  ]);
});

test('a graph without a sink has nothing to do, and says so', () => {
  expect(planned({ nodes: { now: { type: 'image.now' } } })).toEqual(failed([problem('graph.noSink', {})]));
});

test('a chain of 20,000 steps is planned without running out of stack', () => {
  const nodes: Record<string, NodeSketch> = { n0: { type: 'image.now' } };
  for (let i = 1; i < 19_999; i++) nodes[`n${i}`] = { type: 'image.blend', from: { a: `n${i - 1}.image` } };
  nodes.save = { type: 'image.save', from: { image: 'n19998.image' } };
  expect(made({ nodes }).order).toHaveLength(20_000);
});
