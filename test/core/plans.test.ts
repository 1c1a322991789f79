import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { planner } from '../../src-main/core-plans.ts';
import { failed, ok, problem, type Result, unwrap } from '../../src-main/model/errors.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { Packs } from '../../src-main/model/ports.ts';
import { templates } from './templates.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const specs = specsOf(catalog);
const graph = unwrap(readGraph(JSON.stringify(templates.textToImage()), { name: 'graph', catalog }));

/** Names of packs that were looked for on the disk, where this is what is found. */
function opened(found: Result<PackFacts>) {
  const names: string[] = [];
  const packs = {
    open: async (name: string) => {
      names.push(name);
      return found;
    },
    facts: () => (found.ok ? found.value : null),
  } as unknown as Packs;
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
