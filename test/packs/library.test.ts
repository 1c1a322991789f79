import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { rngOf } from '../../src-main/diffusion/rng.ts';
import type { Problem } from '../../src-main/model/errors.ts';
import { AppError } from '../../src-main/model/errors.ts';
import type { PackFacts, PackRef } from '../../src-main/model/pack.ts';
import type { DigestCache } from '../../src-main/packs/digest.ts';
import { fileDigestCache, memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { keptFolders } from '../../src-main/packs/kept-folders.ts';
import { packLibrary, packsIn } from '../../src-main/packs/library.ts';
import { emptyFolder, write } from './folders.ts';
import { identity, packFiles } from './onnx-models.ts';

const libraryOf = (folder: string, cache: DigestCache = memoryDigestCache()) =>
  packLibrary({ folders: [folder], cache });

async function facts(folder: string, name: string, cache?: DigestCache): Promise<PackFacts> {
  const result = await libraryOf(folder, cache).open(name);
  if (!result.ok) throw new AppError(result.problems);
  return result.value;
}

async function problems(folder: string, name: string): Promise<readonly Problem[]> {
  const result = await libraryOf(folder).open(name);
  return result.ok ? [] : result.problems;
}

/** A folder with one whole pack, `tiny`, after some files were put in place of its own; null removes one. */
function withPack(changes: Record<string, string | Uint8Array | null> = {}): string {
  const files = packFiles();
  for (const [name, content] of Object.entries(changes))
    if (content === null) files.delete(name);
    else files.set(name, content);
  const folder = emptyFolder();
  write(path.join(folder, 'tiny'), files);
  return folder;
}

describe('a pack that is whole', () => {
  test('opens with all that its files say', async () => {
    const found = await facts(withPack(), 'tiny');
    expect(found).toMatchObject({
      ref: { packId: 'tiny', adapters: [] },
      family: 'starter',
      title: 'Tiny',
      version: '1',
      licence: 'MIT',
      licences: [],
      about: '',
      latent: { channels: 3, downscale: 1 },
      sizes: { fixed: [[4, 4]], multiple: 1 },
      prediction: 'flow',
      timestep: '1000*sigma',
      schedule: { kind: 'flow', shift: 3 },
      defaults: { width: 4, height: 4, steps: 3, cfg: 1.5 },
      upscale: 4,
      warnings: [],
    });
    expect(found.parts.map(({ name }) => name)).toEqual([
      'text-encoder',
      'denoiser',
      'vae-encoder',
      'vae-decoder',
      'upscaler',
    ]);
    for (const { key, name } of found.parts) expect(key).toMatch(new RegExp(`^${name}@[0-9a-f]{16}$`));
    expect(found.bytes).toBe(found.parts.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  test('says what each part takes and gives, after its edits', async () => {
    const { parts } = await facts(withPack(), 'tiny');
    const part = (wanted: string) => parts.find(({ name }) => name === wanted)!;
    expect(part('denoiser')).toMatchObject({
      timestep: 'per-row',
      dtype: 'float32',
      takes: [
        { name: 'latent', as: 'hidden_states', dtype: 'float32', shape: ['batch', 3, 4, 4] },
        { name: 'timestep', as: 'timestep', shape: ['batch'] },
        { name: 'hidden', as: 'encoder_hidden_states', shape: ['batch', 8, 4] },
        { name: 'pooled', as: 'pooled_projections', shape: ['batch', 4] },
      ],
      gives: [{ name: 'prediction', as: 'out_sample' }],
    });
    expect(part('text-encoder')).toMatchObject({
      timestep: 'none',
      takes: [
        { name: 'tokens', as: 'input_ids', dtype: 'int64' },
        { name: 'mask', as: 'attention_mask', dtype: 'int64' },
      ],
      gives: [{ name: 'hidden' }, { name: 'pooled' }],
    });
    expect(part('vae-decoder')).toMatchObject({
      takes: [{ name: 'latent', as: 'latent_sample', dtype: 'float32' }],
      gives: [{ name: 'image', as: 'kiln/sample', dtype: 'uint8', shape: ['batch', 'height', 'width', 3] }],
    });
    expect(part('upscaler').takes).toEqual([
      { name: 'image', as: 'kiln/input', dtype: 'uint8', shape: ['batch', 'height', 'width', 3] },
    ]);
  });

  test('gives its parts’ files with the edits that make their pixels 8-bit', async () => {
    const folder = withPack({
      'vae_decoder/config.json': JSON.stringify({
        scaling_factor: 0.5,
        shift_factor: 0.25,
        block_out_channels: [1, 2],
      }),
    });
    const library = libraryOf(folder);
    const opened = await library.open('tiny');
    const files = opened.ok ? opened.value.parts.map(({ key }) => library.file(key)) : [];
    expect(files.map(({ edits }) => edits)).toEqual([
      [],
      [],
      [
        { edit: 'pixels-in', input: 'sample', scale: 2 / 255, shift: -1, keep: true },
        { edit: 'affine-out', output: 'latent_sample', scale: 0.5, shift: -0.125 },
      ],
      [
        { edit: 'affine-in', input: 'latent_sample', scale: 2, shift: 0.25 },
        { edit: 'pixels-out', output: 'sample', scale: 0.5, shift: 0.5 },
      ],
      [
        { edit: 'pixels-in', input: 'input', scale: 1 / 255, shift: 0 },
        { edit: 'pixels-out', output: 'output', scale: 1, shift: 0 },
      ],
    ]);
    expect(files[1]?.path).toBe(path.join(folder, 'tiny/transformer/model.onnx'));
    expect(opened.ok && opened.value.latent.downscale).toBe(2);
    expect(opened.ok && opened.value.sizes).toEqual({ fixed: [[8, 8]], multiple: 2 });
  });

  test('whose VAE gives mean and log-variance gives the mean and how far the latent is uncertain', async () => {
    const encoder = identity({ name: 'sample', shape: ['b', 6, 'h', 'w'] }, 'latent_parameters');
    const { parts } = await facts(withPack({ 'vae_encoder/model.onnx': encoder }), 'tiny');
    expect(parts[2]?.gives).toEqual([
      { name: 'latent', as: 'kiln/latent_parameters', dtype: 'float32', shape: ['b', 3, 'h', 'w'] },
      { name: 'spread', as: 'kiln/latent_parameters:spread', dtype: 'float32', shape: ['b', 3, 'h', 'w'] },
    ]);
  });

  test('does without an upscaler and a VAE encoder', async () => {
    const found = await facts(withPack({ 'upscaler/model.onnx': null, 'vae_encoder/model.onnx': null }), 'tiny');
    expect(found.parts).toHaveLength(3);
    expect(found.upscale).toBe(1);
  });

  test('opens without a pack.json, with what its family usually has', async () => {
    expect(await facts(withPack({ 'pack.json': null }), 'tiny')).toMatchObject({
      title: 'tiny',
      defaults: { steps: 8, cfg: 1 },
    });
  });

  test('tokenizes', async () => {
    const library = libraryOf(withPack());
    const opened = await library.open('tiny');
    expect(opened.ok && library.tokenize(opened.value.ref, 'red fox')[0]!.ids).toEqual([4, 5, 0, 0, 0, 0, 0, 0]);
    expect(opened.ok && library.facts(opened.value.ref)).toEqual(opened.ok && opened.value);
  });
});

describe('the digest of a pack', () => {
  test('is the same wherever the folder lies and whatever else lies in it', async () => {
    const [here, there] = [withPack(), withPack({ 'README.md': 'hello' })];
    renameSync(path.join(there, 'tiny'), path.join(there, 'small'));
    const [a, b] = [await facts(here, 'tiny'), await facts(there, 'small')];
    expect(b.ref.digest).toBe(a.ref.digest);
    expect(b.parts.map(({ key }) => key)).toEqual(a.parts.map(({ key }) => key));
  });

  test('changes with a byte of a part or of a setting, and only the part’s key with it', async () => {
    const whole = await facts(withPack(), 'tiny');
    const graph = Uint8Array.from(packFiles().get('transformer/model.onnx') as Uint8Array);
    graph[graph.lastIndexOf(0x3e)] = 0x3d; // the highest byte of the last weight
    const other = await facts(withPack({ 'transformer/model.onnx': graph }), 'tiny');
    expect(other.ref.digest).not.toBe(whole.ref.digest);
    const differing = other.parts.filter(({ key }, i) => key !== whole.parts[i]?.key).map(({ name }) => name);
    expect(differing).toEqual(['denoiser']);

    const scheduler = JSON.stringify({ _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 1 });
    const shifted = await facts(withPack({ 'scheduler/scheduler_config.json': scheduler }), 'tiny');
    expect(shifted.ref.digest).not.toBe(whole.ref.digest);
    expect(shifted.parts).toEqual(whole.parts);
  });

  test('says what of its scheduler a run as the pack says does not follow', async () => {
    const warned = async (scheduler: string) =>
      (await facts(withPack({ 'scheduler/scheduler_config.json': scheduler }), 'tiny')).warnings;
    expect(await warned('{"_class_name": "SomeScheduler"}')).toEqual([
      { code: 'pack.schedulerUnknown', values: { pack: 'tiny', scheduler: 'SomeScheduler' } },
    ]);
    // Numbers without end are written so by Python.
    const solver = '{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "solver_order": 3';
    expect(await warned(`${solver}}`)).toEqual([]);
    expect(await warned(`${solver}, "num_train_timesteps": 500, "algorithm_type": "sde-dpmsolver"}`)).toEqual([
      {
        code: 'pack.schedulerSettings',
        values: {
          pack: 'tiny',
          scheduler: 'DPMSolverMultistepScheduler',
          settings: 'num_train_timesteps, solver_order, final_sigmas_type',
        },
      },
    ]);
  });

  test('makes the part’s key differ where the same file is edited otherwise', async () => {
    const scaled = JSON.stringify({ scaling_factor: 0.5, block_out_channels: [3] });
    const [a, b] = [
      await facts(withPack(), 'tiny'),
      await facts(withPack({ 'vae_decoder/config.json': scaled }), 'tiny'),
    ];
    const key = (found: PackFacts) => found.parts.find(({ name }) => name === 'vae-decoder')?.key;
    expect(key(a)).not.toBe(key(b));
  });

  test('is computed once: the next start asks the cache', async () => {
    const folder = withPack();
    const file = path.join(folder, 'cache/digests.json');
    const first = await facts(folder, 'tiny', fileDigestCache(file));
    const kept = readFileSync(file, 'utf8');
    expect(Object.keys(JSON.parse(kept))).toHaveLength(5);
    // What the cache says is believed without a look at the bytes.
    writeFileSync(file, kept.replace(/"digest":"[0-9a-f]{4}/g, '"digest":"0000'));
    expect((await facts(folder, 'tiny', fileDigestCache(file))).ref.digest).not.toBe(first.ref.digest);
    // A cache that is no cache, or is of other bytes, costs time and nothing else.
    for (const broken of ['', '{', 'null', '[]', '{"a":1}', kept.replace(/"digest":"[0-9a-f]{64}/g, '"digest":"x')]) {
      writeFileSync(file, broken);
      expect((await facts(folder, 'tiny', fileDigestCache(file))).ref.digest).toBe(first.ref.digest);
    }
  });
});

describe('a folder of packs', () => {
  test('lists those that open and those that want to', async () => {
    const folder = withPack();
    write(path.join(folder, 'broken'), new Map([['model_index.json', '{']]));
    write(path.join(folder, 'pictures'), new Map([['a.png', '']]));
    const library = packLibrary({ folders: [path.join(folder, 'nowhere'), folder], cache: memoryDigestCache() });
    const listed = await library.list();
    expect(listed.map(({ packId, facts: found, problems: wrong }) => [packId, found?.title, wrong[0]?.code])).toEqual([
      ['broken', undefined, 'pack.fileBroken'],
      ['tiny', 'Tiny', undefined],
    ]);
  });

  test('may be a pack itself, and the earlier of two of one name counts', async () => {
    const [first, second] = [withPack(), withPack({ 'pack.json': '{"title":"Other"}' })];
    const library = packLibrary({ folders: [path.join(first, 'tiny'), second], cache: memoryDigestCache() });
    expect((await library.list()).map(({ facts: found }) => found?.title)).toEqual(['Tiny']);
  });

  test('answers a wrong name with those that are there', async () => {
    const folder = withPack();
    for (const name of ['small', '', '..', '../tiny', path.join(folder, 'tiny'), 'tiny/', '.'])
      expect(await problems(folder, name)).toEqual([{ code: 'pack.missing', values: { pack: name, known: 'tiny' } }]);
  });

  test('takes a path where that was allowed', async () => {
    const folder = withPack();
    const library = packLibrary({ folders: [], cache: memoryDigestCache(), takesPaths: true });
    expect((await library.open(path.join(folder, 'tiny'))).ok).toBe(true);
    const elsewhere = path.join(folder, 'nowhere');
    expect(await library.open(elsewhere)).toMatchObject({ ok: false, problems: [{ code: 'pack.missing' }] });
  });

  test('opens a pack once, and again when a file of it changes', async () => {
    const folder = withPack();
    const library = libraryOf(folder);
    const [first, again] = [await library.open('tiny'), await library.open('tiny')];
    expect(again.ok && first.ok && again.value === first.value).toBe(true);

    const config = path.join(folder, 'tiny/pack.json');
    writeFileSync(config, '{"title":"Changed"}');
    utimesSync(config, 1, 1);
    const changed = await library.open('tiny');
    expect(changed.ok && changed.value.title).toBe('Changed');
    // A run that was planned with the old one goes on with what it knows.
    expect(first.ok && library.facts(first.value.ref).title).toBe('Tiny');

    rmSync(path.join(folder, 'tiny/transformer'), { recursive: true });
    expect(await library.open('tiny')).toMatchObject({ ok: false, problems: [{ code: 'pack.partMissing' }] });
  });

  test('says what a pack knows by name, which changes nothing else of it; a torn list is a problem', async () => {
    const folder = withPack();
    const library = libraryOf(folder);
    const before = await library.open('tiny');
    expect(before.ok && library.vocabulary(before.value.ref)).toBeNull();
    const file = path.join(folder, 'tiny/vocabulary.json');
    const groups = [{ name: 'things', terms: [{ en: ['fox'], zh: ['狐狸'] }] }];
    writeFileSync(file, JSON.stringify({ groups, more: 1 }));
    const after = await library.open('tiny');
    expect(after.ok && library.vocabulary(after.value.ref)).toEqual({ groups });
    expect(after.ok && before.ok && after.value.ref.digest === before.value.ref.digest).toBe(true);
    for (const broken of ['{', '{"groups": [{"name": 1}]}', '{"groups": [{"name": "a", "terms": [{"en": []}]}]}']) {
      writeFileSync(file, broken);
      expect(await library.open('tiny')).toMatchObject({ ok: false, problems: [{ code: 'pack.fileBroken' }] });
    }
  });

  test('opens a pack once for those who ask at once', async () => {
    const library = libraryOf(withPack());
    const all = await Promise.all(Array.from({ length: 8 }, () => library.open('tiny')));
    expect(new Set(all.map((result) => result.ok && result.value)).size).toBe(1);
  });

  test('refuses what was never opened', () => {
    const library = libraryOf(emptyFolder());
    const pack = { packId: 'gone', digest: '0'.repeat(64), adapters: [] } as unknown as PackRef;
    expect(() => library.facts(pack)).toThrow(AppError);
    expect(() => library.tokenize(pack, '')).toThrow(AppError);
    expect(() => library.file('denoiser@0000' as never)).toThrow(AppError);
  });
});

describe('a folder that is no pack', () => {
  test('says what it holds and what is wanted', async () => {
    const folder = emptyFolder();
    mkdirSync(path.join(folder, 'empty'));
    write(
      path.join(folder, 'checkpoint'),
      new Map([
        ['model.safetensors', 'x'],
        ['notes.txt', 'x'],
      ]),
    );
    writeFileSync(path.join(folder, 'file'), 'x');
    const library = packLibrary({ folders: [], cache: memoryDigestCache(), takesPaths: true });
    const found = async (name: string) => {
      const result = await library.open(path.join(folder, name));
      return result.ok ? null : result.problems[0];
    };
    expect(await found('empty')).toMatchObject({ code: 'pack.notAPack', values: { found: 'nothing' } });
    expect(await found('checkpoint')).toMatchObject({
      code: 'pack.notAPack',
      values: { pack: 'checkpoint', found: 'model.safetensors, notes.txt' },
    });
    expect(await found('file')).toMatchObject({ code: 'pack.missing' });
  });

  test('that holds a pipeline which Kiln does not know is named by it', async () => {
    const folder = withPack({ 'model_index.json': '{"_class_name":"StableDiffusion9Pipeline"}' });
    expect(await problems(folder, 'tiny')).toMatchObject([
      { code: 'pack.notAPack', values: { found: 'StableDiffusion9Pipeline' } },
    ]);
  });
});

describe('a pack that is not whole', () => {
  test('tells all that is wrong with it at once', async () => {
    const folder = withPack({
      'transformer/model.onnx': null,
      'vae_decoder/model.onnx': (packFiles().get('vae_decoder/model.onnx') as Uint8Array).subarray(0, 40),
      'upscaler/model.onnx': identity({ name: 'data', shape: ['b', 7] }, 'more'),
      'scheduler/scheduler_config.json': null,
      'tokenizer/tokenizer.json': '{"model":',
      'pack.json': '{"defaults":{"steps":"many"}}',
      'vae_encoder/config.json': '{"scaling_factor":0}',
    });
    const found = await problems(folder, 'tiny');
    const at = (file: string) => path.join(folder, 'tiny', file);
    expect(found.map(({ code }) => code).sort()).toEqual([
      'pack.fileBroken',
      'pack.fileBroken',
      'pack.fileBroken',
      'pack.fileBroken',
      'pack.partBroken',
      'pack.partMissing',
      'pack.unknownLayout',
    ]);
    const values = found.map((wrong) => wrong.values as Record<string, string>);
    expect(
      values
        .map(({ path: file }) => file)
        .filter((file) => file !== undefined)
        .sort(),
    ).toEqual(
      [
        at('pack.json'),
        at('scheduler/scheduler_config.json'),
        at('tokenizer/tokenizer.json'),
        at('vae_decoder/model.onnx'),
        at('vae_encoder/config.json'),
        'transformer/model.onnx',
      ].sort(),
    );
    expect(values.find(({ names }) => names)?.names).toBe('data float32 [b, 7] → more float32 [b, 7]');
    expect(values.find(({ path: file }) => file === at('pack.json'))?.reason).toBe(
      '"defaults.steps" should be a whole number from 1 to 1000',
    );
  });

  test('with a part of another rank, kind or demand is not known', async () => {
    const latent = { name: 'hidden_states', shape: ['b', 3, 4, 4] };
    const hidden = { name: 'encoder_hidden_states', shape: ['b', 8, 4] };
    const timestep = { name: 'timestep', shape: ['b'] };
    const { modelOf } = await import('./onnx-models.ts');
    const layouts = [
      [latent, hidden],
      [latent, hidden, { ...timestep, shape: ['b', 2] }],
      [latent, hidden, { ...timestep, dtype: 'bool' as const }],
      [latent, { ...hidden, shape: ['b', 8] }, timestep],
      [latent, hidden, timestep, { name: 'mystery', shape: ['b'] }],
      [{ ...latent, shape: ['b', 16, 12] }, hidden, timestep],
    ];
    for (const inputs of layouts) {
      const graph = modelOf(inputs, [{ ...latent, name: 'out_sample' }], []);
      expect(await problems(withPack({ 'transformer/model.onnx': graph }), 'tiny')).toMatchObject([
        { code: 'pack.unknownLayout', values: { part: 'denoiser' } },
      ]);
    }
  });

  test('with a timestep for all rows together says so', async () => {
    const { modelOf } = await import('./onnx-models.ts');
    for (const shape of [[], [1]]) {
      const graph = modelOf(
        [
          { name: 'sample', shape: ['b', 3, 'h', 'w'] },
          { name: 'timestep', dtype: 'int64', shape },
          { name: 'encoder_hidden_states', shape: ['b', 8, 4] },
        ],
        [{ name: 'out_sample', shape: ['b', 3, 'h', 'w'] }],
        [],
      );
      const found = await facts(withPack({ 'transformer/model.onnx': graph }), 'tiny');
      expect(found.parts[1]?.timestep).toBe('scalar');
      expect(found.sizes).toEqual({ fixed: [], multiple: 1 });
    }
  });

  test('because folders stand where files should be, or files where folders should, says so', async () => {
    const folder = withPack({
      'model_index.json': null,
      'transformer/model.onnx': null,
      'text_encoder/model.onnx': null,
    });
    mkdirSync(path.join(folder, 'tiny/transformer/model.onnx'), { recursive: true });
    writeFileSync(path.join(folder, 'tiny/text_encoder'), '');
    writeFileSync(path.join(folder, 'tiny/pack.json'), '{"family":"starter"}');
    expect((await problems(folder, 'tiny')).map(({ code }) => code)).toEqual(['pack.partMissing', 'pack.partBroken']);
    mkdirSync(path.join(folder, 'tiny/model_index.json'));
    expect((await problems(folder, 'tiny')).map(({ code }) => code)).toContain('pack.fileBroken');
  });

  test('with any file emptied, cut off or full of noise has problems or opens, and never crashes', async () => {
    const rng = rngOf('23');
    const whole = withPack();
    for (const [name, content] of packFiles()) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      const noise = Uint8Array.from({ length: 64 }, () => rng.next() & 255);
      for (const damaged of [new Uint8Array(), bytes.subarray(0, rng.next() % bytes.length), noise]) {
        const folder = emptyFolder();
        cpSync(path.join(whole, 'tiny'), path.join(folder, 'tiny'), { recursive: true });
        writeFileSync(path.join(folder, 'tiny', name), damaged);
        const found = await problems(folder, 'tiny');
        expect(found.length, `${name}: ${damaged.length} of ${bytes.length} bytes`).toBeGreaterThan(0);
        for (const { code } of found) expect(code).toMatch(/^pack\./);
      }
    }
  });

  test('of parts of different models says which do not fit', async () => {
    const { modelOf } = await import('./onnx-models.ts');
    const hidden = { name: 'encoder_hidden_states', shape: ['b', 8, 1024] };
    const latent = { name: 'hidden_states', shape: ['b', 3, 4, 4] };
    const timestep = { name: 'timestep', shape: ['b'] };
    const graph = modelOf([latent, hidden, timestep], [{ ...latent, name: 'out_sample' }], []);
    expect(await problems(withPack({ 'transformer/model.onnx': graph }), 'tiny')).toMatchObject([
      { code: 'pack.partsDisagree', values: { part: 'text-encoder', other: 'denoiser' } },
    ]);
  });

  test('whose tokenizer nobody understands says so when it is asked', async () => {
    const folder = withPack({ 'tokenizer/tokenizer.json': '{"model":{"type":"Strange","vocab":{}}}' });
    const library = libraryOf(folder);
    const opened = await library.open('tiny');
    const ask = () => (opened.ok ? library.tokenize(opened.value.ref, 'a') : null);
    expect(ask).toThrow(AppError);
    expect(ask).toThrow(/pack\.fileBroken/);
  });
});

describe('folders that a person added', () => {
  test('are looked in at once, by every library of that home, and once each', async () => {
    const home = emptyFolder();
    const [kept, same] = [keptFolders(home), keptFolders(home)];
    const library = packLibrary({ folders: [], kept: same.all, cache: memoryDigestCache() });
    expect(await library.list()).toEqual([]);
    const folder = withPack();
    await kept.add(folder);
    await kept.add(path.join(folder, '.'));
    expect((await library.list()).map(({ packId }) => packId)).toEqual(['tiny']);
    expect((await library.open('tiny')).ok).toBe(true);
    expect(await same.all()).toEqual([path.resolve(folder)]);
  });

  test('may be a pack, or hold some', async () => {
    const folder = withPack();
    expect(await packsIn(folder)).toEqual(['tiny']);
    expect(await packsIn(path.join(folder, 'tiny'))).toEqual(['tiny']);
    expect(await packsIn(emptyFolder())).toEqual([]);
    expect(await packsIn(path.join(folder, 'nowhere'))).toEqual([]);
  });

  test('are none where their file is broken, and it is mended by the next one', async () => {
    const home = emptyFolder();
    writeFileSync(path.join(home, 'pack-folders.json'), '{"not": "a list"');
    const kept = keptFolders(home);
    expect(await kept.all()).toEqual([]);
    await kept.add(home);
    expect(await kept.all()).toEqual([path.resolve(home)]);
  });

  test('cannot be kept where nothing can be written', async () => {
    const home = emptyFolder();
    writeFileSync(path.join(home, 'file'), '');
    await expect(keptFolders(path.join(home, 'file')).add(home)).rejects.toThrow(/folder\.notWritable/);
  });
});
