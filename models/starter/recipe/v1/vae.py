"""Pictures to latents and back: 8 times smaller each way, 8 channels; 3x3 convolutions, nearest upsampling, and a norm over
the channels of each pixel, which knows nothing of the picture's size."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CHANNELS = 8
DOWN = 8


class Norm(nn.Module):
    """Each pixel's channels to a root mean square of 1, times a learned gain. Without it training falls apart or stands still."""

    def __init__(self, width: int):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * (x.square().mean(1, keepdim=True) + 1e-4).rsqrt() * self.gain


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.norm = Norm(width)
        self.a = nn.Conv2d(width, width, 3, padding=1)
        self.b = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.b(F.silu(self.a(F.silu(self.norm(x)))))


class Encoder(nn.Module):
    """[b,3,h,w] in -1..1 -> mean and log variance, [b,8,h/8,w/8] each. Cheap: it runs once for every training picture."""

    def __init__(self, width: int = 96):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, width // 2, 4, stride=4), nn.SiLU(), nn.Conv2d(width // 2, width, 3, padding=1), Residual(width),
            nn.Conv2d(width, width, 3, stride=2, padding=1), Residual(width), Residual(width), Norm(width), nn.SiLU())
        self.out = nn.Conv2d(width, 2 * CHANNELS, 3, padding=1)
        # The colour of each 8x8 field has a way of its own: training begins with blurred pictures instead of grey ones.
        self.colour = nn.Conv2d(3, CHANNELS, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = self.out(self.body(x)).chunk(2, 1)
        return mean + self.colour(F.avg_pool2d(x, DOWN)), logvar.clamp(-12, 4)


class Decoder(nn.Module):
    def __init__(self, widths: tuple[int, ...] = (128, 96, 64, 32)):
        super().__init__()
        a, b, c, d = widths
        self.inside = nn.Conv2d(CHANNELS, a, 3, padding=1)
        self.stage = nn.ModuleList([
            nn.Sequential(Residual(a), Residual(a)),
            nn.Sequential(nn.Conv2d(a, b, 3, padding=1), Residual(b)),
            nn.Sequential(nn.Conv2d(b, c, 3, padding=1), Residual(c)),
            nn.Sequential(nn.Conv2d(c, d, 3, padding=1), Norm(d), nn.SiLU()),
        ])
        self.out = nn.Conv2d(d, 3, 3, padding=1)
        self.colour = nn.Conv2d(CHANNELS, 3, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x, colour = self.inside(z), self.colour(z)
        for k, stage in enumerate(self.stage):
            x = stage(F.interpolate(x, scale_factor=2.0, mode="nearest") if k else x)
        return self.out(x) + F.interpolate(colour, scale_factor=float(DOWN), mode="nearest")


class Vae(nn.Module):
    """`mean` and `scale` [8] make latents of mean 0 and deviation 1 a channel; measured after training, folded in on export."""

    def __init__(self, width: int = 96, widths: tuple[int, ...] = (128, 96, 64, 32)):
        super().__init__()
        self.encoder, self.decoder = Encoder(width), Decoder(widths)
        self.register_buffer("mean", torch.zeros(CHANNELS))
        self.register_buffer("scale", torch.ones(CHANNELS))

    def encode(self, x: Tensor) -> Tensor:
        return (self.encoder(x)[0].float() - self.mean.view(1, -1, 1, 1)) / self.scale.view(1, -1, 1, 1)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder((z * self.scale.view(1, -1, 1, 1) + self.mean.view(1, -1, 1, 1)).to(self.decoder.out.weight.dtype))


def losses(vae: Vae, x: Tensor, noise: Tensor) -> dict[str, Tensor]:
    """Squared error with a little L1, and a touch of KL. `edge`, the L1 of differences at three scales, is only logged."""
    mean, logvar = vae.encoder(x)
    z = mean.float() + noise * (logvar.float() * 0.5).exp()
    y = vae.decoder(z.to(x.dtype)).float()
    x = x.float()
    pixel, mse = (y - x).abs().mean(), (y - x).square().mean()
    edge = torch.zeros(())
    a, b = y.detach(), x
    for k in range(3):
        for dim in (2, 3):
            edge = edge + (a.diff(dim=dim) - b.diff(dim=dim)).abs().mean()
        if k < 2:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    kl = 0.5 * (mean.float().square() + logvar.float().exp() - 1 - logvar.float()).mean()
    return {"loss": 4 * mse + 0.2 * pixel + 1e-4 * kl, "pixel": pixel, "edge": edge, "kl": kl, "mse": mse}
