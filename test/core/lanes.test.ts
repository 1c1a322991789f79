import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenCore, openParts } from '../../src-main/core.ts';
import { devicesNow } from '../../src-main/core-devices-now.ts';
import type { SupervisedHost } from '../../src-main/device/host.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import type { DeviceId, RunId } from '../../src-main/model/ids.ts';
import type { RunState } from '../../src-main/model/run.ts';

// A served core on a CPU of two threads, whatever this machine has.

const home = mkdtempSync(path.join(tmpdir(), 'kiln-lanes-'));
let open: OpenCore;
beforeAll(async () => {
  open = await openParts({ home, serves: true, settings: { cpuThreads: 2, cpuLanes: 2 } });
});
afterAll(async () => {
  await open.core.close();
  rmSync(home, { recursive: true, force: true });
});

const lane = 'cpu/1' as DeviceId;

test('a burst is computed on lanes; a lane whose process is killed comes back, and every run ends well', async () => {
  const { core, parts } = open;
  const file = path.join(import.meta.dirname, '../../graphs/text-to-image.kiln.json');
  const graph = unwrap(core.readGraph(readFileSync(file, 'utf8'), 'graph'));
  const used = new Set<DeviceId>();
  const ended = new Map<RunId, RunState>();
  let killed = false;
  let ids: readonly RunId[] = [];
  await new Promise<void>((resolve, reject) => {
    core.listen((event) => {
      if (event.type === 'batch.finished') {
        used.add(event.deviceId);
        if (event.deviceId === lane && !killed) {
          killed = true;
          (parts.hosts.host(lane) as SupervisedHost).kill();
        }
      }
      if (event.type !== 'run.changed' || event.state === 'running' || event.state === 'queued') return;
      ended.set(event.runId, event.state);
      if (ids.length > 0 && ids.every((id) => ended.has(id))) resolve();
    });
    const overrides = Array.from({ length: 32 }, (_, i) => ({ prompt: 'a red fox', seed: String(i), steps: 8 }));
    core.submit({ graph, overrides, tier: 'fast' }).then((taken) => {
      ids = unwrap(taken);
    }, reject);
  });
  expect([...ended.values()]).toEqual(ids.map(() => 'done'));
  expect(killed).toBe(true);
  expect(used).toContain('cpu/2');
  const now = devicesNow(parts.engine.world, parts.live);
  expect(now.map(({ device }) => device.id)).toEqual(['cpu']);
  expect(now[0]!.restarts).toBe(1);
}, 120_000);
