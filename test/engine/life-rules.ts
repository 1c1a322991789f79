import type { Change } from '../../src-main/engine/apply.ts';
import type { Effect, World } from '../../src-main/engine/world.ts';
import type { DeviceId, JobId, RunId } from '../../src-main/model/ids.ts';
import type { Run } from '../../src-main/model/run.ts';
import { tensorsIn } from '../../src-main/model/tensor.ts';
import type { Drive } from '../build/drive.ts';
import { rankOf, wanting } from './batch-rules.ts';

// The rules about runs: who starts, what a pause holds, what a lost host costs, what is computed once.

export function watchLives(place: Drive): void {
  watchAdmissions(place);
  watchLosses(place);
  watchSharing(place);
  place.watch({ settled: () => books(place.world).forEach(place.violation) });
}

/** Runs start in their order; nothing starts that is paused, or of a tier that is. */
function watchAdmissions({ world, watch, violation, now }: Drive): void {
  const served = (run: Run) => world.served.get(run.submitter) ?? 0;
  /** Whether a run must start before another one. */
  const isBefore = (a: Run, b: Run): boolean => {
    if (a.tier !== b.tier) return rankOf(a) < rankOf(b);
    return a.submitter === b.submitter ? a.place < b.place : served(a) < served(b);
  };
  watch({
    admitting(ids) {
      const runs = ids.map((id) => world.queued.get(id)!);
      if (new Set(ids).size < ids.length) violation('a run starts twice');
      for (const run of runs) if (world.pausedTiers.has(run.tier)) violation(`${run.id} starts in a paused tier`);
      const left = [...world.queued.values()].filter(
        ({ id, state, tier }) => state !== 'paused' && !world.pausedTiers.has(tier) && !ids.includes(id),
      );
      const inTurn = runs.filter(({ id }) => !world.overdue.has(id));
      if (inTurn.length > 0 && left.some(({ id }) => world.overdue.has(id)) && world.runs.size < 24)
        violation('an overdue run does not start');
      for (const run of inTurn)
        for (const other of left) if (isBefore(other, run)) violation(`${run.id} starts before ${other.id}`);
    },
    before(change) {
      if (change.is !== 'run.admitted' || world.runs.has(change.runId)) return;
      const run = world.queued.get(change.runId);
      paused = run?.state === 'paused' || (run !== undefined && world.pausedTiers.has(run.tier));
    },
    after(change) {
      if (
        change.is === 'run.admitted' &&
        paused &&
        world.runs.has(change.runId) &&
        !world.runs.get(change.runId)!.paused
      )
        violation(`${change.runId} starts while it is paused`);
      paused = false;
    },
    settled() {
      const wait = [...world.queued.values()].filter(
        ({ state, tier }) => state !== 'paused' && !world.pausedTiers.has(tier),
      );
      const isIdle = wait.length > 0 && [...world.runs.values()].every((live) => live.paused);
      idleSince = isIdle ? (idleSince ?? now()) : null;
      // Planning takes up to 3 ms.
      if (idleSince !== null && now() - idleSince > 6) violation('runs wait and nothing runs');
    },
  });
  let paused = false;
  let idleSince: number | null = null;
}

/** A lost host costs what it held: other runs keep every job they had, and nobody else is tried alone. */
function watchLosses({ world, watch, violation }: Drive): void {
  let untouched = new Map<RunId, { jobs: ReadonlyMap<unknown, JobId>; alone: boolean; losses: number }>();
  const holds = (runId: RunId, deviceId: DeviceId): boolean => {
    const live = world.runs.get(runId)!;
    return [...live.jobs.values(), ...live.borrowed].some((id) => {
      const job = world.jobs.get(id);
      if (!job || job.deviceId !== deviceId) return false;
      return job.state === 'running' || tensorsIn(job.outputs).length > 0;
    });
  };
  // Results that nobody reads any more go with their last reader.
  const here = (jobs: ReadonlyMap<unknown, JobId>) => new Map([...jobs].filter(([, id]) => world.jobs.has(id)));
  watch({
    before(change) {
      untouched = new Map();
      if (change.is !== 'host' || change.event.type !== 'host.lost') return;
      for (const [id, live] of world.runs)
        if (!live.resetting && !holds(id, change.deviceId))
          untouched.set(id, { jobs: here(live.jobs), alone: live.alone, losses: live.losses });
    },
    after(_, effects) {
      for (const [id, was] of untouched) {
        const live = world.runs.get(id);
        if (!live) violation(`${id} ended with a host that held nothing of it`);
        else if (live.alone !== was.alone || live.losses !== was.losses || live.resetting)
          violation(`${id} pays for a host that held nothing of it`);
        else if ([...was.jobs].some(([step, job]) => live.jobs.get(step as never) !== job || !world.jobs.has(job)))
          violation(`${id} lost a job that was elsewhere`);
      }
      cancels(effects);
    },
  });
  const cancels = (effects: readonly Effect[]) => {
    for (const effect of effects)
      if (effect.do === 'cancel' && world.devices.get(effect.deviceId)!.state === 'starting')
        violation('a host that is gone is told to cancel');
  };
}

/** What two runs need at once is made once; what was made is not made again while it is there. */
function watchSharing({ world, watch, violation }: Drive): void {
  const made = new Map<string, number>();
  let isLossless = true;
  watch({
    before(change: Change) {
      if (change.is === 'job.spoiled' || (change.is === 'host' && change.event.type === 'host.lost'))
        isLossless = false;
    },
    after(_, effects) {
      for (const effect of effects) {
        if (effect.do !== 'tellJob' || effect.job.state !== 'done' || effect.job.key === null || effect.ms === 0)
          continue;
        const times = (made.get(effect.job.key) ?? 0) + 1;
        made.set(effect.job.key, times);
        if (times > 1 && isLossless) violation(`${effect.job.key} is made twice`);
      }
    },
    settled() {
      const seen = new Set<string>();
      for (const { key, id } of world.jobs.values()) {
        if (key === null) continue;
        if (seen.has(key)) violation(`${key} has two jobs`);
        if (world.byKey.get(key) !== id) violation(`${id} cannot be found by its key`);
        seen.add(key);
      }
    },
  });
}

/** What is kept up to date as things change is what a count would find. */
function books(world: World): string[] {
  const wrong: string[] = [];
  const expectEqual = (what: string, kept: number, counted: number) =>
    kept !== counted && wrong.push(`${what}: ${kept} instead of ${counted}`);
  expectEqual(
    'runs by tier',
    Object.values(world.live).reduce((sum, { size }) => sum + size, 0),
    world.runs.size,
  );
  for (const { device, line, rowsWaiting, started, resident, batch, next, ahead } of world.devices.values()) {
    const inLine = [...line.values()].reduce((all, group) => all + group.size, 0);
    const wanted = [...world.rows.values()].filter(
      (row) => row.deviceId === device.id && wanting(world, world.jobs.get(row.jobId)!).length > 0,
    ).length;
    expectEqual(`rows in the lines of ${device.id}`, inLine, wanted);
    expectEqual(`rows waiting at ${device.id}`, rowsWaiting, wanted);
    const running = [...world.jobs.values()].filter(
      (job) => job.state === 'running' && job.deviceId === device.id,
    ).length;
    expectEqual(`jobs at ${device.id}`, started.size, running);
    const pins = [...resident.values()].reduce((all, part) => all + part.pins, 0);
    expectEqual(`pins at ${device.id}`, pins, (batch ? 1 : 0) + (next ? 1 : 0) + ahead.size);
  }
  let ready = 0;
  for (const job of world.jobs.values()) {
    if (job.state === 'ready' && wanting(world, job).length > 0) ready++;
    if (job.waitsFor < 0 || job.holds < 0)
      wrong.push(`${job.id} waits for ${job.waitsFor}, is held ${job.holds} times`);
    const isOver = job.state === 'done' || job.state === 'reused';
    if (!isOver && job.owners.size === 0) wrong.push(`${job.id} is ${job.state} and nobody wants it`);
  }
  expectEqual('ready jobs', world.ready.size, ready);
  const waiting = [...world.queued.values()].filter(({ state }) => state !== 'paused').length;
  expectEqual('waiting runs', world.waiting.size, waiting);
  for (const id of world.overdue)
    if (!world.queued.has(id) && !world.runs.has(id)) wrong.push(`${id} is overdue and gone`);
  return wrong;
}
