"""The tokenizer: whole lower-case words, plurals by ##s and ##es, single Chinese characters; the rest is [UNK].

WordPiece, because the JavaScript library gives no id for unknown words with WordLevel. `tokenizer.json` is committed: the ids
are part of the weights. Run this file to make it anew (which means training anew)."""
from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

import words
from things import Thing, load_things

FILE = Path(__file__).parent / "tokenizer.json"
LENGTH = 77  # what the text encoder takes, as CLIP's users expect
READ = 32  # tokens that the denoiser reads; 99 % of the training captions have at most 24
PUNCTUATION = list(",.!?;:-'\"()，。！？、；：“”（）")


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for k, v in value.items() for s in (*strings(k), *strings(v))]
    return [s for v in value for s in strings(v)] if isinstance(value, (list, tuple, set)) else []


def build(things: list[Thing]) -> Tokenizer:
    normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    splitter = pre_tokenizers.BertPreTokenizer()
    texts = [s for t in things for s in (*t.en, *t.zh, t.measure, *map(words.plural, t.en))]
    for name, value in sorted(vars(words).items()):
        if name.isupper():
            texts += sorted(strings(value)) if isinstance(value, set) else strings(value)
    texts += ["a an the one and of on in with there is are style background this that draw me 0 1 2 3 4 5 6 7 8 9",
              "的在有是和与色风格背景上下左右前后中里个只"]
    vocabulary = {"[PAD]": 0, "[UNK]": 1}
    for token in [*PUNCTUATION, "##s", "##es"]:
        vocabulary.setdefault(token, len(vocabulary))
    for text in texts:
        for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text.replace("{}", " "))):
            vocabulary.setdefault(word, len(vocabulary))
    for token in list(vocabulary):  # a plural whose singular is known is that and ##s: what one word learns serves both
        for end in ("es", "s"):
            if token.isascii() and token.endswith(end) and token[: -len(end)] in vocabulary and len(token) - len(end) > 2 \
                    and token in {words.plural(token[: -len(end)])}:
                vocabulary.pop(token, None)
    vocabulary = {token: k for k, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.add_special_tokens(["[PAD]", "[UNK]"])
    return tokenizer


def load() -> Tokenizer:
    return Tokenizer.from_file(str(FILE))


def encode(tokenizer: Tokenizer, texts: list[str], length: int = READ) -> tuple[np.ndarray, np.ndarray]:
    """ids and mask, [texts, length] int64, padded with 0."""
    ids, mask = np.zeros((2, len(texts), length), np.int64)
    for k, found in enumerate(tokenizer.encode_batch(texts)):
        n = min(len(found.ids), length)
        ids[k, :n], mask[k, :n] = found.ids[:n], 1
    return ids, mask


def drop_words(ids: np.ndarray, mask: np.ndarray, rng: random.Random, share: float = 0.03) -> None:
    """Unknown words must do no harm: now and then one stands among the known ones."""
    for row, live in zip(ids, mask, strict=True):
        n = int(live.sum())
        if n and n < len(row) and rng.random() < share:
            at = rng.randrange(n + 1)
            row[at + 1 : n + 1] = row[at:n].copy()
            row[at] = live[n] = 1


if __name__ == "__main__":
    made = build(load_things())
    made.save(str(FILE))
    print(made.get_vocab_size(), "words and characters")
