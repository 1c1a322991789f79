import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rooms } from './architecture/rooms.ts';
import { brokenArrows, brokenForm } from './architecture/rules.ts';

const root = path.resolve(import.meta.dirname, '..');

test('every import follows the arrows, every package has its owner, nothing runs in a circle', async () => {
  const { modulesSeen, broken } = await brokenArrows(root);
  expect(broken).toEqual([]);
  expect(modulesSeen).toBeGreaterThan(0);
});

test('every room is on the list, every file has one subject and a name that says it', () => {
  expect(brokenForm(root)).toEqual([]);
});

test('the table names rooms that it knows, and itself has no circle', () => {
  const reach = (name: string, seen: readonly string[] = []): void => {
    expect(seen).not.toContain(name);
    const { imports } = rooms[name]!;
    if (imports !== 'everything') for (const next of imports) reach(next, [...seen, name]);
  };
  for (const name of Object.keys(rooms)) reach(name);
});

describe('what a broken arrow looks like', () => {
  let base: string;
  const write = (sources: Record<string, string>) => {
    for (const [file, text] of Object.entries(sources)) {
      mkdirSync(path.dirname(path.join(base, file)), { recursive: true });
      writeFileSync(path.join(base, file), text);
    }
  };
  const breaks = async (sources: Record<string, string>) => {
    write({ 'src-main/model/graph.ts': 'export type Graph = object;\n', ...sources });
    return (await brokenArrows(base)).broken;
  };
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'kiln-arrows-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  test('arrows that point the right way are not complained of', async () => {
    const graph = "import type { Graph } from '../model/graph.ts';\n";
    expect(
      await breaks({
        'src-main/engine/plan.ts': `${graph}export type Plan = Graph;\n`,
        'src-main/device/host-main.ts':
          "import '../../nodes/index.ts';\nimport 'node:fs';\nimport 'onnxruntime-node';\n",
        'nodes/index.ts': "export * from './latent/decode.ts';\n",
        'nodes/latent/decode.ts':
          "import type { Graph } from '../../src-main/model/graph.ts';\nexport type A = Graph;\n",
        'src-main/serve/http.ts':
          "import 'node:http';\nimport type { Core } from '../core.ts';\nexport type B = Core;\n",
        'src-main/core.ts': "export * from './engine/plan.ts';\nexport type Core = object;\n",
        'src-main/cli.ts': "import './core.ts';\nimport './serve/http.ts';\n",
      }),
    ).toEqual([]);
  });

  test('the engine that imports a device, even a type of it, is seen', async () => {
    expect(
      await breaks({
        'src-main/engine/plan.ts': "import type { Host } from '../device/host.ts';\nexport type Plan = Host;\n",
        'src-main/device/host.ts': 'export type Host = object;\n',
      }),
    ).toEqual(['engine imports only what it may: src-main/engine/plan.ts -> src-main/device/host.ts']);
  });

  test('the model imports nothing of ours and nothing of Node', async () => {
    expect(
      await breaks({
        'src-main/model/run.ts': "import 'node:crypto';\nimport '../texts/english.ts';\n",
        'src-main/texts/english.ts': 'export const hello = 1;\n',
      }),
    ).toEqual([
      'model imports no Node built-in: src-main/model/run.ts -> crypto',
      'model imports only what it may: src-main/model/run.ts -> src-main/texts/english.ts',
    ]);
  });

  test('only the host entry imports nodes, and a node imports no other', async () => {
    expect(
      await breaks({
        'nodes/latent/decode.ts': "import './encode.ts';\n",
        'nodes/latent/encode.ts': 'export const encode = 1;\n',
        'src-main/device/jobs.ts': "import '../../nodes/latent/encode.ts';\n",
      }),
    ).toEqual([
      'a node imports no other node: nodes/latent/decode.ts -> nodes/latent/encode.ts',
      'device imports only what it may: src-main/device/jobs.ts -> nodes/latent/encode.ts',
    ]);
  });

  test('a package used outside its room is seen', async () => {
    expect(
      await breaks({
        'src-main/serve/http.ts': "import Database from 'better-sqlite3';\nexport const open = Database;\n",
        'src-main/packs/library.ts': "export const load = () => import('onnxruntime-node');\n",
      }),
    ).toEqual([
      'better-sqlite3 has one owner: src-main/serve/http.ts -> better-sqlite3',
      'onnxruntime-node has one owner: src-main/packs/library.ts -> onnxruntime-node',
    ]);
  });

  test('a circle, an import of an entry, of the core as a value and of nothing are seen', async () => {
    expect(
      await breaks({
        'src-main/store/runs.ts': "import './images.ts';\n",
        'src-main/store/images.ts': "import './runs.ts';\nimport './gone.ts';\n",
        'src-main/serve/http.ts': "import '../cli.ts';\nimport '../core.ts';\n",
        'src-main/cli.ts': 'export const cli = 1;\n',
        'src-main/core.ts': 'export const core = 1;\n',
      }),
    ).toEqual([
      'every import leads somewhere: src-main/store/images.ts -> ./gone.ts',
      'nobody imports an entry: src-main/serve/http.ts -> src-main/cli.ts',
      'nothing imports itself in a circle: src-main/store/images.ts -> src-main/store/runs.ts',
      'serve imports only what it may: src-main/serve/http.ts -> src-main/cli.ts',
      'serve knows the core by its types alone: src-main/serve/http.ts -> src-main/core.ts',
    ]);
  });

  test('a relative import without its extension is seen', async () => {
    expect(await breaks({ 'src-main/model/run.ts': "import './graph';\n" })).toEqual([
      'a relative import ends in .ts: src-main/model/run.ts -> ./graph',
    ]);
  });

  test('a room outside the list, an empty name and a long file are seen', () => {
    write({
      'src-main/services/things.ts': '',
      'src-main/engine/queue-manager.ts': '',
      'nodes/image/loadImage.ts': '',
      'src-main/model/graph.ts': '//\n'.repeat(351),
    });
    expect(brokenForm(base)).toEqual([
      'nodes/image/loadImage.ts: file names are kebab-case',
      'src-main/engine/queue-manager.ts: the name says no subject',
      'src-main/model/graph.ts: 351 lines are two subjects (at most 350)',
      'there is no room src-main/services',
    ]);
  });
});
