"""Says a scene in English or Chinese, in many ways. What a caption says is always true of the picture."""
from __future__ import annotations

import random

from compose import Group, Scene
from grounds import PLAIN
from split import held_name
from things import Thing
from words import (COLOURS_EN, COLOURS_ZH, FILL_EN, FILL_ZH, GROUNDS_EN, GROUNDS_ZH, INVERSE, MEDIA_EN, MEDIA_ZH, NO_ARTICLE, NUMBERS_EN,
                   NUMBERS_ZH, PLACES_EN, PLACES_ZH, PLAIN_EN, PLAIN_ZH, RELATIONS_EN, RELATIONS_ZH, SIZES_EN, SIZES_ZH, STYLES_EN,
                   STYLES_ZH, plural, several_already)


def article(word: str) -> str:
    return "an" if word[0] in "aeiou" and not word.startswith(("uni", "eu", "ufo", "one")) or word == "x ray" else "a"


class Captions:
    def __init__(self, things: list[Thing]):
        self.things = things
        self.owner = {n: i for i, t in enumerate(things) for n in (*t.en, *t.zh)}
        self.names = {(i, lang): self._split(i, lang) for i in range(len(things)) for lang in ("en", "zh")}

    def _split(self, i: int, lang: str) -> tuple[list[str], list[str]]:
        """(trained, held out). The label is always trained; a name whose words or characters no trained name has is too:
        nobody could know it."""
        thing = self.things[i]
        names = thing.en if lang == "en" else thing.zh
        plurals = {plural(n) for n in names} if lang == "en" else set()
        trained, held = [names[0]], []
        for name in names[1:]:
            if name in plurals:
                continue  # said of several of them only
            (held if held_name(thing.code, lang, name) and self._known(i, name, lang) else trained).append(name)
        return trained, held

    def _known(self, i: int, name: str, lang: str) -> bool:
        if not hasattr(self, "_labels"):
            self._labels = {"en": {w for t in self.things for w in t.en[0].split()}, "zh": {c for t in self.things for c in t.zh[0]}}
        parts = name.split() if lang == "en" else list(name)
        own = self.things[i].en[0].split() if lang == "en" else list(self.things[i].zh[0])
        # At least one part must point at this thing: without it, the name could be anything.
        return all(p in self._labels[lang] for p in parts) and any(p in own for p in parts)

    def draw(self, scene: Scene, lang: str, rng: random.Random, held_names: bool = False) -> str:
        return (self._en if lang == "en" else self._zh)(scene, rng, held_names)

    def _name(self, g: Group, lang: str, rng: random.Random, held_names: bool) -> str:
        trained, held = self.names[g.thing, lang]
        if held_names and held:
            return rng.choice(held)
        if g.n > 1 and lang == "en":
            trained = [n for n in trained if not several_already(n)]
        return trained[0] if rng.random() < 0.5 else rng.choice(trained)

    # English

    def _noun_en(self, g: Group, scene: Scene, rng: random.Random, held_names: bool, style: str | None) -> str:
        name = self._name(g, "en", rng, held_names)
        words = []
        if scene.size:
            words.append(rng.choice(SIZES_EN[scene.size]))
        if rng.random() < 0.06:
            words.append(rng.choice(FILL_EN))
        if g.colour:
            words.append(rng.choice(COLOURS_EN[g.colour]))
        elif len(scene.groups) == 1 and scene.style == "3d" and self.things[g.thing].colours and rng.random() < 0.08:
            words.append(rng.choice(COLOURS_EN[rng.choice(self.things[g.thing].colours)]))
        if style:
            words.append(style)
        several = several_already(name) and self.owner.get(name) is not None
        full = " ".join([*words, name])
        if self.owner.get(full, g.thing) != g.thing:  # `black` + `cat` would be another thing
            full = name
        if g.n > 1:
            return f"{rng.choice(NUMBERS_EN[g.n])} {full[: len(full) - len(name)]}{plural(name)}"
        if several:
            return full
        r = rng.random()
        if r < 0.3 or (name in NO_ARTICLE and r < 0.85):
            return full
        return f"{article(full)} {full}" if r < 0.9 else f"the {full}" if r < 0.95 else f"one {full}"

    def _en(self, scene: Scene, rng: random.Random, held_names: bool) -> str:
        told = scene.style != "3d" or rng.random() < 0.2
        style = rng.choice(STYLES_EN[scene.style]) if told else None
        inside = style if style and len(scene.groups) == 1 and rng.random() < 0.25 else None
        nouns = [self._noun_en(g, scene, rng, held_names, inside if k == 0 else None) for k, g in enumerate(scene.groups)]
        if scene.relation:
            a, b, relation = (*nouns, scene.relation) if rng.random() < 0.7 else (nouns[1], nouns[0], INVERSE[scene.relation])
            text = f"{a} {rng.choice(RELATIONS_EN[relation])} {b}"
        elif len(nouns) > 1:
            text = ", ".join(nouns[:-1]) + f" and {nouns[-1]}"
        else:
            text = nouns[0]
        if scene.place:
            text += f" {rng.choice(PLACES_EN[scene.place])}"
        said = text
        if not (scene.ground == "white" and rng.random() < 0.6):
            if scene.ground in PLAIN:
                where = rng.choice(PLAIN_EN).format(rng.choice(COLOURS_EN[scene.ground]))
                bare = f"{rng.choice(COLOURS_EN[scene.ground])} background"
                text = rng.choices([f"{text} {where}", f"{text}, {bare}", f"{bare}, {text}", f"{where}, {text}"], [70, 14, 10, 6])[0]
            else:
                where = rng.choice(GROUNDS_EN[scene.ground])
                verb = "are" if scene.groups[0].n > 1 or scene.kind in ("several", "mixed") else "is"
                text = rng.choices([f"{text} {where}", f"{text}, {where}", f"{where}, {text}", f"{where} there {verb} {text}"],
                                   [76, 8, 10, 6])[0]
        if style and not inside:
            medium = rng.choice(MEDIA_EN)
            text = rng.choices([f"{text}, {style} style", f"{text} in {style} style", f"{text}, {style}", f"{style} {medium} of {text}"],
                               [45, 20, 10, 25 if text.startswith(said) else 0])[0]
        elif not style and text.startswith(said) and rng.random() < 0.06:
            medium = rng.choice(MEDIA_EN)
            text = rng.choice([f"{article(medium)} {medium} of {text}", f"{medium} of {text}"])
        return text + (rng.choice([".", "!"]) if rng.random() < 0.03 else "")

    # Chinese

    def _noun_zh(self, g: Group, scene: Scene, rng: random.Random, held_names: bool, style: str | None, bare: bool = False) -> str:
        name = self._name(g, "zh", rng, held_names)
        before = rng.choice(SIZES_ZH[scene.size]) if scene.size else ""
        if rng.random() < 0.06:
            before += rng.choice(FILL_ZH)
        colour = g.colour
        if not colour and len(scene.groups) == 1 and scene.style == "3d" and self.things[g.thing].colours and rng.random() < 0.08:
            colour = rng.choice(self.things[g.thing].colours)
        full = name
        if colour:
            c = rng.choice(COLOURS_ZH[colour])
            full = rng.choice([f"{c}色的{name}", f"{c}色的{name}", f"{c}色{name}", f"{c}{name}" if len(c) == 1 else f"{c}色的{name}"])
            if self.owner.get(full, g.thing) != g.thing:
                full = f"{c}色的{name}" if self.owner.get(f"{c}色的{name}", g.thing) == g.thing else name
        full = before + (style or "") + full
        measure = self.things[g.thing].measure
        if g.n > 1:
            return rng.choice(NUMBERS_ZH[g.n]) + measure + full
        if bare or rng.random() < 0.5:
            return full
        return rng.choice(["一", "一", "一", "1"]) + measure + full

    def _zh(self, scene: Scene, rng: random.Random, held_names: bool) -> str:
        told = scene.style != "3d" or rng.random() < 0.2
        style = rng.choice(STYLES_ZH[scene.style]) if told else None
        inside = style if style and len(scene.groups) == 1 and rng.random() < 0.25 else None
        bare = bool(scene.relation) and rng.random() < 0.5
        nouns = [self._noun_zh(g, scene, rng, held_names, inside if k == 0 else None, bare) for k, g in enumerate(scene.groups)]
        where = None
        if not (scene.ground == "white" and rng.random() < 0.6):
            where = (rng.choice(PLAIN_ZH).format(rng.choice(COLOURS_ZH[scene.ground])) if scene.ground in PLAIN
                     else rng.choice(GROUNDS_ZH[scene.ground]))
        text = self._said_zh(scene, nouns, where, rng)
        if style and not inside:
            medium = rng.choice(MEDIA_ZH)
            text = rng.choices([f"{text}，{style}风格", f"{style}风格，{text}", f"{style}{medium}，{text}", f"{style}风格的{medium}：{text}"],
                               [45, 20, 25, 10])[0]
        elif not style and rng.random() < 0.05:
            text = f"{text}的{rng.choice(MEDIA_ZH)}" if not where else f"{rng.choice(MEDIA_ZH)}：{text}"
        return text + ("。" if rng.random() < 0.03 else "")

    def _said_zh(self, scene: Scene, nouns: list[str], where: str | None, rng: random.Random) -> str:
        if scene.relation:
            a, b, relation = (*nouns, scene.relation) if rng.random() < 0.7 else (nouns[1], nouns[0], INVERSE[scene.relation])
            side = rng.choice(RELATIONS_ZH[relation])
            other = rng.choice(RELATIONS_ZH[INVERSE[relation]])
            text = rng.choices([f"{a}在{b}的{side}", f"{a}在{b}{side}", f"{b}的{side}有{a}", f"{side}是{a}，{other}是{b}"], [45, 20, 20, 15])[0]
            return text if not where else rng.choice([f"{where}，{text}", f"{text}，{where}", f"{where}{text}"])
        text = "、".join(nouns[:-1]) + rng.choice(["和", "和", "与"]) + nouns[-1] if len(nouns) > 1 else nouns[0]
        if scene.place:
            place = rng.choice(PLACES_ZH[scene.place])
            said = rng.choice([f"{text}在{place}", f"{place}的{text}", f"{place}有{text}"])
            return said if not where else rng.choice([f"{where}，{said}", f"{said}，{where}"])
        if not where:
            return text
        return rng.choices([f"{where}的{text}", f"{text}在{where}", f"{where}有{text}", f"{text}，{where}", f"{where}，{text}", f"在{where}的{text}"],
                           [40, 22, 14, 8, 8, 8])[0]
