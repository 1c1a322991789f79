import type { JsonObject } from '../model/json.ts';
import type { EncoderName } from '../model/pack.ts';
import { clipTokenizerJson } from './clip-tokenizer.ts';
import type { TokenizerPlace } from './families.ts';
import { tokenizerConfigFile, tokenizerFile, tokenLimit, vocabFile } from './manifest.ts';
import type { OpenedPart } from './open-part.ts';
import type { PackReader } from './pack-reader.ts';
import { type PromptWeights, type Tokenize, tokenizerOf } from './tokenizer.ts';

/** Of one text encoder, by the files of its folder. What is wrong with them is gathered by `read`. */
export async function tokenizerAt(
  read: PackReader,
  place: TokenizerPlace,
  parts: readonly OpenedPart[],
): Promise<{ readonly part: EncoderName; readonly weights: PromptWeights; readonly tokenize: Tokenize }> {
  const { part, folder, template, isFree = false } = place;
  // Padding is for graphs that are told where it is; what is given to others is read.
  const knowsPadding = parts.some(({ file }) => file.part.takes.some(({ name }) => name === 'padMask'));
  const multiple = place.multiple === undefined || knowsPadding ? place.multiple : 1;
  const [tokenizer, config] = await Promise.all([
    jsonIn(read, folder),
    read.required(`${folder}/tokenizer_config.json`, tokenizerConfigFile),
  ]);
  const className = String(config?.tokenizer_class ?? '').replace(/Fast$/, '');
  const fixed = tokensOf(parts, part);
  const weights = className === 'CLIPTokenizer' ? 'windows' : className === 'T5Tokenizer' ? 'one' : 'none';
  return {
    part,
    weights,
    tokenize: tokenizerOf({
      tokenizer: tokenizer as unknown as JsonObject,
      config: config as unknown as JsonObject,
      length: fixed ?? place.length ?? tokenLimit(config) ?? 77,
      isFree: isFree && fixed === null,
      weights,
      ...(template === undefined ? {} : { template }),
      ...(multiple === undefined ? {} : { multiple }),
    }),
  };
}

/** `tokenizer.json`, or one made of the two files that folders of old have in its place. */
async function jsonIn(read: PackReader, folder: string): Promise<JsonObject | null> {
  const [json, vocab, merges, config] = await Promise.all([
    read.optional(`${folder}/tokenizer.json`, tokenizerFile),
    read.optional(`${folder}/vocab.json`, vocabFile),
    read.text(`${folder}/merges.txt`),
    read.optional(`${folder}/tokenizer_config.json`, tokenizerConfigFile),
  ]);
  if (json !== null) return json as unknown as JsonObject;
  if (vocab !== null && merges !== null) return clipTokenizerJson(vocab, merges, config);
  if (!read.problems.some(({ values }) => String((values as { path?: string }).path).includes(folder)))
    read.broken(`${folder}/tokenizer.json`, 'it is missing, and so are vocab.json and merges.txt');
  return null;
}

/** How many ids the text encoder takes, where its graph fixes that. */
function tokensOf(parts: readonly OpenedPart[], encoder: EncoderName): number | null {
  const part = parts.find(({ file }) => file.part.name === encoder)?.file.part;
  const length = part?.takes.find(({ name }) => name === 'tokens')?.shape[1];
  return typeof length === 'number' ? length : null;
}
