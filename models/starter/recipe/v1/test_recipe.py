"""python -m unittest test_recipe: what must hold of the data, whatever the weights. Needs the drawings (set WORK, else ./work)."""
from __future__ import annotations

import os
import random
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import store
import tokens
from compose import CANVASES, KINDS
from data import Data
from model import SIZES, Config, Starter
from split import held_name
from trainer import Plan, Trainer
from vae import CHANNELS

data = Data(Path(os.environ.get("WORK", "work")))


class Recipe(unittest.TestCase):
    def test_a_batch_depends_on_seed_and_number_alone(self):
        first = data.batch(3, 4)
        data.batch(9, 4)
        for a, b in zip(first, data.batch(3, 4), strict=True):
            self.assertTrue(np.array_equal(a, b))

    def test_no_held_out_combination_is_trained(self):
        for number in range(1500):
            self.assertFalse(data.composer.is_held(data.composer.scene(1, number)))

    def test_about_a_tenth_of_things_and_grounds_is_held_out(self):
        share = np.mean(["ground" in data.composer.why_held(data.composer._draw(random.Random(k), CANVASES[0], "one", 1, k)) for k in range(3000)])
        self.assertTrue(0.07 < share < 0.13, share)

    def test_no_held_out_name_is_trained(self):
        held = {n for (_, _), (_, names) in data.captions.names.items() for n in names}
        self.assertGreater(len(held), 50)
        trained = {n for (_, _), (names, _) in data.captions.names.items() for n in names}
        self.assertFalse(held & trained)
        for i, thing in enumerate(data.composer.things):
            self.assertTrue(all(held_name(thing.code, "zh", n) for n in data.captions.names[i, "zh"][1]))

    def test_names_belong_to_one_thing(self):
        for lang in ("en", "zh"):
            names = [n for t in data.composer.things for n in getattr(t, lang)]
            self.assertEqual(len(names), len(set(names)))

    def test_every_caption_is_made_of_known_words(self):
        for number in range(1500):
            scene = data.composer.scene(2, number)
            for lang in ("en", "zh"):
                text = data.captions.draw(scene, lang, random.Random(number))
                self.assertNotIn(1, data.tokenizer.encode(text).ids, text)

    def test_things_lie_inside_the_picture_and_apart(self):
        for canvas in CANVASES:
            for kind in KINDS:
                for number in range(40):
                    scene = data.composer.scene(3, number, canvas, kind=kind)
                    data.composer.render(scene, number)
                    for k, (x, y, w, h) in enumerate(scene.boxes):
                        self.assertTrue(x >= 0 and y >= 0 and x + w <= canvas[0] and y + h <= canvas[1])
                        for a, b, c, d in scene.boxes[k + 1 :]:
                            both = max(0, min(x + w, a + c) - max(x, a)) * max(0, min(y + h, b + d) - max(y, b))
                            self.assertLess(both, 0.3 * min(w * h, c * d), (kind, canvas, scene))

    def test_relations_are_true_of_the_boxes(self):
        for number in range(300):
            scene = data.composer.scene(4, number, CANVASES[number % 3], kind="relation")
            data.composer.render(scene, number)
            order = [0, 1] if scene.relation in ("left", "above") else [1, 0]  # boxes go from left to right, from above to below
            a, b = (scene.boxes[k] for k in order)
            middle = lambda box: (box[0] + box[2] / 2, box[1] + box[3] / 2)  # noqa: E731
            (ax, ay), (bx, by) = middle(a), middle(b)
            self.assertTrue({"left": ax < bx, "right": ax > bx, "above": ay < by, "below": ay > by}[scene.relation], scene)

    def test_padding_and_company_change_nothing(self):
        torch.manual_seed(1)
        model = Starter(Config(data.tokenizer.get_vocab_size(), **SIZES["tiny"])).eval()
        for p in model.parameters():
            if not p.any():
                torch.nn.init.normal_(p, std=0.1)
        x, sigma = torch.randn(2, CHANNELS, 12, 20), torch.tensor([0.3, 0.9])
        with torch.no_grad():
            short = [torch.from_numpy(v) for v in tokens.encode(data.tokenizer, ["a cat", "三只猫在草地上"], 20)]
            long = [torch.from_numpy(v) for v in tokens.encode(data.tokenizer, ["a cat", "三只猫在草地上"], 77)]
            both = model(x, *short, sigma)
            self.assertLess(float((both - model(x, *long, sigma)).abs().max()), 1e-4)
            self.assertLess(float((both[:1] - model(x[:1], *(v[:1] for v in long), sigma[:1])).abs().max()), 1e-4)

    def test_two_threads_learn_what_one_learns_from_the_same_shares(self):
        def gradients(threads: int, accumulate: int) -> list[torch.Tensor]:
            torch.manual_seed(1)
            model = Starter(Config(data.tokenizer.get_vocab_size(), **SIZES["tiny"]))
            with tempfile.TemporaryDirectory() as folder:
                plan = Plan("none", Path(folder), 0, 1, 4 * threads, accumulate, 1e-3, torch.float32, fresh=True, threads=threads)
                trainer = Trainer(model, plan, {})
                trainer.run(loss_of, dict)  # no minutes: no step, but its replicas
            trainer.step = 240
            trainer.gradients(loss_of)
            return [m.grad for m in trainer.masters if m.grad is not None]

        def loss_of(number: int, model: torch.nn.Module) -> dict[str, torch.Tensor]:
            pixels, ids, mask, _ = data.batch(number, 4)
            x = torch.from_numpy(pixels).repeat(1, 3, 1, 1)[:, :CHANNELS, ::8, ::8]
            return {"loss": model(x, torch.from_numpy(ids), torch.from_numpy(mask), torch.full((4,), 0.5)).sub(1).square().mean()}

        one, two = gradients(1, 2), gradients(2, 1)
        self.assertGreater(len(one), 3)
        for a, b in zip(one, two, strict=True):
            self.assertLess(float((a - b).abs().max()), 1e-5 * (1 + float(a.abs().max())))

    def test_a_milestone_brings_the_weights_back(self):
        model = Starter(Config(data.tokenizer.get_vocab_size(), **SIZES["tiny"]))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "denoiser.zip"
            store.write_milestone(path, model.state_dict(), {"step": 7})
            first = path.read_bytes()
            store.write_milestone(path, model.state_dict(), {"step": 7})
            self.assertEqual(first, path.read_bytes())
            weights, about = store.read_milestone(path)
        self.assertEqual(about["step"], 7)
        for name, value in model.state_dict().items():
            self.assertLess(float((value - weights[name]).abs().max()), 5e-3)


if __name__ == "__main__":
    unittest.main()
