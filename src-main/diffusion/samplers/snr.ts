// Half the logarithm of the signal-to-noise ratio, in which exponential integrators take their steps.

interface Kind {
  readonly isFlow: boolean;
}

/** ln(alpha / sigma) */
export const lambdaOf = ({ isFlow }: Kind, sigma: number): number =>
  isFlow ? Math.log((1 - sigma) / sigma) : -Math.log(sigma);

export const sigmaOfLambda = ({ isFlow }: Kind, lambda: number): number =>
  isFlow ? 1 / (1 + Math.exp(lambda)) : Math.exp(-lambda);

/**
 * The sigma in the middle of two in lambda, counted in float32 as the reference does: a Brownian motion tells sigmas
 * apart that differ by a millionth.
 */
export function floatMiddle({ isFlow }: Kind, from: number, to: number): number {
  const { fround, log, exp } = Math;
  const lambda = (sigma: number) =>
    fround(-log(isFlow ? fround(fround(sigma) / fround(1 - fround(sigma))) : fround(sigma)));
  const middle = fround(lambda(from) + fround(0.5 * fround(lambda(to) - lambda(from))));
  return fround(isFlow ? 1 / (1 + exp(middle)) : exp(-middle));
}

/** How much of the picture a state has. */
export const alphaOf = ({ isFlow }: Kind, sigma: number): number => (isFlow ? 1 - sigma : 1);

/** A flow that starts at 1, where lambda is without end, starts a little below. */
export function finiteSigmas(path: Kind & { sigmas: readonly number[]; sigmaAt(percent: number): number }) {
  const { sigmas, isFlow } = path;
  return isFlow && sigmas.length > 1 && sigmas[0]! >= 1 ? [path.sigmaAt(1e-4), ...sigmas.slice(1)] : sigmas;
}
