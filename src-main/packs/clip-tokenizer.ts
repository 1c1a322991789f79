import type { JsonObject } from '../model/json.ts';

/** What CLIP splits a text into before its merges. */
const pattern = String.raw`<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

/**
 * The `tokenizer.json` of a folder that has `vocab.json` and `merges.txt` alone, as CLIP's folders of old do. What pads in
 * SD 2, `!`, is a token by itself wherever it stands, as tokenizer_config.json says.
 */
export function clipTokenizerJson(
  vocab: Readonly<Record<string, number>>,
  merges: string,
  config: Readonly<Record<string, unknown>> | null = null,
): JsonObject {
  const [start, end] = ['<|startoftext|>', '<|endoftext|>'];
  const pairs = merges
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('#version'));
  const special = (content: string, normalized: boolean) => ({
    id: vocab[content] ?? 0,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized,
    special: true,
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      special(start, true),
      special(end, false),
      ...addedIn(config).map((content) => special(content, false)),
    ].filter(({ content }, i, all) => content in vocab && all.findIndex((one) => one.content === content) === i),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [end, vocab[end] ?? 0],
      cls: [start, vocab[start] ?? 0],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: end,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      byte_fallback: false,
      vocab: { ...vocab },
      merges: pairs,
    },
  };
}

function addedIn(config: Readonly<Record<string, unknown>> | null): readonly string[] {
  const added = config?.added_tokens_decoder;
  if (typeof added !== 'object' || added === null) return [];
  return Object.values(added).flatMap((token) => {
    const content = typeof token === 'object' && token !== null ? (token as { content?: unknown }).content : null;
    return typeof content === 'string' ? [content] : [];
  });
}
