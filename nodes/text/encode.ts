import { weightedStates } from '../../src-main/diffusion/conditioning-ops.ts';
import { fail } from '../../src-main/model/errors.ts';
import { choice, link, text } from '../../src-main/model/inputs.ts';
import { defineNode, type NodeContext } from '../../src-main/model/node-type.ts';
import { type PackRef, promptReadings, type TokenWindow } from '../../src-main/model/pack.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning } from '../../src-main/model/value-types.ts';

/** Every window is encoded by itself, weighted, and put behind the one before; the vector is the first one's. */
async function inWindows(
  encoder: PackRef,
  windows: readonly TokenWindow[],
  empty: readonly number[] | null,
  row: (ids: readonly number[]) => TensorRef,
  ctx: NodeContext,
): Promise<Conditioning> {
  const asked = [...windows.map(({ ids }) => ids), ...(empty ? [empty] : [])];
  const given = await ctx.call(
    encoder,
    'text-encoder',
    asked.map((ids) => ({ tokens: row(ids) })),
  );
  const states = await Promise.all(given.map(async ({ hidden }) => (await ctx.tensor.read(hidden)) as Float32Array));
  const none = empty ? states.at(-1)! : null;
  const weighted = windows.map(({ weights }, i) => (none ? weightedStates(states[i]!, none, weights) : states[i]!));
  const [, length = 0, width = 0] = given[0]!.hidden.shape;
  const all = new Float32Array(windows.length * length * width);
  for (const [i, values] of weighted.entries()) all.set(values, i * length * width);
  const hidden = ctx.tensor.from(all, 'float32', [1, windows.length * length, width]);
  const { pooled } = given[0]!;
  return { entries: [pooled ? { hidden, pooled } : { hidden }] };
}

export default defineNode({
  type: 'text.encode',
  title: 'Encode text',
  about: 'Turns a prompt into the conditioning that a denoiser follows.',
  synonyms: ['prompt', 'clip text encode', 'conditioning', 'words'],
  inputs: {
    encoder: link('text-encoder', { help: 'The text encoder of the pack that will draw.' }),
    text: text({ multiline: true, help: 'What to draw. A negative prompt says what to stay away from.' }),
    reading: choice(promptReadings, {
      default: 'weights',
      help: 'With weights, (fox:1.3) counts 1.3 times, for packs whose prompts know that; a long text is kept whole. Literal: everything is text, and what does not fit is cut.',
    }),
  },
  outputs: { conditioning: 'conditioning' },
  parts: { encoder: ['text-encoder'] },
  keep: 'disk',

  // The core tokenizes while it plans: hosts get ids, and unknown words are named before anything is computed.
  prepare({ encoder, text: prompt, reading = 'weights' }, ctx) {
    if (encoder === undefined || prompt === undefined)
      return fail('input.notPlanned', { node: 'text.encode', input: 'text', source: '' }, { input: 'text' });
    const { ids, mask, unknown, cut, windows = [] } = ctx.tokenize(encoder, prompt, reading);
    if (unknown.length > 0) ctx.warn('prompt.unknownWords', { words: unknown.join(', ') });
    if (cut !== '') ctx.warn('prompt.cut', { cut, length: ids.length });
    const isWeighted = windows.some(({ weights }) => weights.some((weight) => weight !== 1));
    if (windows.length < 2 && !isWeighted) return { ids, mask };
    // What a weight counts against is said by the empty prompt.
    return { ids, mask, windows, empty: isWeighted ? ctx.tokenize(encoder, '', reading).ids : null };
  },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ encoder, prepared: { ids, mask, windows, empty } }) => {
        const takesMask = ctx
          .facts(encoder)
          .parts.some((part) => part.name === 'text-encoder' && part.takes.some(({ name }) => name === 'mask'));
        const row = (numbers: readonly number[]) =>
          ctx.tensor.from(BigInt64Array.from(numbers, BigInt), 'int64', [1, numbers.length]);
        if (windows) return { conditioning: await inWindows(encoder, windows, empty ?? null, row, ctx) };
        const [given] = await ctx.call(encoder, 'text-encoder', [
          { tokens: row(ids), ...(takesMask ? { mask: row(mask) } : {}) },
        ]);
        const { hidden, pooled } = given!;
        return { conditioning: { entries: [pooled ? { hidden, pooled } : { hidden }] } };
      }),
    );
  },
});
