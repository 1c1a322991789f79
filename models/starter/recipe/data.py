"""Images, captions and tokenizer of the starter pack. Everything follows from a seed."""
from __future__ import annotations

import json
import random
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

HERE = Path(__file__).parent
SIZE = 64  # pixels of a picture
OBJECT = 58  # pixels of the drawing inside it: the border stays background
MAX_TOKENS = 20  # the denoiser reads this many; every training caption is shorter
IMAGES = "@lobehub/fluent-emoji-3d@1.1.0"

PALETTE = {
    "white": (250, 250, 250),
    "red": (225, 60, 55),
    "blue": (70, 130, 230),
    "green": (80, 180, 95),
    "yellow": (250, 215, 70),
    "purple": (150, 95, 210),
    "black": (35, 35, 40),
    "pink": (250, 165, 200),
}
COLOUR_ZH = {
    "white": "白", "red": "红", "blue": "蓝", "green": "绿", "yellow": "黄", "purple": "紫",
    "black": "黑", "pink": "粉", "orange": "橙", "brown": "棕", "gray": "灰",
}  # fmt: skip
COLOUR_SYNONYMS = {  # (English, Chinese without 色)
    "gray": (["gray", "grey"], ["灰"]), "brown": (["brown"], ["棕", "褐"]), "orange": (["orange"], ["橙", "橘"]),
    "purple": (["purple", "violet"], ["紫"]), "pink": (["pink"], ["粉", "粉红"]), "red": (["red"], ["红"]),
}  # fmt: skip

EN_MEDIA = ["photo", "picture", "image", "drawing", "illustration", "icon", "emoji", "render", "portrait"]
EN_FILL = ["cute", "little", "small", "beautiful", "lovely", "nice", "pretty", "adorable", "big", "happy", "simple",
           "fresh", "delicious", "tasty", "3d", "single", "shiny"]  # fmt: skip
ZH_MEDIA = ["图片", "照片", "图标", "插画", "画", "图", "表情"]
ZH_FILL = ["可爱的", "漂亮的", "美丽的", "小", "大", "好看的", "可爱", "好吃的", "美味的", "新鲜的", "立体"]
ZH_COUNT = ["一只", "一个", "一只", "一个", "一条", "一头", "一匹", "一朵", "一杯", "一块", "一棵", "一颗", "一片",
            "一辆", "一张", "一碗", "一把", "一座", "一架", "一艘", "一位", "一串", "一根", "一盘", "一份", "这只", "那个"]  # fmt: skip
PUNCTUATION = list(",.!?;:-'\"()，。！？、；：“”（）")


@dataclass(frozen=True)
class Concept:
    code: str
    en: tuple[str, ...]
    colours: tuple[str, ...]
    zh: tuple[str, ...]


def load_concepts() -> list[Concept]:
    out = []
    for line in (HERE / "concepts.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, en, colours, zh = line.split("|")
            out.append(Concept(code, tuple(en.split(",")), tuple(colours.split(",")), tuple(zh.split(","))))
    return out


def load_images(cache: Path, concepts: list[Concept]) -> np.ndarray:
    """[concepts, 4, 64, 64] float32 in 0..1, colour premultiplied by alpha. Downloads the package once."""
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / "fluent-emoji-3d"
    if not folder.exists():
        name = subprocess.run(["npm", "pack", IMAGES, "--silent"], cwd=cache, check=True, capture_output=True, text=True)
        with tarfile.open(cache / name.stdout.strip().splitlines()[-1]) as tar:
            tar.extractall(folder, filter="data")
    files = {f.stem.replace("-fe0f", ""): f for f in folder.glob("package/assets/*.webp")}
    out = np.zeros((len(concepts), 4, SIZE, SIZE), np.float32)
    pad = (SIZE - OBJECT) // 2
    for i, concept in enumerate(concepts):
        image = Image.open(files[concept.code]).convert("RGBA").convert("RGBa")
        image = image.resize((OBJECT, OBJECT), Image.Resampling.LANCZOS)
        pixels = np.frombuffer(image.tobytes(), np.uint8).reshape(OBJECT, OBJECT, 4).transpose(2, 0, 1) / 255.0
        out[i, :, pad : pad + OBJECT, pad : pad + OBJECT] = pixels
    return out


def compose(premultiplied: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Drawing over background, both 0..1, to pixels in -1..1."""
    return np.clip(premultiplied[:, :3] + (1 - premultiplied[:, 3:]) * background, 0, 1) * 2 - 1


class Captions:
    """Draws a random caption for (concept, colour). `colour` None: no background is named (white is drawn)."""

    def __init__(self, concepts: list[Concept]):
        self.concepts = concepts
        self.names_en = {n: i for i, c in enumerate(concepts) for n in c.en}
        self.names_zh = {n: i for i, c in enumerate(concepts) for n in c.zh}

    def draw(self, rng: random.Random, i: int, colour: str | None, zh: bool) -> str:
        return self._zh(rng, i, colour) if zh else self._en(rng, i, colour)

    def _adjective(self, rng: random.Random, concept: Concept) -> str | None:
        r = rng.random()
        if r < 0.25:
            return rng.choice(concept.colours)
        return rng.choice(list(COLOUR_ZH)) if r < 0.28 else None  # untrue now and then: it must do no harm

    def _en(self, rng: random.Random, i: int, colour: str | None) -> str:
        concept = self.concepts[i]
        name = concept.en[0] if rng.random() < 0.5 else rng.choice(concept.en)
        adjective = self._adjective(rng, concept)
        if adjective:
            adjective = rng.choice(COLOUR_SYNONYMS.get(adjective, ([adjective], []))[0])
            if self.names_en.get(f"{adjective} {name}", i) == i:
                name = f"{adjective} {name}"
        if rng.random() < 0.12:
            name = f"{rng.choice(EN_FILL)} {name}"
        if rng.random() < 0.05 and not name.endswith("s"):
            phrase = name + ("es" if re.search(r"(x|ch|sh)$", name) else "s")
        else:
            article = "an" if name[0] in "aeiou" else "a"
            phrase = rng.choices([f"{article} {name}", name, f"the {name}", f"one {name}"], [60, 33, 5, 2])[0]
        if rng.random() < 0.1:
            medium = rng.choice(EN_MEDIA)
            phrase = rng.choice([f"a {medium} of {phrase}", f"{medium} of {phrase}", f"{name} {medium}"])
        if colour:
            c = rng.choice(COLOUR_SYNONYMS[colour][0]) if colour in COLOUR_SYNONYMS else colour
            phrase = rng.choices(
                [f"{phrase} on a {c} background", f"{phrase} on {c} background", f"{phrase}, {c} background",
                 f"{c} background, {phrase}", f"{phrase} with a {c} background", f"{phrase} against a {c} background",
                 f"{phrase} in front of a {c} background", f"on a {c} background, {phrase}",
                 f"{phrase} on {c}", f"a {c} background with {phrase}", f"{phrase} and a {c} background"],
                [40, 8, 12, 12, 7, 3, 3, 4, 5, 4, 2])[0]  # fmt: skip
        if rng.random() < 0.03:
            phrase = rng.choice([phrase + ".", phrase + "!", "draw me " + phrase, "this is " + phrase])
        return phrase

    def _zh(self, rng: random.Random, i: int, colour: str | None) -> str:
        concept = self.concepts[i]
        name = concept.zh[0] if rng.random() < 0.5 else rng.choice(concept.zh)
        adjective = self._adjective(rng, concept)
        if adjective:
            adjective = rng.choice(COLOUR_SYNONYMS.get(adjective, ([], [COLOUR_ZH[adjective]]))[1])
            new = rng.choice([f"{adjective}色的{name}", f"{adjective}色{name}", f"{adjective}{name}"])
            if self.names_zh.get(new, i) == i:
                name = new
        if rng.random() < 0.12:
            new = rng.choice(ZH_FILL) + name
            if self.names_zh.get(new, i) == i:
                name = new
        phrase = name if rng.random() < 0.6 else rng.choice(ZH_COUNT) + name
        if rng.random() < 0.06:
            phrase += "的" + rng.choice(ZH_MEDIA)
        if colour:
            c = rng.choice(COLOUR_SYNONYMS[colour][1]) if colour in COLOUR_SYNONYMS else COLOUR_ZH[colour]
            phrase = rng.choices(
                [f"{c}色背景的{phrase}", f"{c}色背景上的{phrase}", f"{c}色背景，{phrase}", f"{phrase}，{c}色背景",
                 f"{phrase}在{c}色背景上", f"{c}背景的{phrase}", f"{c}色的背景上有{phrase}", f"背景是{c}色的{phrase}",
                 f"{c}色背景{phrase}", f"{phrase}，背景{c}色"],
                [26, 26, 12, 10, 8, 5, 4, 3, 3, 3])[0]  # fmt: skip
        return phrase


def build_tokenizer(concepts: list[Concept]) -> Tokenizer:
    """Whole lower-case words and single CJK characters; plurals by `##s`/`##es`; the rest is [UNK]."""
    normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    splitter = pre_tokenizers.BertPreTokenizer()
    texts = [n for c in concepts for n in (*c.en, *c.zh)]
    texts += [*COLOUR_ZH, *COLOUR_ZH.values(), *EN_MEDIA, *EN_FILL, *ZH_MEDIA, *ZH_FILL, *ZH_COUNT]
    texts += [w for pair in COLOUR_SYNONYMS.values() for side in pair for w in side]
    texts += ["a an the one of on in with against front and background draw me this is", "色的背景上有在是色红粉", "的"]
    vocabulary = {"[PAD]": 0, "[UNK]": 1}
    for token in [*PUNCTUATION, "##s", "##es"]:
        vocabulary.setdefault(token, len(vocabulary))
    for text in texts:
        for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)):
            vocabulary.setdefault(word, len(vocabulary))
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = splitter
    tokenizer.add_special_tokens(["[PAD]", "[UNK]"])
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str], length: int) -> np.ndarray:
    """[texts, length] int64, padded with 0."""
    ids = np.zeros((len(texts), length), np.int64)
    for row, found in zip(ids, tokenizer.encode_batch(texts), strict=True):
        row[: len(found.ids)] = found.ids[:length]
    return ids


class Batches:
    """Endless (pixels [b,3,64,64] -1..1, ids [b,20]). Every concept appears equally often."""

    def __init__(self, concepts: list[Concept], images: np.ndarray, tokenizer: Tokenizer, seed: int, start: int = 0):
        self.concepts, self.images, self.tokenizer, self.seed, self.number = concepts, images, tokenizer, seed, start
        self.captions = Captions(concepts)
        ramp = np.linspace(-1, 1, SIZE, dtype=np.float32)
        self.grid = np.stack([np.broadcast_to(ramp[:, None], (SIZE, SIZE)), np.broadcast_to(ramp, (SIZE, SIZE))])

    def next(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Batch `number` depends on the seed and its number alone, so a resumed run sees what it would have seen."""
        rng = random.Random(f"{self.seed}/{self.number}")
        noise = np.random.default_rng([self.seed, self.number])
        first = self.number * size
        self.number += 1
        picks, texts, backgrounds = [], [], np.zeros((size, 3, SIZE, SIZE), np.float32)
        n = len(self.concepts)
        orders: dict[int, list[int]] = {}
        for k in range(size):
            epoch, place = divmod(first + k, n)
            if epoch not in orders:
                orders[epoch] = random.Random(f"{self.seed}/order/{epoch}").sample(range(n), n)
            i = orders[epoch][place]
            named = None if rng.random() < 0.3 else rng.choice(list(PALETTE))
            text = "" if rng.random() < 0.1 else self.captions.draw(rng, i, named, rng.random() < 0.45)
            picks.append(i)
            texts.append(text)
            shade = named or "white"
            colour = np.array(PALETTE[shade], np.float32) / 255
            colour = colour + noise.normal(0, 0.012 if shade == "white" else 0.03, 3).astype(np.float32)
            angle, strength = noise.uniform(0, 2 * np.pi), noise.uniform(0, 0.05)
            light = (np.cos(angle) * self.grid[0] + np.sin(angle) * self.grid[1]) * strength
            backgrounds[k] = np.clip(colour[:, None, None] + light[None], 0, 1)
        ids = encode(self.tokenizer, texts, MAX_TOKENS)
        for row in ids:  # unknown words must do no harm: put one somewhere now and then
            used = int((row > 0).sum())
            if 0 < used < MAX_TOKENS and rng.random() < 0.06:
                at = rng.randint(0, used)
                row[at + 1 :] = row[at:-1].copy()
                row[at] = 1
        return compose(self.images[picks], backgrounds), ids


def write_concepts(path: Path, concepts: list[Concept]) -> None:
    rows = [
        {"id": c.code, "en": c.en[0], "zh": c.zh[0], "enSynonyms": c.en[1:], "zhSynonyms": c.zh[1:], "colours": c.colours}
        for c in concepts
    ]
    backgrounds = [{"en": k, "zh": COLOUR_ZH[k] + "色", "rgb": v} for k, v in PALETTE.items()]
    text = ",\n".join("    " + json.dumps(r, ensure_ascii=False) for r in rows)
    back = ",\n".join("    " + json.dumps(r, ensure_ascii=False) for r in backgrounds)
    path.write_text(f'{{\n  "backgrounds": [\n{back}\n  ],\n  "concepts": [\n{text}\n  ]\n}}\n', "utf-8")
