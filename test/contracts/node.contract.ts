import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isCancelled } from '../../src-main/model/errors.ts';
import { defaultOf, type Input, maxSeed } from '../../src-main/model/inputs.ts';
import type { NodeType } from '../../src-main/model/node-type.ts';
import { tensorsIn } from '../../src-main/model/tensor.ts';
import type { ValueType } from '../../src-main/model/value-types.ts';
import { type FakeContext, fakeContext, fakePack, fakePlanContext } from '../build/fake-node-context.ts';

type Item = Readonly<Record<string, unknown>>;

const someTensors = 2;

/** A value for a link of this type; another one for another variant. */
function linked(type: ValueType, ctx: FakeContext, variant: number): unknown {
  const noise = (shape: readonly number[]) => ctx.tensor.noise(`${variant}`, shape);
  switch (type) {
    case 'denoiser':
    case 'text-encoder':
    case 'vae':
    case 'upscaler':
      return fakePack;
    case 'conditioning':
      return { entries: [{ hidden: noise([1, 4, 1]) }] };
    case 'latent':
      return noise([someTensors, 3, 4, 8]);
    case 'image':
    case 'mask': {
      const shape = [someTensors, 8, 16, type === 'image' ? 3 : 1];
      const count = shape.reduce((product, side) => product * side, 1);
      return ctx.tensor.make(
        Uint8Array.from({ length: count }, (_, i) => (i * 7 + variant * 31) % 256),
        'uint8',
        shape,
      );
    }
    case 'sigmas':
      return [4, 2, 1, 0.5, 0].map((sigma) => sigma * variant);
    case 'guider':
      return { kind: 'cfg', positive: linked('conditioning', ctx, variant), cfg: 1 };
    case 'sampler':
      return { name: variant === 1 ? 'euler' : 'heun' };
    case 'int':
    case 'float':
      return variant;
    case 'bool':
      return variant % 2 === 0;
    case 'text':
    case 'seed':
      return `${variant}`;
    case 'files':
      return [];
  }
}

function valueFor(input: Input, ctx: FakeContext, variant: number): unknown {
  if (input.kind === 'link') return linked(input.type, ctx, variant);
  if (input.kind === 'seed') return `${variant}`;
  if (input.kind === 'text') return `${variant} ${'very '.repeat(variant)}red foxes`.slice(0, input.maxChars);
  if (input.kind !== 'file') return defaultOf(input);
  const digest = `${variant}`.repeat(64);
  ctx.addFile(digest, Uint8Array.from([2, 1, variant, 2, 3, 4, 5, 6]));
  return { digest, name: 'fox.png' };
}

function itemFor(type: NodeType, ctx: FakeContext, variant = 1): Item {
  const values = Object.entries(type.inputs).map(([name, input]) => [name, valueFor(input, ctx, variant)]);
  const item = Object.fromEntries(values) as Item;
  const prepared = type.prepare?.(item, fakePlanContext()) ?? {};
  return Object.freeze({ ...item, prepared: JSON.parse(JSON.stringify(prepared)) });
}

async function made(type: NodeType, items: readonly Item[], ctx: FakeContext): Promise<readonly Item[]> {
  return type.plan ? items.map((item) => type.plan!(item, fakePlanContext())) : type.run!(items, ctx);
}

const looksLike: { readonly [T in ValueType]: (content: never) => boolean } = {
  denoiser: ({ packId }: { packId: string }) => packId === 'fake',
  'text-encoder': ({ packId }: { packId: string }) => packId === 'fake',
  vae: ({ packId }: { packId: string }) => packId === 'fake',
  upscaler: ({ packId }: { packId: string }) => packId === 'fake',
  conditioning: ({ entries }: { entries: unknown[] }) => entries.length > 0,
  latent: (it: { dtype: string; shape: number[] }) => it.dtype === 'float32' && it.shape.length === 4,
  image: (it: { dtype: string; shape: number[] }) => it.dtype === 'uint8' && it.shape.length === 4 && it.shape[3] === 3,
  mask: (it: { dtype: string; shape: number[] }) => it.dtype === 'uint8' && it.shape.length === 4 && it.shape[3] === 1,
  sigmas: (it: number[]) => it.every((sigma) => Number.isFinite(sigma)),
  guider: ({ kind }: { kind: string }) => ['cfg', 'dual-cfg', 'perp-neg'].includes(kind),
  sampler: ({ name }: { name: string }) => name === 'euler',
  int: (it: number) => Number.isInteger(it),
  float: (it: number) => Number.isFinite(it),
  text: (it: string) => typeof it === 'string',
  bool: (it: boolean) => typeof it === 'boolean',
  seed: (it: string) => BigInt(it) <= maxSeed,
  files: (it: { mime: string; width: number }[]) => it.every(({ mime, width }) => mime === 'image/png' && width > 0),
};

function defaultFits(input: Input): boolean {
  switch (input.kind) {
    case 'int':
    case 'float':
      return (
        input.min <= input.default &&
        input.default <= input.max &&
        (input.kind === 'float' || Number.isInteger(input.default))
      );
    case 'text':
      return input.default.length <= input.maxChars;
    case 'choice':
      return input.choices.includes(input.default) && new Set(input.choices).size === input.choices.length;
    case 'seed':
      return BigInt(input.default) <= maxSeed;
    case 'file':
      return input.accept.length > 0 && input.accept.every((mime) => /^[a-z]+\/[a-z+-]+$/.test(mime));
    default:
      return true;
  }
}

/** What every node type keeps to, whatever it does. */
export function nodeContract(type: NodeType): void {
  describe(`${type.type}, as a node type`, () => {
    test('is named category.verb and says what it is for', () => {
      expect(type.type).toMatch(/^[a-z]+\.[a-z-]+$/);
      expect(type.title).toMatch(/^[A-Z]/);
      expect(type.about).toMatch(/^[A-Z].*\.$/);
      expect(Boolean(type.plan) !== Boolean(type.run)).toBe(true);
    });

    test('explains every input that a person edits', () => {
      const silent = Object.entries(type.inputs).filter(([, input]) => input.kind !== 'link' && !input.help);
      expect(silent.map(([name]) => name)).toEqual([]);
    });

    test('has defaults inside its limits', () => {
      const wrong = Object.entries(type.inputs).filter(([, input]) => !defaultFits(input));
      expect(wrong.map(([name]) => name)).toEqual([]);
    });

    test('names inputs and parts that it has', () => {
      for (const name of [...Object.keys(type.inputs), ...Object.keys(type.outputs)])
        expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(Object.keys(type.inputs)).toEqual(expect.arrayContaining(Object.keys(type.parts ?? {})));
    });

    test('gives the outputs that it declares', async () => {
      const ctx = fakeContext();
      const [outputs] = await made(type, [itemFor(type, ctx)], ctx);
      expect(Object.keys(outputs!).sort()).toEqual(Object.keys(type.outputs).sort());
      for (const [name, valueType] of Object.entries(type.outputs))
        expect([name, looksLike[valueType](ctx.tensor.contentOf(outputs![name]) as never)]).toEqual([name, true]);
    });

    /** Pictures by their digests: comparing millions of numbers one by one takes seconds. */
    const contentOf = (ctx: FakeContext, value: unknown): string =>
      JSON.stringify(ctx.tensor.contentOf(value), (_, part) =>
        ArrayBuffer.isView(part)
          ? createHash('sha256')
              .update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
              .digest('hex')
          : part,
      );

    test('gives two items what it gives each alone', async () => {
      const ctx = fakeContext();
      const [one, two] = [itemFor(type, ctx, 1), itemFor(type, ctx, 2)];
      const together = await made(type, [one, two], ctx);
      const alone = [...(await made(type, [one], ctx)), ...(await made(type, [two], ctx))];
      expect(contentOf(ctx, together)).toEqual(contentOf(ctx, alone));
    });

    test('gives equal inputs equal outputs', async () => {
      const [a, b] = [fakeContext(), fakeContext()];
      const first = contentOf(a, await made(type, [itemFor(type, a)], a));
      expect(first).toEqual(contentOf(b, await made(type, [itemFor(type, b)], b)));
    });

    test('returns no tensor that it was given, for it would have two owners', async () => {
      const ctx = fakeContext();
      const item = itemFor(type, ctx);
      const [outputs] = await made(type, [item], ctx);
      const given = tensorsIn(item).map(({ id }) => id);
      expect(tensorsIn(outputs).filter(({ id }) => given.includes(id))).toEqual([]);
    });

    test('calls only the parts that it declares', async () => {
      const ctx = fakeContext();
      await made(type, [itemFor(type, ctx)], ctx);
      const declared = new Set(Object.values(type.parts ?? {}).flat());
      expect(ctx.calls.filter((call) => !declared.has(call.part))).toEqual([]);
      expect(declared.size > 0).toBe(ctx.calls.length > 0);
    });

    if (type.parts)
      test('ends as cancelled when its job is', async () => {
        const ctx = fakeContext();
        const item = itemFor(type, ctx);
        ctx.cancelAtCall(1);
        await expect(made(type, [item], ctx)).rejects.toSatisfy(isCancelled);
      });
  });
}
