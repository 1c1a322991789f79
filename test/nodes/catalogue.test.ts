import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { NodeType } from '../../src-main/model/node-type.ts';
import { nodeContract } from '../contracts/node.contract.ts';

for (const type of nodeTypes) nodeContract(type);

test('every file of nodes/ is in the catalogue, and its path is its type', async () => {
  const folder = path.resolve(import.meta.dirname, '../../nodes');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.replaceAll('\\', '/'));
  expect(files.map((file) => file.slice(0, -3).replace('/', '.')).sort()).toEqual(
    nodeTypes.map(({ type }) => type).sort(),
  );
  for (const file of files) {
    const { default: type } = (await import(path.join(folder, file))) as { default: NodeType };
    expect(type.type).toBe(file.slice(0, -3).replace('/', '.'));
  }
});

interface UpgradeCase {
  readonly before: Record<string, Json>;
  readonly after: Record<string, Json>;
}

/** By `type upgrade`: the values of a node as it was saved then, and what becomes of them. */
const upgradeCases: Readonly<Record<string, UpgradeCase>> = {};

function checkUpgrades(types: readonly NodeType[], cases: Readonly<Record<string, UpgradeCase>>): void {
  const upgrades = types.flatMap((type) =>
    Object.entries(type.upgrades ?? {}).map(([name, upgrade]) => [`${type.type} ${name}`, upgrade] as const),
  );
  expect(Object.keys(cases).sort()).toEqual(upgrades.map(([name]) => name).sort());
  for (const [name, upgrade] of upgrades) {
    const node = { values: structuredClone(cases[name]!.before) };
    upgrade(node);
    expect(node.values).toEqual(cases[name]!.after);
  }
}

test('every upgrade of every node type has a case here', () => {
  checkUpgrades(nodeTypes, upgradeCases);
});

test('an upgrade without a case, or with a wrong one, is noticed', () => {
  const tilesGetSize = (node: { values: Record<string, Json> }): void => {
    node.values.tile = 512;
  };
  const type = { ...nodeTypes[0]!, type: 'made.up', upgrades: { tilesGetSize } };
  expect(() => checkUpgrades([type], {})).toThrow();
  expect(() => checkUpgrades([type], { 'made.up tilesGetSize': { before: {}, after: {} } })).toThrow();
  checkUpgrades([type], { 'made.up tilesGetSize': { before: {}, after: { tile: 512 } } });
});
