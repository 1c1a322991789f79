"""The loop that all stages share: float32 masters behind a bfloat16 model, an average, a budget of minutes, checkpoints, a log."""
from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

import curves
import store
from optimizer import Optimizer


@dataclass
class Plan:
    stage: str
    work: Path
    minutes: float  # of this call
    plan_minutes: float  # of the stage in all: the learning rate falls over its last part
    batch: int  # pictures of all threads at once
    accumulate: int  # such batches a step
    lr: float
    dtype: torch.dtype
    save_minutes: float = 5
    check_minutes: float = 10
    warm_up: int = 40
    fresh: bool = False  # begin anew, whatever lies there
    rest_rate: float = 0.4  # of the learning rate, for what Muon does not take
    threads: int = 1  # each has its share of a batch: products of this size gain little from several
    fall: float = 0.35  # the last part of the plan, over which the rate falls to 2 %

    @property
    def share(self) -> int:
        """Pictures of a micro-batch, which one thread computes."""
        return self.batch // self.threads


def faster() -> torch.dtype:
    """bfloat16 is several times as fast as float32 on CPUs with matrix units, and half as fast on others that know it."""
    best = {}
    for dtype in (torch.float32, torch.bfloat16):
        a, b = torch.ones(4096, 256, dtype=dtype), torch.ones(256, 1024, dtype=dtype)
        times = []
        for _ in range(6):
            began = time.perf_counter()
            a @ b
            times.append(time.perf_counter() - began)
        best[dtype] = min(times)
    print("ms of a product:", ", ".join(f"{str(d)[6:]} {t * 1e3:.1f}" for d, t in best.items()), flush=True)
    return min(best, key=best.get)


class Trainer:
    def __init__(self, model: nn.Module, plan: Plan, about: dict[str, object], rest: tuple[str, ...] = ()):
        """`rest`: beginnings of the names of matrices that AdamW has instead of Muon."""
        self.model, self.plan, self.about = model, plan, dict(about)
        self.names = [n for n, _ in model.named_parameters()]
        self.step, self.spent, self.samples = 0, 0.0, 0
        self.path = plan.work / f"{plan.stage}.pt"
        saved = torch.load(self.path, weights_only=False) if self.path.exists() and not plan.fresh else None
        if not saved and not plan.fresh and (found := store.average_of(plan.stage, plan.work)):
            store.fill(model, found[0])
            self.step, self.spent, self.samples = (found[1][k] for k in ("step", "spent", "samples"))
            print(f"goes on from the committed milestone: step {self.step}, {self.spent / 60:.0f} min", flush=True)
        self.masters = [p.detach().clone().float().requires_grad_() for p in model.parameters()]
        self.average = [m.detach().clone() for m in self.masters]
        self.fresh = self.step  # where this optimizer began: it warms up from here
        self.optimizer = Optimizer(dict(zip(self.names, self.masters, strict=True)), plan.lr, rest, plan.rest_rate, plan.dtype)
        if saved:
            torch._foreach_copy_([m.data for m in self.masters], [saved["masters"][n] for n in self.names])
            torch._foreach_copy_(self.average, [saved["average"][n] for n in self.names])
            store.fill(model, saved["average"])  # buffers too
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.spent, self.samples, self.fresh = (saved["about"][k] for k in ("step", "spent", "samples", "fresh"))
            print(f"goes on from {self.path.name}: step {self.step}, {self.spent / 60:.1f} min", flush=True)
        floats = {n: b.clone() for n, b in model.named_buffers()}
        model.to(plan.dtype)
        for name, value in floats.items():  # frequencies and scales would be wrong in bfloat16
            owner, _, leaf = name.rpartition(".")
            setattr(model.get_submodule(owner), leaf, value)
        self.params = list(model.parameters())
        self.load(self.masters)

    def load(self, values: list[Tensor]) -> None:
        with torch.no_grad():
            torch._foreach_copy_(self.params, values)

    def averaged(self) -> dict[str, Tensor]:
        return {**dict(zip(self.names, self.average, strict=True)),
                **{n: b.detach().clone() for n, b in self.model.state_dict().items() if n not in self.names}}

    def facts(self) -> dict[str, object]:
        return {**self.about, "step": self.step, "spent": round(self.spent, 1), "samples": self.samples, "fresh": self.fresh}

    def save(self) -> None:
        store.save_local(self.path, {"masters": dict(zip(self.names, (m.data for m in self.masters), strict=True)),
                                     "average": self.averaged(), "optimizer": self.optimizer.state_dict(), "about": self.facts()})

    def log(self, **entry: object) -> None:
        line = {"stage": self.plan.stage, "step": self.step, "minutes": round(self.spent / 60, 2), "samples": self.samples, **entry}
        with (self.plan.work / "log.jsonl").open("a", encoding="utf-8") as f:
            f.write(json.dumps(line) + "\n")
        print(" ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items()), flush=True)

    def rate(self) -> float:
        done = self.spent / 60 / self.plan.plan_minutes
        falling = max(0.02, min(1.0, 1 - 0.98 * (done - 1 + self.plan.fall) / self.plan.fall))
        return self.plan.lr * min(1.0, (self.step - self.fresh + 1) / self.plan.warm_up) * falling

    def gradients(self, loss_of: Callable[[int, nn.Module], dict[str, Tensor]]) -> list[dict[str, float]]:
        """Of one step, into the masters; the losses of its micro-batches."""
        plan, micros = self.plan, self.plan.accumulate * self.plan.threads

        def of_thread(k: int) -> list[dict[str, float]]:
            torch.set_num_threads(1)  # of this thread
            found = []
            for micro in range(k, micros, plan.threads):
                parts = loss_of(self.step * micros + micro, self.replicas[k])
                (parts["loss"] / micros).backward()
                found.append({name: value.detach().item() for name, value in parts.items()})
            return found

        found = [parts for each in self.pool.map(of_thread, range(plan.threads)) for parts in each]
        for master, *params in zip(self.masters, *(r.parameters() for r in self.replicas), strict=True):
            grads = [p.grad.float() for p in params if p.grad is not None]
            master.grad = sum(grads[1:], grads[0]) if grads else None
            for p in params:
                p.grad = None
        return found

    def run(self, loss_of: Callable[[int, nn.Module], dict[str, Tensor]], check: Callable[[], dict[str, float]],
            prepare: Callable[[], None] | None = None) -> None:
        """`loss_of(number, model)` of the micro-batch with that number (its content depends on nothing else), by the model or a
        replica of it, perhaps on several threads; `check()` is called with the averaged weights in the model."""
        # Replicas share the weights and have gradients of their own.
        self.pool = ThreadPoolExecutor(self.plan.threads)
        self.replicas = [self.model] + [copy.deepcopy(self.model) for _ in range(self.plan.threads - 1)]
        for replica in self.replicas[1:]:
            for own, shared in zip(replica.parameters(), self.params, strict=True):
                own.data = shared.data
        plan, began = self.plan, time.time()
        last_save, last_check, last_log, sums, seen = began, began, began, {}, 0
        usual = float("inf")
        while time.time() - began < plan.minutes * 60 and self.spent < plan.plan_minutes * 60:
            at = time.time()
            rate = self.rate()
            for parts in self.gradients(loss_of):
                for name, value in parts.items():
                    sums[name] = sums.get(name, 0.0) + value
                seen += 1
            norm = torch.nn.utils.clip_grad_norm_(self.masters, 1.0)
            if torch.isfinite(norm):
                self.optimizer.step(rate)
            self.load(self.masters)
            with torch.no_grad():
                torch._foreach_lerp_(self.average, [m.data for m in self.masters], 1 - min(0.9995, 1 - 1 / ((self.step - self.fresh) / 8 + 2)))
            self.step += 1
            self.samples += plan.share * plan.threads * plan.accumulate
            now = time.time()
            usual = min(usual * 1.1, now - at)
            self.spent += min(now - at, 4 * usual)  # a process that was held back for minutes did not compute
            if now - last_log > 20:
                self.log(**{n: v / seen for n, v in sums.items()}, lr=rate, norm=norm.item(), rate=seen * plan.share / (now - last_log))
                last_log, sums, seen = time.time(), {}, 0
            if now - last_check > plan.check_minutes * 60:
                self.checked(check, prepare)
                last_check = last_log = time.time()
                sums, seen = {}, 0
            if now - last_save > plan.save_minutes * 60:
                self.save()
                last_save = time.time()
        self.checked(check, prepare)
        self.save()

    def checked(self, check: Callable[[], dict[str, float]], prepare: Callable[[], None] | None) -> None:
        self.load(self.average)
        self.model.eval()
        with torch.no_grad():
            if prepare:
                prepare()
            self.log(**check())
        self.model.train()
        self.load(self.masters)
        curves.draw(self.plan.work / "log.jsonl", self.plan.work / "curves.png")
