import type { PackScheduler, Prediction } from '../../model/pack.ts';
import { trained } from './betas.ts';
import type { DiffusersWay } from './diffusers-way.ts';
import { ddim, ddpmSteps, type Leg, lcmSteps, tcdSteps } from './legs.ts';
import { shareOf } from './look.ts';
import { pndm, pndmLegs, pndmTimesteps } from './pndm.ts';
import { lcmTimesteps, sigmaAtTimestep, spacedTimesteps } from './timesteps.ts';

interface Steps {
  readonly steps: number;
  readonly strength: number;
  readonly skipped: number;
}

/** Schedulers that go from one share of the picture to another. */
export function legsWay(
  config: PackScheduler,
  table: Float32Array,
  prediction: Prediction,
  { steps, strength, skipped }: Steps,
): DiffusersWay {
  const { className } = config;
  const sigmaAt = (timestep: number) => sigmaAtTimestep(table, timestep);
  const end = className === 'DDPMScheduler' || config.setAlphaToOne ? 1 : shareOf(table[0]!);
  const shareAt = (timestep: number) => (timestep >= 0 ? shareOf(sigmaAt(timestep)) : end);
  const stride = Math.floor(trained / steps);
  const leg = (timestep: number, to: number): Leg => ({
    timestep,
    sigma: sigmaAt(timestep),
    from: shareAt(timestep),
    to: shareAt(to),
  });
  const wayOf = (legs: readonly Leg[], sampler: DiffusersWay['sampler']): DiffusersWay => ({
    sigmas: [...legs.map(({ sigma }) => sigma), 0],
    asked: legs.map(({ timestep }) => timestep),
    isUnit: true,
    firstScale: 1,
    sampler,
  });
  if (className === 'LCMScheduler' || className === 'TCDScheduler') {
    const timesteps = config.givesStrength
      ? lcmTimesteps(config, steps, strength)
      : lcmTimesteps(config, steps, 1).slice(skipped);
    if (className === 'TCDScheduler') {
      const legs = timesteps.map((timestep, i) => leg(timestep, timesteps[i + 1] ?? 0));
      return wayOf(legs, tcdSteps(legs, config, shareAt));
    }
    const legs = timesteps.map((timestep, i) => leg(timestep, timesteps[i + 1] ?? timestep));
    return wayOf(legs, lcmSteps(legs, config));
  }
  const spaced = spacedTimesteps(config, steps, true);
  if (className === 'PNDMScheduler') {
    // Pseudo Runge-Kutta has no way for fewer than four.
    const isRunge = config.isRunge && spaced.length > 3;
    const all = pndmTimesteps(spaced, stride, isRunge);
    const legs = pndmLegs(all.slice(skipped), { all, stride, isRunge }, shareAt, sigmaAt);
    return wayOf(legs, pndm(legs, prediction === 'v', isRunge));
  }
  const legs = spaced
    .map((timestep, i) => leg(timestep, className === 'DDPMScheduler' ? (spaced[i + 1] ?? -1) : timestep - stride))
    .slice(skipped);
  return wayOf(legs, className === 'DDPMScheduler' ? ddpmSteps(legs, config) : ddim(legs, config));
}
