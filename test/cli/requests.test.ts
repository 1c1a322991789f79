import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openFileShelf } from '../../src-main/cli-file-values.ts';
import { openGraph } from '../../src-main/cli-graph.ts';
import { makeRequests, type RequestsAsked } from '../../src-main/cli-requests.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import type { Json } from '../../src-main/model/json.ts';
import { smallPng } from '../build/small-png.ts';
import { emptyFolder, graphFile, imageGraphFile } from './call.ts';

const setsOf = (sets: Readonly<Record<string, string>>) => Object.entries(sets).map(([name, text]) => ({ name, text }));

async function make(
  file: string,
  more: Partial<Omit<RequestsAsked, 'sets'>> & { sets?: Readonly<Record<string, string>> } = {},
) {
  const { sets = {}, cwd = emptyFolder(), ...rest } = more;
  return makeRequests({
    opened: await openGraph(file, cwd),
    batch: null,
    times: 1,
    cwd,
    shelf: openFileShelf(),
    sets: setsOf(sets),
    ...rest,
  });
}

const batchOf = (file: string, lines: readonly Readonly<Record<string, Json>>[]) => ({
  file,
  lines: lines.map((values, index) => ({
    line: index + 1,
    values: new Map(Object.entries(values).map(([name, json]) => [name, { json }])),
  })),
});

const codes = ({ complaints }: { complaints: readonly { problem: { code: string }; line: number | null }[] }) =>
  complaints.map(({ problem, line }) => [problem.code, line]);

test('text becomes what its input wants', async () => {
  const sets = { prompt: '7', steps: '8', 'sample.cfg': '1.5', seed: '18446744073709551615' };
  const { overrides, complaints } = await make(graphFile, { sets });
  expect(complaints).toEqual([]);
  expect(overrides).toEqual([{ prompt: '7', steps: 8, 'sample.cfg': 1.5, seed: '18446744073709551615' }]);
});

test('a line of the batch wins over --set, and --times multiplies both', async () => {
  const batch = batchOf('b.jsonl', [{ seed: '7' }, { steps: 3 }]);
  const { overrides, complaints } = await make(graphFile, { sets: { steps: '5', seed: '100' }, batch, times: 2 });
  expect(complaints).toEqual([]);
  expect(overrides).toEqual([
    { steps: 5, seed: '7' },
    { steps: 5, seed: '8' },
    { steps: 3, seed: '100' },
    { steps: 3, seed: '101' },
  ]);
});

test('--times goes on from the seed in the graph, and around at 2^64', async () => {
  expect((await make(graphFile, { times: 3 })).overrides).toEqual([{ seed: '7' }, { seed: '8' }, { seed: '9' }]);
  const { overrides } = await make(graphFile, { sets: { seed: '18446744073709551615' }, times: 2 });
  expect(overrides).toEqual([{ seed: '18446744073709551615' }, { seed: '0' }]);
});

test('without an exposed seed, --times moves every seed on the way to the pictures and no other', async () => {
  const cwd = emptyFolder();
  const graph = {
    format: 'kiln',
    version: 1,
    nodes: {
      open: { type: 'pack.open' },
      text: { type: 'text.encode' },
      empty: { type: 'latent.empty' },
      shared: { type: 'value.seed', values: { seed: '5' } },
      first: { type: 'latent.sample', values: { seed: '1' } },
      second: { type: 'latent.sample', values: { seed: '2' } },
      unused: { type: 'latent.sample', values: { seed: '3' } },
      decode: { type: 'latent.decode' },
      save: { type: 'image.save' },
    },
    links: {
      'text.encoder': { from: 'open.text-encoder' },
      'empty.denoiser': { from: 'open.denoiser' },
      ...Object.fromEntries(
        ['first', 'second', 'unused'].flatMap((node) => [
          [`${node}.denoiser`, { from: 'open.denoiser' }],
          [`${node}.positive`, { from: 'text.conditioning' }],
        ]),
      ),
      'first.latent': { from: 'empty.latent' },
      'first.seed': { from: 'shared.seed' },
      'second.latent': { from: 'first.latent' },
      'unused.latent': { from: 'empty.latent' },
      'decode.latent': { from: 'second.latent' },
      'decode.vae': { from: 'open.vae' },
      'save.image': { from: 'decode.image' },
    },
  };
  writeFileSync(path.join(cwd, 'g.json'), JSON.stringify(graph));
  const made = await make('g.json', { cwd, times: 2 });
  expect(made.complaints).toEqual([]);
  expect(made.overrides).toEqual([
    { 'second.seed': '2', 'shared.seed': '5' },
    { 'second.seed': '3', 'shared.seed': '6' },
  ]);
});

test('a graph without a seed on the way says that its runs are all equal', async () => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, 'p.png'), smallPng());
  const upscale = path.join(path.dirname(graphFile), 'upscale.kiln.json');
  const made = await make(upscale, { cwd, sets: { image: 'p.png' }, times: 2 });
  expect([made.complaints, made.allEqual, made.overrides.length]).toEqual([[], true, 2]);
});

test('a path of --set starts from the current folder, one of a batch and of a graph from their file', async () => {
  const cwd = emptyFolder();
  const graph = JSON.parse(readFileSync(imageGraphFile, 'utf8'));
  graph.nodes.load.values.file = 'mine.png';
  mkdirSync(path.join(cwd, 'graphs'));
  mkdirSync(path.join(cwd, 'batches'));
  writeFileSync(path.join(cwd, 'graphs', 'g.json'), JSON.stringify(graph));
  const pictures = {
    'graphs/mine.png': smallPng(2, 2),
    'batches/theirs.png': smallPng(3, 3),
    'here.png': smallPng(4, 4),
  };
  const value = (file: keyof typeof pictures) => ({
    digest: createHash('sha256').update(pictures[file]).digest('hex'),
    name: path.basename(file),
  });
  for (const [file, bytes] of Object.entries(pictures)) writeFileSync(path.join(cwd, file), bytes);

  const alone = await make('graphs/g.json', { cwd });
  expect(alone.complaints).toEqual([]);
  expect(alone.graph.nodes['load' as NodeId]!.values.file).toEqual(value('graphs/mine.png'));
  const set = await make('graphs/g.json', { cwd, sets: { image: 'here.png' } });
  expect(set.overrides).toEqual([{ image: value('here.png') }]);
  const batch = batchOf('batches/b.jsonl', [{ image: 'theirs.png' }, {}]);
  const both = await make('graphs/g.json', { cwd, sets: { image: 'here.png' }, batch });
  expect(both.overrides).toEqual([{ image: value('batches/theirs.png') }, { image: value('here.png') }]);
});

test('a picture that the graph names and no run uses need not be there', async () => {
  const cwd = emptyFolder();
  const graph = JSON.parse(readFileSync(imageGraphFile, 'utf8'));
  graph.nodes.load.values.file = 'gone.png';
  graph.nodes.other = { type: 'image.load', values: { file: 'gone too.png' } };
  writeFileSync(path.join(cwd, 'g.json'), JSON.stringify(graph));
  writeFileSync(path.join(cwd, 'here.png'), smallPng());
  expect((await make('g.json', { cwd, sets: { image: 'here.png' } })).complaints).toEqual([]);
  expect(codes(await make('g.json', { cwd }))).toEqual([['file.missing', null]]);
});

test('what is wrong with a line is told with that line, what is wrong with all of them without', async () => {
  const batch = batchOf('b.jsonl', [{ steps: 0 }, { promt: 'x' }, { steps: 0 }, { prompt: 'x' }]);
  expect(codes(await make(graphFile, { batch }))).toEqual([
    ['override.unknown', 2],
    ['input.outOfRange', 1],
  ]);
  expect(codes(await make(graphFile, { batch: batchOf('b.jsonl', [{}, {}]), sets: { cfg: '-1' } }))).toEqual([
    ['input.outOfRange', null],
  ]);
});

test('more runs than one submission may have are refused', async () => {
  const batch = batchOf('b.jsonl', [{ seed: '1' }, { seed: '2' }]);
  expect(codes(await make(graphFile, { batch, times: 6000 }))).toEqual([['batch.tooMany', null]]);
});
