import { fail } from '../model/errors.ts';
import type { EncoderName, EncoderTokens, PackFacts, TokenizeOptions } from '../model/pack.ts';
import type { EmbeddingShelf, Embeddings } from './embeddings.ts';
import { embeddingsIn } from './prompt-windows.ts';
import type { PromptWeights, Tokenize } from './tokenizer.ts';

interface EncoderTokenizer {
  readonly part: EncoderName;
  readonly weights: PromptWeights;
  readonly tokenize: Tokenize;
}

/**
 * One text for all encoders of a pack, with its textual inversions. The function throws what the tokenizer's library
 * throws, and AppError embedding.…
 */
export function packTokenizer(
  { ref, parts }: PackFacts,
  tokenizers: readonly EncoderTokenizer[],
  shelf: EmbeddingShelf,
): (text: string, options?: TokenizeOptions) => readonly EncoderTokens[] {
  const partOf = (name: EncoderName) => parts.find((part) => part.name === name)!;
  const takesAny = tokenizers.some(({ weights }) => weights === 'windows');
  const embeddingsOf = ({ part, weights }: EncoderTokenizer): Embeddings =>
    weights === 'windows' ? shelf.of(partOf(part), ref.packId) : shelf.leftOut;
  const own = tokenizers.map((each) => ({ ...each, embeddings: embeddingsOf(each) }));
  return (text, options = {}) => {
    // To such an encoder the name is text; a person who has that file means the file.
    if (!takesAny && options.reading !== 'literal') {
      const name = embeddingsIn(text).find(shelf.has);
      if (name !== undefined) fail('embedding.notTaken', { name, pack: ref.packId, part: tokenizers[0]!.part });
    }
    return own.map(({ part, tokenize, embeddings }) => ({ part, ...tokenize(text, options, embeddings) }));
  };
}
