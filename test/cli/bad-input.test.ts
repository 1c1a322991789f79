import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { kiln } from '../build/kiln-process.ts';
import { smallPng } from '../build/small-png.ts';
import { emptyFolder, graphFile, imageGraphFile, root } from './call.ts';

// The built command as a process: each bad input is one message, exit code 2, and no file where none was.

const graph = () => JSON.parse(readFileSync(graphFile, 'utf8'));

/** Everything that stays the same, whatever the input: the answer is what was said. */
async function refused(words: readonly string[], cwd: string, messages = 1): Promise<string> {
  const before = readdirSync(cwd, { recursive: true }).sort();
  const ended = await kiln(['run', ...words, '--home', path.join(cwd, 'home'), '--out', path.join(cwd, 'out')]);
  expect(ended).toMatchObject({ code: 2, out: '' });
  expect(ended.err.trimEnd().split('\n')).toHaveLength(messages);
  expect(ended.err).toMatch(/^error: /);
  expect(ended.err).not.toMatch(/\n\s+at |node:internal|\bundefined\b|\[object/);
  const isHome = (file: string) => file === 'home' || file.startsWith(`home${path.sep}`);
  const after = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).sort();
  expect(after.filter((file) => !isHome(file))).toEqual(before.map(String).filter((file) => !isHome(file)));
  return ended.err;
}

/** Refused before a data folder was made. */
async function refusedAtOnce(words: readonly string[], cwd: string, messages = 1): Promise<string> {
  const said = await refused(words, cwd, messages);
  expect(existsSync(path.join(cwd, 'home'))).toBe(false);
  return said;
}

function written(content: string | Uint8Array, name = 'graph.json'): { cwd: string; file: string } {
  const cwd = emptyFolder();
  const file = path.join(cwd, name);
  writeFileSync(file, content);
  return { cwd, file };
}

describe('the file', () => {
  test('that is missing', async () => {
    const cwd = emptyFolder();
    expect(await refusedAtOnce([path.join(cwd, 'nope.json')], cwd)).toContain('There is no file');
  });

  test('that is a folder', async () => {
    const cwd = emptyFolder();
    expect(await refusedAtOnce([cwd], cwd)).toContain('is a folder');
  });

  test.each([
    ['empty', '', 'is empty'],
    ['nothing but space', ' \n ', 'is empty'],
    ['truncated JSON', readFileSync(graphFile, 'utf8').slice(0, 1000), 'not valid JSON'],
    ['nested too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested deeper'],
    ['another program’s JSON', '{"name":"kiln"}', 'is not a Kiln graph'],
    ['a list', '[1,2]', 'is not a Kiln graph'],
    ['without a version', '{"format":"kiln"}', 'version'],
    ['without nodes', '{"format":"kiln","version":1}', 'no node that keeps or shows'],
    ['bytes', new Uint8Array(64).fill(200), 'not valid JSON'],
  ])('that is %s', async (_what, content, message) => {
    const { cwd, file } = written(content);
    expect(await refusedAtOnce([file], cwd)).toContain(message);
  });

  test('of 200 MB, before memory is taken', async () => {
    const { cwd, file } = written('{');
    truncateSync(file, 200 * 1024 * 1024);
    expect(await refusedAtOnce([file], cwd)).toContain('has 200 MB; at most 32 MB are read');
  });

  test('of a newer version, which is left as it is', async () => {
    const text = JSON.stringify({ ...graph(), version: 99 });
    const { cwd, file } = written(text);
    expect(await refusedAtOnce([file], cwd)).toContain('saved by a newer Kiln');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('that is a picture without a graph, or text under a picture’s name', async () => {
    const picture = written(smallPng(), 'photo.png');
    expect(await refusedAtOnce([picture.file], picture.cwd)).toContain('There is no Kiln graph inside the picture');
    const text = written('dear diary', 'notes.png');
    expect(await refusedAtOnce([text.file], text.cwd)).toContain('is not a picture; it looks like text');
  });
});

describe('the graph', () => {
  const withChange = (change: (raw: ReturnType<typeof graph>) => void) => {
    const raw = graph();
    change(raw);
    return written(JSON.stringify(raw));
  };

  test.each<[string, (raw: ReturnType<typeof graph>) => void, string]>([
    ['a link to a missing node', (raw) => (raw.links['save.image'].from = 'gone.image'), 'there is no such node'],
    ['a cycle', (raw) => (raw.links['empty.denoiser'] = { from: 'upscale.image' }), 'in a circle'],
    ['a link of the wrong type', (raw) => (raw.links['decode.latent'].from = 'upscale.image'), 'in a circle'],
    [
      'an unknown node type on the way',
      (raw) => (raw.nodes.decode.type = 'latent.decod'),
      'Did you mean “latent.decode”?',
    ],
    ['a value out of range', (raw) => (raw.nodes.sample.values.steps = 0), 'outside 1 to'],
    ['a string where a number belongs', (raw) => (raw.nodes.sample.values.steps = '8'), 'a whole number'],
    ['null where a number belongs', (raw) => (raw.nodes.sample.values.cfg = null), 'a number'],
    ['a choice that there is not', (raw) => (raw.nodes.sample.values.sampler = 'eulr'), 'Did you mean “euler”?'],
    ['a seed that is none', (raw) => (raw.nodes.sample.values.seed = '-1'), 'outside 0 to 18446744073709551615'],
  ])('with %s', async (_what, change, message) => {
    const { cwd, file } = withChange(change);
    const said = await kiln(['run', file, '--home', path.join(cwd, 'home'), '--out', path.join(cwd, 'out')]);
    expect(said.code).toBe(2);
    expect(said.err).toContain(message);
    expect(said.err).not.toMatch(/\n\s+at /);
    expect(readdirSync(cwd)).toEqual(['graph.json']);
  });

  test('with several faults tells all of them at once', async () => {
    const { cwd, file } = withChange((raw) => {
      raw.nodes.sample.values.steps = 0;
      raw.nodes.sample.values.cfg = 'high';
      raw.nodes.decode.type = 'latent.decod';
      delete raw.links['positive.encoder'];
    });
    const said = await refusedAtOnce([file], cwd, 4);
    for (const part of ['“steps”', '“cfg”', 'latent.decod', '“encoder”']) expect(said).toContain(part);
  });

  test('with an unknown node off the way runs nevertheless as far as that is concerned', async () => {
    const { cwd, file } = withChange((raw) => {
      raw.nodes.stranger = { type: 'some.thing', at: [0, 0], values: {} };
      raw.nodes.sample.values.steps = 0;
    });
    expect(await refusedAtOnce([file], cwd)).not.toContain('stranger');
  });
});

describe('a value', () => {
  test.each([
    ['steps=NaN', 'must be a whole number'],
    ['cfg=NaN', 'must be a number'],
    ['cfg=Infinity', 'must be a number'],
    ['steps=2.5', 'must be a whole number'],
    ['steps=many', 'must be a whole number'],
    ['cfg=1e9', 'outside 0 to 100'],
    ['seed=18446744073709551616', 'outside 0 to 18446744073709551615'],
    ['promt=x', 'Did you mean “prompt”?'],
    ['sample.stps=3', 'Did you mean “sample.steps”?'],
    ['steps', 'does not set an input'],
  ])('--set %s', async (set, message) => {
    const cwd = emptyFolder();
    expect(await refusedAtOnce([graphFile, '--set', set], cwd)).toContain(message);
  });

  test('a pack that there is not', async () => {
    const cwd = emptyFolder();
    expect(await refused([graphFile, '--set', 'pack=nope'], cwd)).toContain('No pack called “nope” was found');
  });

  test('in Chinese', async () => {
    const cwd = emptyFolder();
    const said = await kiln(['run', graphFile, '--set', 'promt=x', '--lang', 'zh', '--home', path.join(cwd, 'home')]);
    expect(said.code).toBe(2);
    expect(said.err).toMatch(/^错误：这张图没有名为“promt”的输入。是不是“prompt”？/);
    const missing = await kiln(['run', 'nope.json', '--lang=zh', '--home', path.join(cwd, 'home')]);
    expect(missing).toMatchObject({ code: 2, err: '错误：找不到文件“nope.json”。请检查路径和拼写。\n' });
  });
});

describe('a pack', () => {
  const brokenPack = (change: (folder: string) => void) => {
    const cwd = emptyFolder();
    const folder = path.join(cwd, 'home', 'models', 'mine');
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(root, 'models', 'starter'), folder, {
      recursive: true,
      filter: (file) => !file.includes('recipe'),
    });
    change(folder);
    return cwd;
  };

  test('that lacks a part', async () => {
    const cwd = brokenPack((folder) => execFileSync('rm', [path.join(folder, 'transformer', 'model.onnx')]));
    const said = await refused([graphFile, '--set', 'pack=mine'], cwd);
    expect(said).toContain('mine');
    expect(said).toContain('denoiser');
  });

  test('whose ONNX file is cut off', async () => {
    const cwd = brokenPack((folder) => truncateSync(path.join(folder, 'transformer', 'model.onnx'), 200_000));
    const said = await refused([graphFile, '--set', 'pack=mine'], cwd);
    expect(said).toMatch(/The denoiser of the pack “mine” is broken/);
  });
});

describe('an input image', () => {
  const using = (content: string | Uint8Array, name: string) => {
    const { cwd, file } = written(content, name);
    return refusedAtOnce([imageGraphFile, '--set', `image=${file}`], cwd);
  };

  test('that is not there, is a folder or is empty', async () => {
    const cwd = emptyFolder();
    expect(await refusedAtOnce([imageGraphFile, '--set', `image=${cwd}/no.png`], cwd)).toContain('There is no file');
    expect(await refusedAtOnce([imageGraphFile, '--set', `image=${cwd}`], cwd)).toContain('is a folder');
    expect(await using('', 'empty.png')).toContain('is empty');
  });

  test('that is a text renamed to .png', async () => {
    expect(await using('dear diary', 'notes.png')).toContain('is not a picture; it looks like text');
  });

  test('that claims to be larger than memory', async () => {
    const bomb = Buffer.from(smallPng());
    bomb.writeUInt32BE(100_000, 16);
    bomb.writeUInt32BE(100_000, 20);
    expect(await using(bomb, 'bomb.png')).toContain('has 100000 × 100000 pixels');
  });

  test('that is cut off', async () => {
    const { cwd, file } = written(smallPng(64, 64).subarray(0, 60), 'half.png');
    const said = await refused([imageGraphFile, '--set', `image=${file}`], cwd);
    expect(said).toMatch(/half\.png.* is broken/);
  });

  test('that nobody chose', async () => {
    const cwd = emptyFolder();
    expect(await refusedAtOnce([imageGraphFile], cwd)).toContain('is not set. Give it a file');
  });
});

describe('what is written', () => {
  const isRoot = process.getuid?.() === 0;
  const mounted = (options: string, mountPoint: string): boolean => {
    if (!isRoot || process.platform !== 'linux') return false;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', mountPoint], { stdio: 'ignore' });
    } catch {
      return false;
    }
    onTestFinished(() => {
      execFileSync('umount', ['-l', mountPoint]);
    });
    return true;
  };

  test('into a folder below a file', async () => {
    const { cwd, file } = written('x', 'file');
    const ended = await kiln(['run', graphFile, '--out', path.join(file, 'deeper'), '--home', path.join(cwd, 'home')]);
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/^error: Nothing can be written to the folder .* is a file\..*\n$/);
    expect(readdirSync(cwd)).toEqual(['file']);
  });

  test('into a folder that may not be written', async (context) => {
    const cwd = emptyFolder();
    const out = path.join(cwd, 'fixed');
    mkdirSync(out, { mode: 0o555 });
    if (isRoot && !mounted('ro', out)) context.skip('root may write everywhere and nothing can be mounted here');
    const ended = await kiln(['run', graphFile, '--out', out, '--home', path.join(cwd, 'home')]);
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/^error: Nothing can be written to the folder .*\n$/);
    expect(readdirSync(cwd)).toEqual(['fixed']);
  });

  test('onto a full disk', async (context) => {
    const cwd = emptyFolder();
    const out = path.join(cwd, 'small');
    mkdirSync(out);
    if (!mounted('size=8k', out)) context.skip('no small disk can be mounted here');
    const ended = await kiln(['run', graphFile, '--out', out, '--home', path.join(cwd, 'home')]);
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/^error: The disk is full; .*\n$/);
    expect(readdirSync(out)).toEqual([]);
  });

  test('into a home on a full disk', async (context) => {
    const cwd = emptyFolder();
    const home = path.join(cwd, 'small');
    mkdirSync(home);
    if (!mounted('size=64k', home)) context.skip('no small disk can be mounted here');
    const ended = await kiln(['run', graphFile, '--home', home, '--out', path.join(cwd, 'out')]);
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/^error: The disk is full; .*\n$/);
    expect(existsSync(path.join(cwd, 'out'))).toBe(false);
  });
});
