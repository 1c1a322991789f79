import { describe, expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { type PlanOptions, planner, rulesIn } from '../../src-main/core-plans.ts';
import type { Device } from '../../src-main/model/device.ts';
import { failed, ok, problem, type Result, unwrap } from '../../src-main/model/errors.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { DeviceId, PackId } from '../../src-main/model/ids.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { Packs } from '../../src-main/model/ports.ts';
import { defaultSettings, type Settings } from '../../src-main/model/settings.ts';
import { fakeFacts } from '../build/fake-node-context.ts';
import { templates } from './templates.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const specs = specsOf(catalog);
const graph = unwrap(readGraph(JSON.stringify(templates.textToImage()), { name: 'graph', catalog }));

const packsOf = (found: Result<PackFacts>, onOpen: (name: string) => void = () => {}): Packs =>
  ({
    open: async (name: string) => {
      onOpen(name);
      return found;
    },
    facts: () => (found.ok ? found.value : null),
    tokenize: () => [{ part: 'text-encoder', ids: [1], mask: [], unknown: [], cut: '' }],
  }) as unknown as Packs;

/** Names of packs that were looked for on the disk, where this is what is found. */
function opened(found: Result<PackFacts>) {
  const names: string[] = [];
  const packs = packsOf(found, (name) => names.push(name));
  return { names, planOf: planner(catalog, specs, packs, [], '1') };
}

test('runs that are planned together do not each look for their pack', async () => {
  const { names, planOf } = opened(ok({ ref: { packId: 'starter', digest: 'd' }, parts: [] } as unknown as PackFacts));
  for (let i = 0; i < 10; i++) await planOf(graph);
  expect(names.length).toBeLessThan(10);
});

test('a pack that is missing is looked for again, for it may have come meanwhile', async () => {
  const { names, planOf } = opened(failed([problem('pack.missing', { pack: 'starter', known: '' })]));
  for (let i = 0; i < 3; i++) await planOf(graph);
  expect(names).toEqual(['starter', 'starter', 'starter']);
});

test('what a simulated device makes is known by other keys than what a real one makes', async () => {
  const found = ok({ ...fakeFacts, ref: { ...fakeFacts.ref, packId: 'starter' as PackId } });
  const keysOn = async (...ids: string[]) => {
    const devices = ids.map((id) => ({ id, provider: id.split(':')[0]!, threads: 1 })) as unknown as readonly Device[];
    const made = unwrap(await planner(catalog, specs, packsOf(found), devices, '1')(graph));
    return new Set([...made.steps.values()].map(({ key }) => key));
  };
  const [real, simulated, mixed] = [await keysOn('cpu'), await keysOn('sim:a100:0'), await keysOn('cpu', 'sim:a100:0')];
  expect(real.size).toBeGreaterThan(1);
  expect(mixed).toEqual(simulated);
  expect([...simulated].filter((key) => real.has(key))).toEqual([]);
  expect(await keysOn('cuda:0', 'cpu')).toEqual(real);
});

describe('rules of placement in the settings', () => {
  const devices = [
    { id: 'cpu', provider: 'cpu', threads: 1 },
    { id: 'sim:0', provider: 'sim', threads: 1 },
  ] as unknown as readonly Device[];
  const found = ok({ ...fakeFacts, ref: { ...fakeFacts.ref, packId: 'starter' as PackId } });
  const allowedUnder = async (settings: Partial<Settings>, options?: PlanOptions) => {
    const rules = () => rulesIn({ ...defaultSettings, ...settings });
    const made = await planner(catalog, specs, packsOf(found), devices, '1', rules)(graph, options);
    const decode = [...unwrap(made).steps.values()].find(({ nodeType }) => nodeType === 'latent.decode')!;
    return decode.allowed;
  };

  test('hold for every graph, and a pack’s go before them', async () => {
    expect(await allowedUnder({})).toEqual(['cpu', 'sim:0']);
    expect(await allowedUnder({ affinity: ['vae=sim'] })).toEqual(['sim:0']);
    expect(await allowedUnder({ affinity: ['vae=sim'], packAffinity: { starter: ['vae=cpu'] } })).toEqual(['cpu']);
  });

  test('give way to the device that is named for a run', async () => {
    expect(await allowedUnder({ affinity: ['vae=sim'] }, { device: 'cpu' as DeviceId })).toEqual(['cpu']);
  });
});
