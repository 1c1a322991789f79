// Half the logarithm of the signal-to-noise ratio, in which exponential integrators take their steps.

interface Kind {
  readonly isFlow: boolean;
}

/** ln(alpha / sigma) */
export const lambdaOf = ({ isFlow }: Kind, sigma: number): number =>
  isFlow ? Math.log((1 - sigma) / sigma) : -Math.log(sigma);

export const sigmaOfLambda = ({ isFlow }: Kind, lambda: number): number =>
  isFlow ? 1 / (1 + Math.exp(lambda)) : Math.exp(-lambda);

/** How much of the picture a state has. */
export const alphaOf = ({ isFlow }: Kind, sigma: number): number => (isFlow ? 1 - sigma : 1);

/** A flow that starts at 1, where lambda is without end, starts a little below. */
export function finiteSigmas(path: Kind & { sigmas: readonly number[]; sigmaAt(percent: number): number }) {
  const { sigmas, isFlow } = path;
  return isFlow && sigmas.length > 1 && sigmas[0]! >= 1 ? [path.sigmaAt(1e-4), ...sigmas.slice(1)] : sigmas;
}
