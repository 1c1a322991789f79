import type { Device } from '../model/device.ts';
import { AppError, Cancelled, fail, isCancelled } from '../model/errors.ts';
import type { HostEvent } from '../model/events.ts';
import type { BatchId, DeviceId, Digest, JobId, PartKey, TensorId } from '../model/ids.ts';
import type { PartFile } from '../model/pack.ts';
import type { Clock, DeviceHost, Hosts, JobStart } from '../model/ports.ts';
import { type Rpc, rpcOver } from '../model/rpc.ts';
import type { Batch, Lease } from '../model/run.ts';
import type { TensorRef } from '../model/tensor.ts';
import { wallMs } from './clock.ts';
import type { HostLink } from './host-link.ts';
import { ask, type Command, type CoreCalls, type HostCalls } from './protocol.ts';
import type { Held, RuntimeSpec } from './runtime.ts';
import { Watchdog } from './watchdog.ts';

export interface HostSpec {
  readonly device: Device;
  readonly runtime: RuntimeSpec;
}

export interface HostsOptions {
  readonly specs: readonly HostSpec[];
  /** Starts a process, or what stands for one. */
  readonly open: (spec: HostSpec) => HostLink;
  readonly clock: Clock;
  /** Bytes of an uploaded file. */
  readonly file: (digest: Digest) => Promise<Uint8Array>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** A host that dies before it was ready is started again this much later, doubled each time. */
const firstPauseMs = 250;
const longestPauseMs = 30_000;

/** A host as the composition root and tests see it: with ways to look inside and to end it. */
export interface SupervisedHost extends DeviceHost {
  readonly pid: number | null;
  held(): Promise<Held>;
  /** As if it crashed. */
  kill(): void;
}

export interface SupervisedHosts extends Hosts {
  host(deviceId: DeviceId): SupervisedHost;
}

export function makeHosts(options: HostsOptions): SupervisedHosts {
  const hosts = new Map<DeviceId, Supervisor>();
  return {
    devices: options.specs.map(({ device }) => device),
    host(deviceId) {
      const known = hosts.get(deviceId);
      if (known) return known;
      const spec = options.specs.find(({ device }) => device.id === deviceId);
      const ids = options.specs.map(({ device }) => device.id).join(', ');
      if (!spec) return fail('device.unknown', { device: deviceId, known: ids });
      const made = new Supervisor(spec, options);
      hosts.set(deviceId, made);
      return made;
    },
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}

interface Open {
  readonly link: HostLink;
  readonly rpc: Rpc;
}

/** One device's host through all its lives: what was said to a host that was lost is lost with it. */
class Supervisor implements SupervisedHost {
  readonly device: Device;
  readonly #spec: HostSpec;
  readonly #options: HostsOptions;
  readonly #watchdog: Watchdog;
  readonly #listeners = new Set<(event: HostEvent) => void>();
  readonly #closing = new AbortController();
  /** Said between two lives. */
  #unsaid: Command[] = [];
  #open: Open | null = null;
  #failures = 0;
  #hung: string | null = null;

  constructor(spec: HostSpec, options: HostsOptions) {
    this.device = spec.device;
    this.#spec = spec;
    this.#options = options;
    this.#watchdog = new Watchdog(options.clock, (batchId, limitMs) => {
      this.#hung = `batch ${batchId} gave no sign for ${Math.round(limitMs)} ms`;
      this.kill();
    });
    this.#start();
  }

  get pid(): number | null {
    return this.#open?.link.pid ?? null;
  }

  start(job: JobStart): void {
    this.#say({ type: 'start', job });
  }

  run(batch: Batch, files: readonly PartFile[]): void {
    this.#watchdog.began(batch);
    this.#say({ type: 'run', batch, files });
  }

  load(file: PartFile, evict: readonly PartKey[]): void {
    this.#say({ type: 'load', file, evict });
  }

  renew(batchId: BatchId, lease: Lease): void {
    this.#say({ type: 'renew', batchId, lease });
  }

  revoke(batchId: BatchId): void {
    this.#say({ type: 'revoke', batchId });
  }

  cancel(jobs: readonly JobId[]): void {
    this.#say({ type: 'cancel', jobs });
  }

  show(jobs: readonly JobId[], previews: boolean): void {
    this.#say({ type: 'show', jobs, previews });
  }

  free(tensors: readonly TensorId[]): void {
    this.#say({ type: 'free', tensors });
  }

  release(parts: readonly PartKey[]): void {
    this.#say({ type: 'release', parts });
  }

  async fetch(tensor: TensorRef): Promise<Uint8Array> {
    const { bytes } = await this.#ask('fetch', { tensor });
    return bytes[0] ?? fail('bug', { reason: `tensor ${tensor.id} came without bytes` });
  }

  async put(tensor: TensorRef, bytes: Uint8Array): Promise<void> {
    await this.#ask('put', { tensor }, [bytes]);
  }

  async held(): Promise<Held> {
    return (await this.#ask('held', null)).value;
  }

  listen(onEvent: (event: HostEvent) => void): () => void {
    this.#listeners.add(onEvent);
    return () => this.#listeners.delete(onEvent);
  }

  kill(): void {
    this.#open?.link.kill();
  }

  /** A host keeps nothing that must be written down: it is killed, and nobody waits for its end. */
  async close(): Promise<void> {
    this.#closing.abort(new Cancelled());
    this.#watchdog.forget();
    const open = this.#open;
    if (!open) return;
    open.link.kill();
  }

  #say(command: Command): void {
    if (this.#closing.signal.aborted) return;
    if (this.#open) this.#open.rpc.emit(command);
    else this.#unsaid.push(command);
  }

  async #ask<N extends keyof HostCalls & string>(
    name: N,
    args: HostCalls[N]['args'],
    bytes: readonly Uint8Array[] = [],
  ) {
    const lost = (reason: string, cause?: unknown) =>
      fail('device.lost', { device: this.device.id, reason }, {}, cause);
    if (!this.#open) return lost('it is being started again');
    try {
      return await ask<HostCalls, N>(this.#open.rpc, name, args as never, bytes);
    } catch (error) {
      if (error instanceof AppError && error.problems[0]?.code === 'port.closed')
        return lost(error.problems[0].values.reason, error);
      throw error;
    }
  }

  #tell(event: HostEvent): void {
    this.#watchdog.heard(event);
    for (const listener of this.#listeners) listener(event);
  }

  #start(): void {
    const { clock, open, file, log } = this.#options;
    const link = open(this.#spec);
    const rpc = rpcOver(
      link.port,
      async (name, args) => {
        if (name !== 'file') return fail('call.unknown', { name });
        const { digest } = args as CoreCalls['file']['args'];
        return { value: null, bytes: [await file(digest)] };
      },
      (event) => {
        if (this.#open?.rpc === rpc) this.#tell(event as HostEvent);
      },
      (reason) => this.#lost(reason, link),
    );
    this.#open = { link, rpc };
    const { device, runtime } = this.#spec;
    ask<HostCalls, 'hello'>(rpc, 'hello', { device, runtime, coreMs: clock.now(), wallMs: wallMs() }).then(
      ({ value }) => {
        this.#failures = 0;
        this.#tell({ type: 'host.ready', device: value });
      },
      (error: unknown) => {
        if (!this.#closing.signal.aborted) log('warn', `${device.id} did not start: ${error}`);
      },
    );
    for (const command of this.#unsaid.splice(0)) rpc.emit(command);
  }

  #lost(reason: string, link: HostLink): void {
    this.#open = null;
    this.#watchdog.forget();
    if (this.#closing.signal.aborted) return;
    const words = link.lastWords();
    const said = this.#hung ?? (words ? `${reason}; it last wrote: ${words.split('\n').at(-1)}` : reason);
    this.#hung = null;
    this.#options.log('warn', `${this.device.id} was lost: ${said}`);
    const inVain = this.#failures;
    void this.#startAgain();
    this.#tell({ type: 'host.lost', reason: said, inVain });
  }

  /** At once after a loss; later and later where it does not even get ready. */
  async #startAgain(): Promise<void> {
    const failures = this.#failures++;
    if (failures > 0) {
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
      try {
        await this.#options.clock.sleep(pauseMs, this.#closing.signal);
      } catch (error) {
        if (isCancelled(error)) return;
        throw error;
      }
    }
    this.#start();
  }
}
