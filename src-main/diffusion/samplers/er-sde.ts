import type { Path, Term } from './sampler.ts';
import { alphaOf, finiteSigmas } from './snr.ts';

const points = 200;

/** How fast noise is renewed at a noise-to-signal ratio: the paper's ER SDE 5 (Cui 2023). */
const renewal = (ratio: number): number => ratio * (Math.exp(ratio ** 0.3) + 10);

/** Extended reverse-time SDE solver of order 3. */
export async function erSde<T>(path: Path<T>, start: T): Promise<T> {
  const { mix } = path;
  const sigmas = finiteSigmas(path);
  const ratios = sigmas.map((sigma) => sigma / alphaOf(path, sigma));
  let x = start;
  let [seen, bent]: [T?, T?] = [];
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const denoised = await path.predict(x, sigmas[i]!);
    if (sigmas[i + 1] === 0) x = mix([1, denoised]);
    else {
      const [from, to] = [ratios[i]!, ratios[i + 1]!];
      const alpha = alphaOf(path, sigmas[i + 1]!);
      const share = renewal(to) / renewal(from);
      const terms: Term<T>[] = [
        [(alpha / alphaOf(path, sigmas[i]!)) * share, x],
        [alpha * (1 - share), denoised],
      ];
      if (seen !== undefined) {
        const dt = to - from;
        const width = -dt / points;
        let [area, moment] = [0, 0];
        for (let n = 0; n < points; n++) {
          const at = to + n * width;
          area += width / renewal(at);
          moment += (width * (at - from)) / renewal(at);
        }
        const gap = from - ratios[i - 1]!;
        const bend = mix([1 / gap, denoised], [-1 / gap, seen]);
        terms.push([alpha * (dt + area * renewal(to)), bend]);
        if (bent !== undefined) {
          const turn = (alpha * (dt ** 2 / 2 + moment * renewal(to))) / ((from - ratios[i - 2]!) / 2);
          terms.push([turn, bend], [-turn, bent]);
        }
        bent = bend;
      }
      const spread = Math.sqrt(to ** 2 - from ** 2 * share ** 2);
      x = mix(...terms, [alpha * (Number.isNaN(spread) ? 0 : spread), path.noise(sigmas[i]!, sigmas[i + 1]!)]);
    }
    seen = denoised;
    path.endStep(denoised, [x, denoised, ...(bent === undefined ? [] : [bent])]);
  }
  return x;
}
