import { encodedFrom, encodedText } from '../../src-main/diffusion/encoded-text.ts';
import { layersFor } from '../../src-main/diffusion/encoder-layers.ts';
import { fail } from '../../src-main/model/errors.ts';
import { choice, int, link, text } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';
import { encoderNames, promptReadings } from '../../src-main/model/pack.ts';
import { nearTerm } from '../../src-main/model/vocabulary.ts';

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
      help: 'With weights, (fox:1.3) counts 1.3 times, for packs whose prompts know that, embedding:NAME is a learned word from the folder embeddings, and a long text is kept whole. Literal: everything is text, and what does not fit is cut.',
    }),
    empty: choice(['encode', 'zero', 'pack'], {
      default: 'encode',
      advanced: true,
      help: 'What an empty text is: text like all other, or nothing at all. `pack` does what its makers do without a negative prompt.',
    }),
    length: int({
      default: 0,
      min: 0,
      max: 4096,
      unit: 'tokens',
      advanced: true,
      help: 'Of encoders that take texts of any length, such as T5. 0 takes what the pack is made for.',
    }),
    skip: int({
      default: 0,
      min: 0,
      max: 11,
      unit: 'layers',
      advanced: true,
      help: 'Clip skip: how many layers earlier than usual the text is read off, where the graph of the encoder gives its states. 0 is what the pack is made for. The final norm is left out with the layers.',
    }),
  },
  outputs: { conditioning: 'conditioning' },
  parts: { encoder: encoderNames },
  mayLack: ['text-encoder-2', 'text-encoder-3'],
  keep: 'disk',

  // The core tokenizes while it plans: hosts get ids, and unknown words are named before anything is computed.
  prepare({ encoder, text: prompt, reading = 'weights', empty = 'encode', length = 0, skip = 0 }, ctx) {
    if (encoder === undefined || prompt === undefined)
      return fail('input.notPlanned', { node: 'text.encode', input: 'text', source: '' }, { input: 'text' });
    const options = { reading, ...(length > 0 ? { length } : {}) };
    const all = ctx.tokenize(encoder, prompt, options);
    const unknown = [...new Set(all.flatMap((tokens) => tokens.unknown))];
    if (unknown.length > 0) {
      const near = unknown.flatMap((word) => nearTerm(ctx.vocabulary(encoder), word) ?? []);
      ctx.warn('prompt.unknownWords', { words: unknown.join(', '), near: [...new Set(near)].join(', ') });
    }
    const names = [...new Set(all.flatMap(({ missing }) => missing?.names ?? []))];
    const known = all.find(({ missing }) => missing)?.missing?.known ?? [];
    if (names.length > 0) ctx.warn('embedding.missing', { names: names.join(', '), known: known.join(', ') });
    // What one of several encoders does not read another may.
    const least = all.reduce((a, b) => (b.cut.length < a.cut.length ? b : a));
    if (least.cut !== '') ctx.warn('prompt.cut', { cut: least.cut, length: least.ids.length });
    const facts = ctx.facts(encoder);
    const { isZeroWithout } = facts.text;
    const layers = layersFor(facts, skip);
    const isZero = prompt === '' && (empty === 'zero' || (empty === 'pack' && isZeroWithout));
    return {
      isZero,
      encoders: all.map(({ part, ids, mask, vectors, windows = [] }) => {
        const layer = layers.get(part);
        const how = { ...(vectors ? { vectors } : {}), ...(layer === undefined ? {} : { layer }) };
        const isWeighted = windows.some(({ weights }) => weights.some((weight) => weight !== 1));
        if (windows.length < 2 && !isWeighted) return { part, ids, mask, ...how };
        // What a weight counts against is said by the empty prompt.
        const none = isWeighted ? ctx.tokenize(encoder, '', options).find((tokens) => tokens.part === part) : null;
        return { part, ids, mask, windows, empty: none?.ids ?? null, ...how };
      }),
    };
  },

  // Packs that differ in their denoiser alone share what their encoders say.
  packKey: encodedFrom,

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ encoder, prepared }) => ({
        conditioning: { entries: [await encodedText(ctx, encoder, prepared.encoders, prepared.isZero)] },
      })),
    );
  },
});
