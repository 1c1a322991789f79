import type { Device } from '../model/device.ts';
import { fail } from '../model/errors.ts';
import type { Catalog } from '../model/node-type.ts';
import type { Clock } from '../model/ports.ts';
import { type Port, rpcOver, type WithBytes } from '../model/rpc.ts';
import { shiftedClock, wallMs } from './clock.ts';
import { webgpuRuntime } from './gpu/webgpu.ts';
import { HostLoop } from './host-loop.ts';
import type { EarlySession } from './ort/early-session.ts';
import { ortRuntime } from './ort/ort.ts';
import { probe } from './probe.ts';
import { ask, type Command, type CoreCalls, type HostCalls } from './protocol.ts';
import type { Runtime, RuntimeSpec } from './runtime.ts';
import { simRuntime } from './sim/sim.ts';

export interface ServeOptions {
  readonly nodeTypes: Catalog;
  readonly clock: Clock;
  /** Whether that is the core's own. */
  readonly sharesClock: boolean;
  /** Ends this host at once, as a native crash would. */
  readonly crash: () => void;
  /** Just before this host may be stuck for the first time, in a node or a device: until then its channel tells it when to end. */
  readonly onFirstCall?: () => void;
  /** A session that was begun before `hello`. */
  readonly early?: EarlySession | null;
  readonly onClose: (reason: string) => void;
}

/** The host's side of the protocol, whatever carries it. It becomes somebody with `hello`. */
export function serveHost(port: Port, options: ServeOptions): void {
  let host: { readonly loop: HostLoop; readonly runtime: Runtime } | null = null;
  const present = () => host ?? fail('bug', { reason: 'a host was asked before it was told who it is' });

  const firstCall = (() => {
    let told = false;
    return () => {
      if (!told) options.onFirstCall?.();
      told = true;
    };
  })();

  const hello = ({ device, runtime: spec, coreMs, wallMs: thenMs }: HostCalls['hello']['args']): WithBytes => {
    const runtime = runtimeOf(device, spec, options);
    // The message has waited for this process to start, so the two clocks are joined by the machine's.
    const shiftMs = options.sharesClock ? 0 : coreMs + (wallMs() - thenMs) - options.clock.now();
    const loop = new HostLoop({
      runtime,
      nodeTypes: options.nodeTypes,
      clock: shiftedClock(options.clock, shiftMs),
      emit: (event) => rpc.emit(event),
      async file(digest, signal) {
        const { bytes } = await ask<CoreCalls, 'file'>(rpc, 'file', { digest }, [], signal);
        return bytes[0] ?? fail('image.missing', { name: digest });
      },
    });
    host = { loop, runtime };
    setImmediate(() => void runtime.warmUp().catch(() => {})); // loading says it again, to somebody who listens
    return { value: device, bytes: [] };
  };

  const rpc = rpcOver(
    port,
    async (name, args, bytes) => {
      switch (name as keyof HostCalls) {
        case 'hello':
          return hello(args as HostCalls['hello']['args']);
        case 'fetch': {
          const { tensor } = args as HostCalls['fetch']['args'];
          const { runtime } = present();
          await runtime.transfer?.(tensor.bytes);
          return { value: null, bytes: [await runtime.download(tensor)] };
        }
        case 'put': {
          const { tensor } = args as HostCalls['put']['args'];
          const data = bytes[0] ?? fail('bug', { reason: 'a tensor came without bytes' });
          await present().runtime.transfer?.(tensor.bytes);
          present().runtime.upload(data, tensor.dtype, tensor.shape, tensor.id);
          present().loop.owners.put(tensor.id);
          return { value: null, bytes: [] };
        }
        case 'held':
          return { value: present().runtime.held(), bytes: [] };
        case 'probe':
          return { value: await probe((args as HostCalls['probe']['args']).device), bytes: [] };
      }
      return fail('call.unknown', { name });
    },
    (raw) => {
      const command = raw as Command;
      if (command.type === 'start' || command.type === 'run') firstCall();
      present().loop.obey(command);
    },
    (reason) => {
      const closing = host?.loop.close() ?? Promise.resolve();
      closing.catch(() => {}).finally(() => options.onClose(reason));
    },
  );
}

function runtimeOf(device: Device, spec: RuntimeSpec, { early, clock, crash }: ServeOptions): Runtime {
  if (spec.kind === 'ort' && device.provider !== 'webgpu') return ortRuntime(device, early, spec.prepacked);
  void early?.giveUp();
  return spec.kind === 'ort' ? webgpuRuntime(device) : simRuntime(device, spec.sim, clock, crash);
}
