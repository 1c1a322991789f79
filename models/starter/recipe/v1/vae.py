"""Pictures to latents and back: 8 times smaller each way, 8 channels. A linear way from fields of 8x8 pixels and back, and
beside it 3x3 convolutions with nearest upsampling, without norms, for what it leaves out."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CHANNELS = 8
DOWN = 8
NOISE = 0.05


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.a = nn.Conv2d(width, width, 3, padding=1)
        self.b = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.b(F.silu(self.a(F.silu(x))))


class Encoder(nn.Module):
    """[b,3,h,w] in -1..1 -> [b,8,h/8,w/8]. Cheap: it runs once for every training picture."""

    def __init__(self, width: int = 96):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, width // 2, 4, stride=4), nn.SiLU(), nn.Conv2d(width // 2, width, 3, padding=1), Residual(width),
            nn.Conv2d(width, width, 3, stride=2, padding=1), Residual(width), Residual(width), nn.SiLU())
        self.out = nn.Conv2d(width, CHANNELS, 3, padding=1)
        self.linear = nn.Conv2d(3, CHANNELS, DOWN, stride=DOWN)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.body(x)) + self.linear(x)


class Decoder(nn.Module):
    def __init__(self, widths: tuple[int, ...] = (128, 96, 48, 24)):
        super().__init__()
        a, b, c, d = widths
        self.inside = nn.Conv2d(CHANNELS, a, 3, padding=1)
        self.stage = nn.ModuleList([
            nn.Sequential(Residual(a), Residual(a)),
            nn.Sequential(nn.Conv2d(a, b, 3, padding=1), Residual(b)),
            nn.Sequential(nn.Conv2d(b, c, 3, padding=1), Residual(c)),
            nn.Sequential(nn.Conv2d(c, d, 3, padding=1), nn.SiLU()),
        ])
        self.out = nn.Conv2d(d, 3, 3, padding=1)
        self.linear = nn.Conv2d(CHANNELS, 3 * DOWN * DOWN, 1)

    def forward(self, z: Tensor) -> Tensor:
        x, linear = self.inside(z), F.pixel_shuffle(self.linear(z), DOWN)
        for k, stage in enumerate(self.stage):
            x = stage(F.interpolate(x, scale_factor=2.0, mode="nearest") if k else x)
        return self.out(x) + linear


def begin_linear(encoder: Encoder, decoder: Decoder, x: Tensor) -> None:
    """Both linear ways from the eight strongest principal components of 8x8 fields, each of variance 1 as a latent; what the
    convolutions add begins near nothing. A network that starts elsewhere is not there after ten minutes."""
    fields = F.pixel_unshuffle(x.double(), DOWN).transpose(0, 1).flatten(1)  # [192,n]: a column is a field, (colour, row, column)
    mean = fields.mean(1)
    values, vectors = torch.linalg.eigh(torch.cov(fields))
    deviations, parts = values[-CHANNELS:].flip(0).sqrt(), vectors[:, -CHANNELS:].flip(1).T  # [8], [8,192]
    with torch.no_grad():
        down = parts / deviations[:, None]
        encoder.linear.weight.copy_(down.view(CHANNELS, 3, DOWN, DOWN))
        encoder.linear.bias.copy_(-down @ mean)
        decoder.linear.weight.copy_((parts * deviations[:, None]).T[:, :, None, None])
        decoder.linear.bias.copy_(mean)
        for out in (encoder.out, decoder.out):
            out.weight.mul_(0.1)
            out.bias.zero_()


class Vae(nn.Module):
    """`mean` and `scale` [8] make latents of mean 0 and deviation 1 a channel; measured after training, folded in on export."""

    def __init__(self, width: int = 96, widths: tuple[int, ...] = (128, 96, 48, 24)):
        super().__init__()
        self.encoder, self.decoder = Encoder(width), Decoder(widths)
        self.register_buffer("mean", torch.zeros(CHANNELS))
        self.register_buffer("scale", torch.ones(CHANNELS))

    def encode(self, x: Tensor) -> Tensor:
        return (self.encoder(x).float() - self.mean.view(1, -1, 1, 1)) / self.scale.view(1, -1, 1, 1)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder((z * self.scale.view(1, -1, 1, 1) + self.mean.view(1, -1, 1, 1)).to(self.decoder.out.weight.dtype))


def losses(decoder: Decoder, x: Tensor, z: Tensor, noise: Tensor) -> dict[str, Tensor]:
    """L1, squared error, and `edge`, the L1 of differences at three scales. Latents z of x are blurred by noise in units of their
    deviation, so that neighbours in latent space look alike and the decoder forgives a denoiser's errors."""
    z = z.float()
    y = decoder((z + noise * z.detach().std((0, 2, 3), keepdim=True)).to(x.dtype)).float()
    x = x.float()
    pixel, mse = (y - x).abs().mean(), (y - x).square().mean()
    edge = torch.zeros(())
    a, b = y, x
    for k in range(3):
        for dim in (2, 3):
            edge = edge + (a.diff(dim=dim) - b.diff(dim=dim)).abs().mean()
        if k < 2:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    return {"loss": pixel + mse + 0.5 * edge, "pixel": pixel, "edge": edge, "mse": mse}
