import { type Problem, problem } from '../model/errors.ts';
import type { PartKey } from '../model/ids.ts';
import type { Row } from '../model/run.ts';
import { hotBytes } from './loading.ts';
import type { Places } from './places.ts';
import type { DeviceState, Job, World } from './world.ts';

// Why a job can be taken by no device, with what to change.

export function whyNot(job: Job, { allowed, neededBytes }: Places): Problem {
  const { nodeId } = job.step;
  const largest = allowed.reduce<DeviceState | null>(
    (a, b) => (a && a.device.budgetBytes >= b.device.budgetBytes ? a : b),
    null,
  );
  return largest
    ? doesNotFit(job, largest, neededBytes, job.step.needs)
    : problem('device.none', { node: nodeId }, { nodeId });
}

/** Nothing runs on an idle device, so what does not fit there now never will. */
export const tooLarge = (world: World, row: Row, state: DeviceState): Problem =>
  doesNotFit(world.jobs.get(row.jobId)!, state, (world.partBytes.get(row.part) ?? 0) + row.scratchBytes, [row.part]);

function doesNotFit({ step: { nodeId } }: Job, state: DeviceState, needed: number, needs: readonly PartKey[]): Problem {
  const { id: device, budgetBytes: budget } = state.device;
  const hot = hotBytes(state, needs);
  return needed <= budget && hot > 0
    ? problem('device.hotFillsIt', { device, needed, budget, hot }, { nodeId })
    : problem('device.doesNotFit', { device, needed, budget }, { nodeId });
}
