import { fail } from '../../src-main/model/errors.ts';
import { link, text } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'text.encode',
  title: 'Encode text',
  about: 'Turns a prompt into the conditioning that a denoiser follows.',
  synonyms: ['prompt', 'clip text encode', 'conditioning', 'words'],
  inputs: {
    encoder: link('text-encoder', { help: 'The text encoder of the pack that will draw.' }),
    text: text({ multiline: true, help: 'What to draw. A negative prompt says what to stay away from.' }),
  },
  outputs: { conditioning: 'conditioning' },
  parts: { encoder: ['text-encoder'] },
  keep: 'disk',

  // The core tokenizes while it plans: hosts get ids, and unknown words are named before anything is computed.
  prepare({ encoder, text: prompt }, ctx) {
    if (encoder === undefined || prompt === undefined)
      return fail('input.notPlanned', { node: 'text.encode', input: 'text', source: '' }, { input: 'text' });
    const { ids, mask, unknown, cut } = ctx.tokenize(encoder, prompt);
    if (unknown.length > 0) ctx.warn('prompt.unknownWords', { words: unknown.join(', ') });
    if (cut !== '') ctx.warn('prompt.cut', { cut, length: ids.length });
    return { ids, mask };
  },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ encoder, prepared: { ids, mask } }) => {
        const takesMask = ctx
          .facts(encoder)
          .parts.some((part) => part.name === 'text-encoder' && part.takes.some(({ name }) => name === 'mask'));
        const row = (numbers: readonly number[]) =>
          ctx.tensor.from(BigInt64Array.from(numbers, BigInt), 'int64', [1, numbers.length]);
        const [given] = await ctx.call(encoder, 'text-encoder', [
          { tokens: row(ids), ...(takesMask ? { mask: row(mask) } : {}) },
        ]);
        const { hidden, pooled } = given!;
        return { conditioning: { entries: [pooled ? { hidden, pooled } : { hidden }] } };
      }),
    );
  },
});
