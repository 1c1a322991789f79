// A core as a child that makes pictures for a while and is asked what it holds on to. Started with --expose-gc.
import { readdirSync } from 'node:fs';
import type { SupervisedHosts } from '../src-main/device/host.ts';
import { forkedHost, type HostLink } from '../src-main/device/host-link.ts';
import type { RuntimeSpec } from '../src-main/device/runtime.ts';
import { idleLimit } from '../src-main/engine/world.ts';
import type { DeviceProfile } from '../src-main/model/device.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { DeviceId, RunId } from '../src-main/model/ids.ts';
import { isOver } from '../src-main/model/run.ts';
import { tensorsIn } from '../src-main/model/tensor.ts';
import { type Bench, openBench, prompts } from './queue.ts';

/** What the child is asked, each with one answer. */
export type Asked =
  /** Opens a core on the CPU; with a profile, on a device that computes nothing and takes the time that it says. */
  | { readonly open: { readonly sim: DeviceProfile | null } }
  /** Short runs until the engine keeps as many results for reuse as it ever will. */
  | { readonly fill: true }
  /** Runs to their end. Each has a prompt of its own; some are cancelled. */
  | { readonly runs: number }
  | { readonly look: true }
  | { readonly close: true };

/** After collecting, when nothing is under way. */
export interface Look {
  /** On the heap and beside it, of the core's thread. */
  readonly bytes: number;
  readonly heapBytes: number;
  /** What keeps the core's event loop alive. */
  readonly resources: number;
  /** Open files and sockets; 0 where the system does not tell. */
  readonly coreFiles: number;
  readonly hostFiles: number;
  /** In the host, beyond those that belong to results kept for reuse. */
  readonly tensors: number;
  /** Results that are kept for reuse. */
  readonly reusable: number;
  /** Runs, rows and other jobs that the engine still knows. */
  readonly remembered: number;
  /** Measured ms(rows). */
  readonly profile: DeviceProfile;
}

const device = 'cpu' as DeviceId;
/** Runs that are submitted together, and of these how many there are to one that is cancelled. */
const atOnce = 100;
const oneCancelledOf = 20;

let bench: Bench | null = null;
let made = 0;

/** A host that is told to compute nothing: its first message says what it is, and everything else stays as it is. */
function simulated({ ms, ...profile }: DeviceProfile): HostLink {
  const link = forkedHost();
  // A hole came as null through JSON.
  const holes = Object.entries(ms).map(([size, table]) => [size, table.map((one) => one ?? undefined)]);
  const runtime: RuntimeSpec = {
    kind: 'sim',
    sim: { profile: { ...profile, ms: Object.fromEntries(holes) }, downscale: 1, upscale: 4 },
  };
  const told = (message: unknown) => {
    const { name, args } = message as { name?: string; args?: object };
    return name === 'hello' ? { ...(message as object), args: { ...args, runtime } } : message;
  };
  return { ...link, port: { ...link.port, post: (message, bytes) => link.port.post(told(message), bytes) } };
}

async function work({ core, graph }: Bench, runs: number, steps: number): Promise<void> {
  for (let left = runs; left > 0; left -= atOnce) {
    const overrides = Array.from({ length: Math.min(left, atOnce) }, () => {
      made++;
      return {
        prompt: `${prompts[made % prompts.length]!} ${made}`,
        seed: String(made),
        steps: Math.max(1, steps - (made % 4)),
        cfg: made % 3 === 0 ? 2 : 1,
      };
    });
    const over = new Set<RunId>();
    let look = () => {};
    let broken: unknown = null;
    const stop = core.listen((event) => {
      if (event.type !== 'run.changed' || !isOver(event.state)) return;
      if (event.state === 'failed') broken = event.problems;
      over.add(event.runId);
      look();
    });
    const ids = unwrap(await core.submit({ graph, overrides, tier: 'background' }));
    for (const [i, id] of ids.entries()) if (i % oneCancelledOf === 0) core.cancel(id);
    await new Promise<void>((resolve) => {
      look = () => over.size === ids.length && resolve();
      look();
    });
    stop();
    if (broken !== null) throw new Error(JSON.stringify(broken));
  }
}

async function fill(open: Bench): Promise<void> {
  const { world } = open.parts.engine;
  for (let before = -1; world.idle.size > before && world.idle.size < idleLimit; ) {
    before = world.idle.size;
    await work(open, atOnce, 1);
  }
}

async function look({ parts }: Bench): Promise<Look> {
  for (let i = 0; i < 6; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    globalThis.gc!();
  }
  const { heapUsed, external } = process.memoryUsage();
  const host = (parts.hosts as SupervisedHosts).host(device);
  const { world } = parts.engine;
  const idle = [...world.idle.keys()].map((id) => world.jobs.get(id)!);
  const reusable = idle.flatMap(({ outputs, deviceId }) => (deviceId === device ? tensorsIn(outputs) : []));
  return {
    bytes: heapUsed + external,
    heapBytes: heapUsed,
    resources: process.getActiveResourcesInfo().length,
    coreFiles: openFiles(process.pid),
    hostFiles: openFiles(host.pid!),
    tensors: (await host.held()).tensors - new Set(reusable.map(({ id }) => id)).size,
    reusable: idle.length,
    remembered: world.runs.size + world.queued.size + world.jobs.size - idle.length + world.rows.size,
    profile: world.profiles.get(device)!,
  };
}

function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

async function answer(asked: Asked): Promise<object> {
  if ('open' in asked) {
    const { sim } = asked.open;
    bench = await openBench({ strangers: true, ...(sim ? { host: simulated(sim) } : {}) });
  } else if ('runs' in asked) await work(bench!, asked.runs, 8);
  else if ('fill' in asked) await fill(bench!);
  else if ('look' in asked) return look(bench!);
  else await bench!.close();
  return {};
}

process.on('message', (asked: Asked) => {
  answer(asked).then(
    (found) => process.send!(found),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
