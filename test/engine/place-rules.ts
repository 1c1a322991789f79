import type { Job, World } from '../../src-main/engine/world.ts';
import { wholeOf } from '../../src-main/model/device.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';
import type { Drive } from '../build/drive.ts';

// The scheduler's rule 2, said once more: where a job is started. Where several runs share a job their rules may not
// agree, so what goes together and what is wished is looked at where one run alone had them made.

export function watchPlaces({ world, watch, violation }: Drive): void {
  watch({
    before(change) {
      if (change.is !== 'job.placed') return;
      const job = world.jobs.get(change.jobId);
      if (job?.state === 'ready') for (const what of wrongPlace(world, job, change.deviceId)) violation(what);
    },
    called(rows, batch) {
      for (const { jobId } of rows) {
        const job = world.jobs.get(jobId);
        if (job && !job.step.allowed.includes(wholeIn(world, batch.deviceId)))
          violation(`${jobId} is computed where it may not be`);
      }
    },
  });
}

export const wholeIn = (world: World, id: DeviceId): DeviceId => wholeOf(world.devices.get(id)!.device);

function wrongPlace(world: World, job: Job, lane: DeviceId): string[] {
  const deviceId = wholeIn(world, lane);
  const wrong: string[] = [];
  if (!job.step.allowed.includes(deviceId)) wrong.push(`${job.id} is started where it may not be`);
  const own = ownersStep(world, job);
  if (!own || own !== job.step || !own.placing) return wrong;
  const live = world.runs.get([...job.owners.keys()][0]!)!;
  const others = own.placing.beside.flatMap(({ step, must }) => {
    const other = world.jobs.get(live.jobs.get(step)!);
    return other && other.deviceId !== null && other.state !== 'reused' ? [{ other, step, must }] : [];
  });
  const isAlone = others.every(({ other, step }) => other.step === live.plan.steps.get(step) && other.owners.size <= 1);
  if (!isAlone) return wrong;
  const places = new Set(others.filter(({ must }) => must).map(({ other }) => wholeIn(world, other.deviceId!)));
  if (places.size > 0 && !places.has(deviceId)) wrong.push(`${job.id} is not where it must follow to`);
  const { wished } = own.placing;
  if (others.length === 0 && wished.length > 0 && !wished.includes(deviceId))
    wrong.push(`${job.id} is started against a wish that could be had`);
  return wrong;
}

/** The step as which the only run that wants a job wants it. */
function ownersStep(world: World, job: Job) {
  const [only, ...others] = job.owners;
  return only && others.length === 0 && world.runs.has(only[0]) ? only[1] : null;
}
