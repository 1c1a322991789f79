import { arrays } from '../../src-main/diffusion/arrays.ts';
import { finished, noised, noisedAt } from '../../src-main/diffusion/denoised.ts';
import { blended, differentialMask } from '../../src-main/diffusion/inpaint.ts';
import { batchNoise } from '../../src-main/diffusion/noise.ts';
import { maskFor } from '../../src-main/diffusion/planes/mask-ops.ts';
import type { Planes } from '../../src-main/diffusion/planes/planes.ts';
import { endOf } from '../../src-main/diffusion/samplers/traits.ts';
import { absolute, equal, relative, sizeOf } from './comparison.ts';
import { formatNamed } from './latent-formats.ts';
import { inputOf, latentOf } from './tensors.ts';
import { type Group, NotSupported, numbers } from './vector-file.ts';
import { samplerNamed, samplingOf, walked } from './walk.ts';

/** Runs that draw anew only where a mask says so. */
export const inpaint: Group = {
  name: ({ kind, sampler, mask, differential_strength: soft, latent_format, sigmas }) =>
    `${sampler} on ${kind}, ${mask}${soft === null ? '' : ` differential ${soft}`}, ${latent_format}, from ${sigmas[0]}`,
  said: ['steps', 'denoise'],
  async compare(run, file) {
    const { kind, sampler, cfg, mask: maskName, seed, differential_strength: strength, latent_format, final } = run;
    const { call_sigmas, call_probes } = run;
    const setup = samplingOf(file.inpaint_setup, kind);
    const shape = file.inpaint_setup.shape as Planes['shape'];
    const name = samplerNamed(sampler);
    const sigmas = numbers(run.sigmas).map(Math.fround);
    const { scale, shift } = latent_format === 'identity' ? { scale: 1, shift: 0 } : formatNamed(latent_format);
    if (shift !== 0) throw new NotSupported(`an inpainting run has no latents with a shift`);
    const source = latentOf(inputOf(file, file.inpaint_setup.latent));
    const latent = Float64Array.from(source.data, (value) => value * scale);
    const mask = maskFor(latentOf(inputOf(file, maskName)), shape).data;
    const noise = setup.noise(0);
    // `ddim` keeps the known part at noise of its own.
    const around = name === 'ddim' ? Float64Array.from(batchNoise(String(BigInt(seed) + 1n), shape)) : noise;
    const maskAt = (sigma: number) =>
      strength === null ? mask : differentialMask(mask, sigma, sigmas, setup.model, strength);
    const start = noised(arrays, setup.prediction, latent, noise, sigmas[0]!, setup.model.sigmas.at(-1)!);
    const { end, calls } = await walked(setup, name, {
      sigmas,
      cfg,
      start,
      before: (x, sigma) => blended(x, noisedAt(arrays, setup.prediction, latent, around, sigma), maskAt(sigma)),
      after: (denoised, sigma) => blended(denoised, latent, maskAt(sigma)),
    });
    const x = finished(arrays, setup.prediction, end, endOf(name, sigmas)).map((value) => value / scale);
    const wanted = numbers(final);
    return [
      equal('calls', calls.length, call_sigmas.length),
      relative(
        'call_sigmas',
        calls.map(({ sigma }) => sigma),
        numbers(call_sigmas),
        1e-5,
        1,
      ),
      relative(
        'call_probes',
        calls.flatMap(({ probe }) => probe),
        numbers(call_probes.flat()),
        1e-4,
        1,
      ),
      absolute('final', x, wanted, 2e-5 * sizeOf(wanted)),
    ];
  },
};
