import path from 'node:path';
import { systemClock } from '../../src-main/device/clock.ts';
import { makeHosts } from '../../src-main/device/host.ts';
import { forkedHost } from '../../src-main/device/host-link.ts';
import type { DeviceId, JobId, RunId } from '../../src-main/model/ids.ts';
import { testDevice } from './test-device.ts';

/** Two hosts: one idle, one in a loop that never ends. Prints their process ids, and closes when its input ends. */
const entry = path.join(import.meta.dirname, 'host-entry.ts');
const device = testDevice('sim');
const sim = { profile: { loadBytesPerMs: 1, bringBytesPerMs: 1, ms: {} } };
const hosts = makeHosts({
  specs: ['sim:0', 'sim:1'].map((id) => ({ device: { ...device, id: id as DeviceId }, runtime: { kind: 'sim', sim } })),
  open: () => forkedHost({ entry, execArgv: [] }),
  clock: systemClock(),
  file: () => Promise.reject(new Error('no files')),
  log: () => {},
});
const [idle, stuck] = hosts.devices.map(({ id }) => hosts.host(id));
const progressed = new Promise<void>((resolve) => {
  stuck!.listen((event) => event.type === 'job.progressed' && resolve());
});
stuck!.start({ jobId: 'a' as JobId, runId: 'r' as RunId, nodeType: 'test.block', item: {}, packs: [] });
await Promise.all([idle!.held(), progressed]);
process.stdout.write(`${JSON.stringify([idle!.pid, stuck!.pid])}\n`);
process.stdin.resume();
process.stdin.on('end', () => hosts.close().then(() => process.exit(0)));
