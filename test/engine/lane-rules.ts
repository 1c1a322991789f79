import { isWhole } from '../../src-main/model/device.ts';
import type { Drive } from '../build/drive.ts';
import { lanesOf, rankOf, rivalRank, waitingAt, wanting } from './batch-rules.ts';

// The scheduler's rule 7, said once more: who is started on which lane, and who gives way.

/** Counts what was started on narrow lanes. */
export function watchLanes({ world, watch, violation }: Drive): { started: number } {
  const seen = { started: 0 };
  watch({
    before(change) {
      if (change.is !== 'job.placed') return;
      const lane = world.devices.get(change.deviceId)!;
      const job = world.jobs.get(change.jobId);
      if (isWhole(lane.device) || job?.state !== 'ready') return;
      seen.started++;
      const narrow = lanesOf(world, lane).filter(({ device }) => !isWhole(device));
      if (narrow.some(({ state }) => state !== 'idle' && state !== 'busy'))
        violation('a narrow lane is used while another one is not there');
      const owners = [...job.owners.keys()].flatMap((id) => world.runs.get(id) ?? []);
      if (owners.some(({ alone, run }) => alone || run.deterministic))
        violation('a run that computes alone is started on a narrow lane');
      const wanted = [...world.runs.values()].filter(({ paused }) => !paused).length + world.waiting.size;
      const wide = lanesOf(world, lane).find(({ device }) => isWhole(device))!;
      const isWideUp = wide.state === 'idle' || wide.state === 'busy';
      if (isWideUp && wanted < narrow.length) violation(`${narrow.length} narrow lanes for ${wanted} runs`);
    },
    decided(decision) {
      const lane = world.devices.get(decision.deviceId)!;
      const [first] = decision.rows.map((id) => waitingAt(world, decision.deviceId).find(({ row }) => row.id === id));
      if (!first || first.isOverdue) return;
      const own = Math.min(...wanting(world, first.job).map(({ run }) => rankOf(run)));
      if (rivalRank(world, lane) < own) violation('a lane does not give way to a more urgent run on another one');
    },
  });
  return seen;
}
