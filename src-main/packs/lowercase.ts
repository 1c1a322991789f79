import type { Json, JsonObject } from '../model/json.ts';

/**
 * tokenizer.json for a library that lowers whole words: Hugging Face's own lowers each character by itself, so that a
 * sigma at the end of a Greek word is a σ and no ς.
 */
export function loweredByCharacter(tokenizer: JsonObject): JsonObject {
  return { ...tokenizer, normalizer: lowered(tokenizer.normalizer ?? null) };
}

function lowered(normalizer: Json): Json {
  if (typeof normalizer !== 'object' || normalizer === null || Array.isArray(normalizer)) return normalizer;
  const { type, normalizers } = normalizer as JsonObject;
  if (type === 'Sequence' && Array.isArray(normalizers))
    return { ...normalizer, normalizers: normalizers.map(lowered) };
  if (type !== 'Lowercase') return normalizer;
  const sigma = { type: 'Replace', pattern: { String: 'Σ' }, content: 'σ' };
  return { type: 'Sequence', normalizers: [sigma, normalizer] };
}
