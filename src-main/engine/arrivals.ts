import type { DeviceId, JobId } from '../model/ids.ts';
import type { EnginePorts } from '../model/ports.ts';
import type { Change } from './apply.ts';
import { bring, outputsOn } from './bring.ts';
import type { Job, World } from './world.ts';

interface Coming {
  /** Jobs that wait for it. */
  readonly readers: Set<JobId>;
  readonly done: Promise<boolean>;
}

/** Brings what jobs read to their devices: a result once to each, however many jobs ask for it at a time. */
export class Arrivals {
  readonly #ports: EnginePorts;
  readonly #world: World;
  readonly #change: (change: Change) => void;
  readonly #free: (deviceId: DeviceId, outputs: unknown) => void;
  readonly #coming = new Map<string, Coming>();

  constructor(
    ports: EnginePorts,
    world: World,
    change: (change: Change) => void,
    free: (deviceId: DeviceId, outputs: unknown) => void,
  ) {
    this.#ports = ports;
    this.#world = world;
    this.#change = change;
    this.#free = free;
  }

  /** Whether all of them are there now, and the job still wants them. */
  async all(jobId: JobId, sources: readonly Job[], deviceId: DeviceId): Promise<boolean> {
    for (const source of sources) {
      if (outputsOn(source, deviceId)) continue;
      if (!(await this.#one(jobId, source, deviceId)) || !this.#isWanted(jobId)) return false;
    }
    return true;
  }

  #isWanted(jobId: JobId): boolean {
    return this.#world.jobs.get(jobId)?.state === 'running';
  }

  #one(jobId: JobId, source: Job, deviceId: DeviceId): Promise<boolean> {
    // What went to a host that was lost is no use to the one that came after it.
    const name = `${source.id} ${deviceId} ${this.#world.devices.get(deviceId)!.lives}`;
    const known = this.#coming.get(name);
    if (known) {
      known.readers.add(jobId);
      return known.done;
    }
    const readers = new Set([jobId]);
    const done = this.#bring(source, deviceId, readers).finally(() => this.#coming.delete(name));
    this.#coming.set(name, { readers, done });
    return done;
  }

  async #bring(source: Job, deviceId: DeviceId, readers: ReadonlySet<JobId>): Promise<boolean> {
    const brought = await bring(this.#ports, source, deviceId);
    // Without a reader the copy is of no use; and where the host was lost in between, half of it is gone.
    if (![...readers].some((id) => this.#isWanted(id))) {
      this.#free(deviceId, brought?.outputs);
      return false;
    }
    if (brought) this.#change({ is: 'job.copied', jobId: source.id, deviceId, ...brought });
    else this.#change({ is: 'job.spoiled', jobId: source.id });
    return brought !== null;
  }
}
