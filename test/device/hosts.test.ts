import path from 'node:path';
import { systemClock } from '../../src-main/device/clock.ts';
import { makeHosts } from '../../src-main/device/host.ts';
import { forkedHost } from '../../src-main/device/host-link.ts';
import { inProcessHost } from '../../src-main/device/in-process.ts';
import type { RuntimeSpec } from '../../src-main/device/runtime.ts';
import { VirtualClock } from '../../src-main/device/sim/clock.ts';
import type { Catalog } from '../../src-main/model/node-type.ts';
import { type HostMaker, hostContract } from '../contracts/host.contract.ts';
import { nodeTypes } from './nodes.ts';
import { testDevice } from './test-device.ts';

const catalog: Catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const entry = path.join(import.meta.dirname, 'host-entry.ts');
const sizes = { 'denoiser@2222 4x2x2 3': [1, 1, 1] };

const maker = (runtime: 'sim' | 'ort', forked: boolean): HostMaker => ({
  name: `${forked ? 'in a process of its own' : 'in this process'} on ${runtime}`,
  runtime,
  forked,
  make({ faults, file }) {
    const clock = runtime === 'sim' && !forked ? new VirtualClock() : systemClock();
    const profile = { loadBytesPerMs: 10_000, bringBytesPerMs: 10_000, ms: sizes };
    const spec: RuntimeSpec =
      runtime === 'ort' ? { kind: 'ort' } : { kind: 'sim', sim: { profile, faults, downscale: 1 } };
    const hosts = makeHosts({
      specs: [{ device: testDevice(runtime), runtime: spec }],
      open: () => (forked ? forkedHost({ entry, execArgv: [] }) : inProcessHost(catalog, clock)),
      clock,
      file,
      log: () => {},
    });
    return { hosts, clock };
  },
});

hostContract(maker('sim', false));
hostContract(maker('ort', false));
hostContract(maker('sim', true));
hostContract(maker('ort', true));
