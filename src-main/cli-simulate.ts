import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { nodeTypes } from '../nodes/index.ts';
import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodeOf, exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { table } from './cli-lists.ts';
import { replaceFile } from './cli-output-files.ts';
import type { Surroundings } from './cli-run.ts';
import { asMeasured, devicesNamed } from './core-devices.ts';
import { corePacks } from './core-packs.ts';
import { queueIn, queueText, readQueue } from './core-queue-file.ts';
import { readSettings } from './core-settings-file.ts';
import { type QueuedRun, type Simulation, simulated } from './core-simulated.ts';
import type { HostSpec } from './device/host.ts';
import { forkedHost } from './device/host-link.ts';
import { fail, problemsOfError, unwrap } from './model/errors.ts';
import { tiers } from './model/run.ts';
import { defaultSettings } from './model/settings.ts';
import { openStore } from './store/store.ts';
import { shortSpanText } from './texts/amounts.ts';
import { durationText } from './texts/cli-texts.ts';
import { bytesText } from './texts/sentence.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));

/** `kiln simulate`: what a queue would take on other devices. Nothing is computed, and the data folder stays as it is. */
export async function simulate(args: Arguments, around: Surroundings): Promise<ExitCode> {
  const { home, cwd, terminal, texts } = around;
  const settings = { ...defaultSettings, ...readSettings(home).values };
  const store = await openStore({ home });
  try {
    const runs = args.args[0] === undefined ? await queueIn(store, catalog) : await queueAt(args.args[0], cwd);
    if (runs.length === 0) return fail('queue.empty', { home });
    if (args.record !== null) {
      await replaceFile(args.record, cwd, queueText(runs));
      terminal.say(texts.simulation.recorded(runs.length, args.record));
    }
    const profiles = await store.profiles.load();
    const named = await devicesNamed(args.devices ?? 'cpu', {
      settings,
      open: forkedHost,
    });
    const devices = named.flatMap((spec) => asMeasured(spec, profiles, settings.cpuLanes));
    terminal.status(texts.simulation.working);
    const found = await simulated({
      runs: withDevices(runs, devices),
      devices,
      settings,
      packs: corePacks({ home, serves: true, devices: [] }),
      profiles: new Map([...profiles].filter(([id]) => devices.some(({ device }) => device.id === id))),
      file: async (digest) => (await store.blobs.get(digest)) ?? fail('image.missing', { name: digest.slice(0, 8) }),
    });
    terminal.status(null);
    const summary = summaryOf(found);
    if (args.json) terminal.data(JSON.stringify(summary));
    else for (const line of linesOf(summary, around)) terminal.data(line);
    const bad = found.runs.filter(({ state }) => state === 'failed');
    if (bad.length === 0) return exitCodes.done;
    const problems = bad[0]!.problems;
    terminal.say(texts.simulation.failed(bad.length));
    sayComplaints(around, withoutLine(problems));
    return exitCodeOf(problems);
  } finally {
    terminal.status(null);
    await store.close();
  }
}

async function queueAt(file: string, cwd: string): Promise<readonly QueuedRun[]> {
  const text = await readFile(path.resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT'
      ? fail('file.missing', { path: file })
      : fail('file.unreadable', { path: file, reason: problemsOfError(error)[0]!.code }),
  );
  return unwrap(readQueue(text, path.basename(file), catalog));
}

/** A run that asked for a device of its own may go anywhere where there is none of that name. */
const withDevices = (runs: readonly QueuedRun[], devices: readonly HostSpec[]): QueuedRun[] =>
  runs.map(({ device, ...run }) =>
    device && devices.some((spec) => spec.device.id === device) ? { ...run, device } : run,
  );

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1))] ?? 0;

function spread(ms: readonly number[]) {
  const sorted = [...ms].sort((a, b) => a - b);
  return { p50Ms: at(sorted, 0.5), p95Ms: at(sorted, 0.95), maxMs: sorted.at(-1) ?? 0 };
}

type Summary = ReturnType<typeof summaryOf>;

/** As `--json` prints it. */
function summaryOf({ wallMs, runs, devices }: Simulation) {
  const images = runs.reduce((sum, run) => sum + run.images, 0);
  const known = devices.flatMap(({ joules }) => joules ?? []);
  return {
    simulated: true,
    wallMs,
    runs: runs.length,
    failed: runs.filter(({ state }) => state !== 'done').length,
    images,
    imagesPerMinute: wallMs > 0 ? (images * 60_000) / wallMs : 0,
    wattHours: known.length > 0 ? known.reduce((sum, joules) => sum + joules, 0) / 3600 : null,
    tiers: tiers.flatMap((tier) => {
      const all = runs.filter((run) => run.tier === tier);
      if (all.length === 0) return [];
      const waits = all.flatMap(({ atMs, startedMs }) => (startedMs === null ? [] : [startedMs - atMs]));
      const ends = all.map(({ atMs, endedMs }) => endedMs - atMs);
      return [{ tier, runs: all.length, wait: spread(waits), done: spread(ends) }];
    }),
    devices: devices.map((device) => ({ ...device, busyShare: wallMs > 0 ? device.busyMs / wallMs : 0 })),
  };
}

function linesOf(summary: Summary, { texts }: Surroundings): string[] {
  const said = texts.simulation;
  const { columns } = said;
  const spans = ({ p50Ms, p95Ms, maxMs }: ReturnType<typeof spread>) => [p50Ms, p95Ms, maxMs].map(shortSpanText);
  return [
    said.total(summary.runs, summary.images, durationText(summary.wallMs / 1000), summary.imagesPerMinute),
    ...(summary.wattHours === null ? [] : [said.energy(summary.wattHours)]),
    '',
    ...table([
      [columns.tier, columns.runs, ...columns.wait, ...columns.done],
      ...summary.tiers.map(({ tier, runs, wait, done }) => [tier, String(runs), ...spans(wait), ...spans(done)]),
    ]),
    '',
    ...table([
      [columns.device, columns.busy, columns.calls, columns.rows, columns.loads, columns.loaded, columns.brought, ''],
      ...summary.devices.map((device) => [
        device.id,
        `${(100 * device.busyShare).toFixed(1)} %`,
        String(device.calls),
        (device.rows / Math.max(1, device.calls)).toFixed(1),
        String(device.loads),
        bytesText(device.loadedBytes),
        bytesText(device.broughtBytes),
        device.label,
      ]),
    ]),
  ];
}
