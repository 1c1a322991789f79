import { expect, test } from 'vitest';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { PackId } from '../../src-main/model/ids.ts';
import { openGraph } from '../../src-renderer/session/open-graph.ts';
import { abilitiesOf, matchesPack, openPackIn, packFolder, packInputs } from '../../src-renderer/session/pack-use.ts';
import { fakeFacts } from '../build/fake-node-context.ts';
import { memoryStorage, specs, templateFile } from './fake-core-calls.ts';

function open() {
  const read = readGraph(JSON.stringify(templateFile('text-to-image')), { name: 'a' });
  if (!read.ok) throw new Error('unreadable');
  return openGraph({ graph: read.value, specs, storage: memoryStorage() });
}
const other = 'other' as PackId;

test('a pack is used by every node of the graph that opens one, and one undo takes it back', () => {
  const graph = open();
  const before = packInputs(graph.graph.get(), specs);
  expect(before.map(({ pack }) => pack)).toEqual(['starter']);
  expect(openPackIn(graph, other)).toBe(1);
  expect(packInputs(graph.graph.get(), specs).map(({ pack }) => pack)).toEqual(['other']);
  graph.history.undo();
  expect(packInputs(graph.graph.get(), specs)).toEqual(before);
});

test('using the pack that is used already is no step of undo', () => {
  const graph = open();
  const before = graph.graph.get();
  expect(openPackIn(graph, 'starter' as PackId)).toBe(1);
  expect(graph.graph.get()).toBe(before);
});

test('a graph without a node that opens a pack is left as it is', () => {
  const graph = open();
  const node = packInputs(graph.graph.get(), specs)[0]!.node;
  graph.change('remove', (draft) => {
    delete draft.nodes[node];
  });
  const before = graph.graph.get();
  expect(openPackIn(graph, other)).toBe(0);
  expect(graph.graph.get()).toBe(before);
});

test('what a pack can do is told by its parts', () => {
  const abilitiesWith = (...names: string[]) =>
    abilitiesOf({ ...fakeFacts, parts: names.map((name) => ({ name })) as never });
  expect(abilitiesWith('text-encoder', 'denoiser', 'vae-decoder')).toEqual(['textToImage']);
  expect(abilitiesWith('text-encoder', 'denoiser', 'vae-encoder', 'vae-decoder')).toEqual([
    'textToImage',
    'imageToImage',
  ]);
  expect(abilitiesWith('upscaler')).toEqual(['upscale']);
});

test('packs are found by words of their name, family, licence and description, also broken ones by their folder', () => {
  const facts = { ...fakeFacts, title: 'Fox painter', family: 'flux', about: 'Paints foxes.', licence: 'MIT' };
  const found = (wanted: string) => matchesPack('fox' as PackId, facts, wanted);
  expect([found(''), found('FOX mit'), found('paints'), found('fox dog')]).toEqual([true, true, true, false]);
  expect([matchesPack(other, null, 'oth'), matchesPack(other, null, 'fox')]).toEqual([true, false]);
});

test('the folder for packs is spelled as the machine of the core spells paths', () => {
  expect([packFolder('/home/ada/.kiln'), packFolder('C:\\Users\\ada\\.kiln')]).toEqual([
    '/home/ada/.kiln/models',
    'C:\\Users\\ada\\.kiln\\models',
  ]);
});
