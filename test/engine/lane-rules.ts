import type { DeviceState, Job } from '../../src-main/engine/world.ts';
import { isWhole, wholeOf } from '../../src-main/model/device.ts';
import { isWaitedFor, type Run } from '../../src-main/model/run.ts';
import type { Drive } from '../build/drive.ts';
import { lanesOf, rankOf, rivalRank, waitingAt, wanting } from './batch-rules.ts';

// The scheduler's rule 7, said once more: who is started on which lane, and who gives way.

/** Counts what was started on narrow lanes, and what began there behind a run that somebody waits for. */
export function watchLanes({ world, watch, violation }: Drive): { started: number; behind: number } {
  const seen = { started: 0, behind: 0 };
  const isLong = ({ step }: Job) => step.calls > 1;
  const leaderOf = (job: Job) => wanting(world, job).sort((a, b) => rankOf(a.run) - rankOf(b.run))[0]?.run;
  const isBefore = (one: Run, other: Run) =>
    one.tier === other.tier && one.submitter === other.submitter && one.place < other.place;
  /** Of two runs that somebody waits for, of one submitter, the later begins when the earlier has gone some way. */
  const inOrder = (job: Job, lane: DeviceState): void => {
    const run = leaderOf(job);
    if (!run || !isWaitedFor(run.tier) || !isLong(job) || !world.lanes.has(wholeOf(lane.device))) return;
    const lanes = lanesOf(world, lane);
    const narrow = lanes.filter(({ device }) => !isWhole(device)).length;
    for (const one of lanes)
      for (const other of [...one.started].flatMap((id) => world.jobs.get(id) ?? [])) {
        const before = leaderOf(other);
        if (other === job || !before || !isBefore(before, run)) continue;
        seen.behind++;
        if (isWhole(one.device) !== isWhole(lane.device))
          violation('a run begins while one before it computes on lanes of another width');
        // On the wide lane they share calls; on a narrow one they would take turns, and end together.
        else if (one === lane && isWhole(lane.device)) continue;
        else if (isLong(other) && (one === lane || other.callsMade * narrow < other.step.calls))
          violation('a run begins on a narrow lane before the one before it has gone its part of the way');
      }
  };
  watch({
    before(change) {
      if (change.is !== 'job.placed') return;
      const lane = world.devices.get(change.deviceId)!;
      const job = world.jobs.get(change.jobId);
      if (job?.state === 'ready') inOrder(job, lane);
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
