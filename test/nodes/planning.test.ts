import { expect, test } from 'vitest';
import imageLoad from '../../nodes/image/load.ts';
import latentEmpty from '../../nodes/latent/empty.ts';
import latentEncode from '../../nodes/latent/encode.ts';
import latentSample from '../../nodes/latent/sample.ts';
import packOpen from '../../nodes/pack/open.ts';
import textEncode from '../../nodes/text/encode.ts';
import valueNumber from '../../nodes/value/number.ts';
import { AppError, type Problem } from '../../src-main/model/errors.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { fakeContext, fakeFacts, fakePack, fakePlanContext } from '../build/fake-node-context.ts';

function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.problems;
    throw error;
  }
  return [];
}

const size = (width: number, height: number, count = 1) => ({ denoiser: fakePack, width, height, count });

test('a pack that is not there is a problem', () => {
  const [found] = problemsOf(() => packOpen.plan!({ pack: 'nothing' }, fakePlanContext()));
  expect(found?.code).toBe('pack.missing');
});

test('words that the model does not know and text that does not fit are warnings, and the run goes on', () => {
  const ctx = fakePlanContext();
  const prepared = textEncode.prepare!({ encoder: fakePack, text: 'a RED fox in the snow' }, ctx);
  expect(prepared).toEqual({
    isZero: false,
    encoders: [{ part: 'text-encoder', ids: [1, 3, 3, 2], mask: [1, 1, 1, 1] }],
  });
  expect(ctx.warnings).toEqual([
    { code: 'prompt.unknownWords', values: { words: 'RED', near: '' } },
    { code: 'prompt.cut', values: { cut: 'the snow', length: 4 } },
  ]);
});

test('for a word that the model does not know, the nearest of those that it knows is named', () => {
  const ctx = fakePlanContext();
  textEncode.prepare!({ encoder: fakePack, text: 'a XYLOPHONES' }, ctx);
  expect(ctx.warnings).toEqual([{ code: 'prompt.unknownWords', values: { words: 'XYLOPHONES', near: 'xylophone' } }]);
});

test('an encoder gets int64 tokens, and a mask only where it takes one', async () => {
  const prepared = {
    isZero: false,
    encoders: [{ part: 'text-encoder', ids: [1, 3, 0, 0], mask: [1, 1, 0, 0] }],
  };
  for (const takes of [true, false]) {
    const parts = fakeFacts.parts.map((part) => (takes ? part : { ...part, takes: [] }));
    const ctx = fakeContext({ ...fakeFacts, parts });
    await textEncode.run!([{ encoder: fakePack, text: 'a fox', prepared }], ctx);
    expect(ctx.tensor.contentOf(ctx.calls[0]!.rows)).toEqual([
      {
        tokens: { dtype: 'int64', shape: [1, 4], data: BigInt64Array.from([1n, 3n, 0n, 0n]) },
        ...(takes ? { mask: { dtype: 'int64', shape: [1, 4], data: BigInt64Array.from([1n, 1n, 0n, 0n]) } } : {}),
      },
    ]);
  }
});

test('a size of 0 is the one that the pack draws best', () => {
  expect(latentEmpty.prepare!(size(0, 0, 2), fakePlanContext())).toEqual({ shape: [2, 3, 4, 8] });
  expect(latentEmpty.prepare!(size(24, 0), fakePlanContext())).toEqual({ shape: [1, 3, 4, 12] });
});

test('a size that the pack does not take is a problem before the run starts', () => {
  expect(problemsOf(() => latentEmpty.prepare!(size(20, 16), fakePlanContext()))).toMatchObject([
    { code: 'pack.sizeNotAllowed', values: { width: 20, height: 16, allowed: '8' } },
  ]);
  const fixed = fakePlanContext({ ...fakeFacts, sizes: { fixed: [[64, 64]], multiple: 64 } });
  expect(problemsOf(() => latentEmpty.prepare!(size(128, 64), fixed))).toMatchObject([
    { code: 'pack.sizeNotAllowed', values: { allowed: '64×64' } },
  ]);
});

test('more pixels than fit are refused before memory is taken', () => {
  expect(problemsOf(() => latentEmpty.prepare!(size(16_384, 16_384, 256), fakePlanContext()))).toMatchObject([
    { code: 'image.tooLarge', input: 'count' },
  ]);
});

test('a picture that the pack does not take is not encoded', async () => {
  const ctx = fakeContext();
  const image = ctx.tensor.make(new Uint8Array(9 * 8 * 3), 'uint8', [1, 8, 9, 3]);
  await expect(latentEncode.run!([{ image, vae: fakePack, prepared: {} }], ctx)).rejects.toThrow('pack.sizeNotAllowed');
  expect(ctx.calls).toEqual([]);
});

test('a picture that was not chosen is a problem before the run starts', () => {
  expect(problemsOf(() => imageLoad.prepare!({ file: null }, fakePlanContext()))).toMatchObject([
    { code: 'input.notSet', input: 'file' },
  ]);
});

test('what of the pack’s scheduler is not followed is a warning of runs as the pack says alone', () => {
  const found = { code: 'pack.schedulerUnknown', values: { pack: 'fake', scheduler: 'SomeScheduler' } } as const;
  const warned = ['pack', 'euler'].map((sampler) => {
    const ctx = fakePlanContext({ ...fakeFacts, warnings: [found] });
    latentSample.prepare!({ denoiser: fakePack, sampler }, ctx);
    return ctx.warnings;
  });
  expect(warned).toEqual([[found], []]);
});

test('a number is given as it is and as a whole one', () => {
  const plan = (number: number) => valueNumber.plan!({ number }, fakePlanContext());
  expect([plan(2.6), plan(-0.2)]).toEqual([
    { number: 2.6, whole: 3 },
    { number: -0.2, whole: 0 },
  ]);
});

test('an empty latent is blank', async () => {
  const ctx = fakeContext();
  const [made] = await latentEmpty.run!([{ ...size(0, 0), prepared: { shape: [1, 3, 4, 8] } }], ctx);
  expect(ctx.tensor.dataOf(made!.latent as TensorRef)).toEqual(new Float32Array(96));
});
