import type { Holder } from './cli-home-lock.ts';
import type { Device, DeviceProfile, Provider } from './model/device.ts';
import type { Problem } from './model/errors.ts';
import type { PackListing } from './model/pack.ts';
import type { Finding, FindingCode, FindingValues, Level } from './texts/cli-doctor-texts.ts';

/** Everything that was seen on a machine. What could not be seen is null. */
export interface DoctorFacts {
  readonly kiln: string;
  readonly node: string;
  /** As package.json says it: `>=20.19`. */
  readonly nodeWanted: string;
  readonly platform: NodeJS.Platform;
  readonly system: string;
  readonly memory: {
    readonly totalBytes: number;
    /** What a process may use at most, where that is less. */
    readonly limitBytes: number | null;
    readonly freeBytes: number;
  };
  readonly home: { readonly path: string; readonly problem: Problem | null; readonly freeBytes: number | null };
  /** `note` is what the holder says of itself, or what a killed one left. */
  readonly lock: { readonly isHeld: boolean; readonly note: Holder | null };
  readonly store: { readonly path: string; readonly ms: number; readonly problems: readonly Problem[] };
  readonly log: LogFacts;
  readonly packs: readonly PackListing[];
  readonly packFolder: string;
  readonly devices: readonly Device[];
  /** Providers that did not run a model, and why. */
  readonly failed: ReadonlyMap<Provider, string>;
  /** Libraries of providers that are not there, by provider. */
  readonly missingLibraries: ReadonlyMap<Provider, string>;
  /** The reason is empty where nvidia-smi is not installed. */
  readonly cards: { readonly found: readonly Card[] } | { readonly reason: string };
  /** By device; null where nothing was measured yet. */
  readonly profiles: ReadonlyMap<string, Pick<DeviceProfile, 'loadBytesPerMs' | 'bringBytesPerMs'>>;
  /** What a device is thought to do before it was measured. */
  readonly guess: Pick<DeviceProfile, 'loadBytesPerMs' | 'bringBytesPerMs'>;
  readonly copyBytesPerMs: number;
  readonly read: { readonly path: string; readonly bytesPerMs: number } | null;
  readonly port: { readonly address: string; readonly state: 'free' | 'taken' | { readonly reason: string } };
}

export interface LogFacts {
  readonly path: string;
  readonly bugs: readonly LogLine[];
  readonly lost: readonly LogLine[];
}

export interface LogLine {
  readonly at: string;
  readonly text: string;
}

/** As nvidia-smi tells it. */
export interface Card {
  readonly name: string;
  readonly driver: string;
  readonly bytes: number;
  readonly usedBytes: number;
  /** Lanes of the bus; null where it does not say. */
  readonly width: number | null;
  readonly mostWidth: number | null;
}

const mb = 1024 ** 2;
const gb = 1024 ** 3;
/** Less cannot take a queue and a few pictures. */
const fullBytes = 64 * mb;
/** Kept results alone may take 4 GB. */
const nearlyFullBytes = 2 * gb;
const scarceBytes = gb;
/** In a second: a disk that turns reads 100 to 200 MB, a network less; memory of ten years ago copies 5 GB. */
const slowReadBytes = 100 * mb;
const slowCopyBytes = gb;

const found = <C extends FindingCode>(level: Level, code: C, values: FindingValues[C]): Finding =>
  ({ code, level, values }) as Finding;

/** What is fine, slow or wrong, by subject. */
export function findingsOf(facts: DoctorFacts): Finding[] {
  return [
    ...ofSystem(facts),
    ...ofHome(facts),
    ...ofStore(facts),
    ...ofLog(facts.log),
    ...ofPacks(facts),
    ...ofDevices(facts),
    ...ofProviders(facts),
    ...ofCards(facts),
    ...ofBandwidths(facts),
    ofPort(facts),
  ];
}

function ofSystem({ kiln, node, nodeWanted, system, memory, devices }: DoctorFacts): Finding[] {
  const limit = memory.limitBytes ?? memory.totalBytes;
  // Cards have their own memory.
  const budgetBytes = devices
    .filter(({ provider }) => provider === 'cpu')
    .reduce((sum, one) => sum + one.budgetBytes, 0);
  return [
    found('fine', 'kiln.runs', { kiln, node, system }),
    ...(isOlder(node, nodeWanted) ? [found('error', 'node.tooOld', { node, wanted: nodeWanted })] : []),
    budgetBytes > limit
      ? found('warning', 'memory.overBudget', { bytes: limit, budgetBytes })
      : found('fine', 'memory.enough', { bytes: limit, budgetBytes }),
    ...(memory.freeBytes < scarceBytes
      ? [found('warning', 'memory.scarce', { bytes: limit, freeBytes: memory.freeBytes })]
      : []),
  ];
}

/** Whether 20.1.0 is older than what `>=20.19` asks for. */
function isOlder(version: string, wanted: string): boolean {
  const numbers = (text: string): number[] => text.split('.').map(Number);
  const [has, wants] = [numbers(version), numbers(wanted.replace(/^[^\d]*/, ''))];
  const differs = wants.findIndex((number, i) => number !== (has[i] ?? 0));
  return differs >= 0 && (has[differs] ?? 0) < wants[differs]!;
}

function ofHome({ home, lock }: DoctorFacts): Finding[] {
  const { path, problem, freeBytes } = home;
  if (problem) return [found('error', 'problem', { where: path, problem })];
  return [
    freeBytes === null
      ? found('note', 'home.roomUnknown', { path })
      : freeBytes < fullBytes
        ? found('error', 'home.full', { path, freeBytes })
        : freeBytes < nearlyFullBytes
          ? found('warning', 'home.nearlyFull', { path, freeBytes })
          : found('fine', 'home.ready', { path, freeBytes }),
    ...ofLock(path, lock),
  ];
}

function ofLock(path: string, { isHeld, note }: DoctorFacts['lock']): Finding[] {
  if (isHeld && note?.address)
    return [found('note', 'home.served', { path, pid: note.pid, address: note.address, since: note.since })];
  if (isHeld) return [found('note', 'home.heldSilently', { path })];
  return note ? [found('note', 'home.leftBehind', { path, pid: note.pid, since: note.since })] : [];
}

function ofStore({ home, store: { path, ms, problems } }: DoctorFacts): Finding[] {
  // A home that cannot be used has been told of.
  if (home.problem) return [];
  if (problems.length === 0) return [found('fine', 'store.opens', { path, ms })];
  return problems.map((problem) => found('error', 'problem', { where: path, problem }));
}

function ofLog({ path, bugs, lost }: LogFacts): Finding[] {
  if (bugs.length + lost.length === 0) return [found('fine', 'log.quiet', { path })];
  const latest = (lines: readonly LogLine[]) => ({
    path,
    count: lines.length,
    last: lines.at(-1)!.at,
    text: lines.at(-1)!.text,
  });
  return [
    ...(bugs.length > 0 ? [found('warning', 'log.bugs', latest(bugs))] : []),
    ...(lost.length > 0 ? [found('warning', 'log.lostDevices', latest(lost))] : []),
  ];
}

function ofPacks({ packs, packFolder, devices }: DoctorFacts): Finding[] {
  const budgetBytes = Math.max(0, ...devices.map((device) => device.budgetBytes));
  const each = packs.flatMap(({ packId, path, facts, problems }): Finding[] => {
    const where = path;
    if (!facts) return problems.map((problem) => found('error', 'problem', { where, problem }));
    const tooLarge = facts.parts.filter(({ bytes }) => bytes > budgetBytes);
    return [
      found('fine', 'pack.opens', { pack: packId, path, title: facts.title, bytes: facts.bytes }),
      ...tooLarge.map(({ name, bytes }) =>
        found('warning', 'pack.partTooLarge', { pack: packId, part: name, bytes, budgetBytes }),
      ),
      ...[...problems, ...facts.warnings].map((problem) => found('warning', 'problem', { where, problem })),
    ];
  });
  const opens = packs.some(({ facts }) => facts !== null);
  return opens ? each : [...each, found('error', 'pack.none', { path: packFolder })];
}

const ofDevices = ({ devices }: DoctorFacts): Finding[] =>
  devices.map(({ id, provider, label, threads, budgetBytes }) =>
    found('fine', 'device.computes', { device: id, provider, label, threads, budgetBytes }),
  );

/** Systems that onnxruntime-node has a library for, by provider. */
const systemsOf: Readonly<Partial<Record<Provider, readonly NodeJS.Platform[]>>> = {
  cuda: ['linux'],
  webgpu: ['linux', 'win32', 'darwin'],
  dml: ['win32'],
  coreml: ['darwin'],
};
const systemNames: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'Linux',
  win32: 'Windows',
  darwin: 'macOS',
};

/** Providers that no device computes with, and why not. A card that lies idle is worth more than a note. */
function ofProviders({ devices, failed, missingLibraries, cards, platform }: DoctorFacts): Finding[] {
  const hasCard = 'found' in cards && cards.found.length > 0;
  return (Object.keys(systemsOf) as Provider[]).flatMap((provider): Finding[] => {
    if (devices.some((device) => device.provider === provider)) return [];
    const level = provider === 'cuda' && hasCard ? 'warning' : 'note';
    const systems = systemsOf[provider]!;
    if (!systems.includes(platform)) {
      const names = systems.map((one) => systemNames[one]).join(', ');
      return [found('note', 'provider.otherSystem', { provider, systems: names })];
    }
    const library = missingLibraries.get(provider);
    if (library !== undefined) return [found(level, 'provider.noLibrary', { provider, library })];
    const reason = failed.get(provider);
    if (reason !== undefined) return [found(level, 'provider.failed', { provider, reason })];
    return [found('note', 'provider.notTried', { provider })];
  });
}

function ofCards({ cards }: DoctorFacts): Finding[] {
  if ('reason' in cards) return [found('note', 'card.toolAbsent', { reason: cards.reason })];
  return cards.found.flatMap(({ name: card, driver, bytes, usedBytes, width, mostWidth: most }) => [
    found('fine', 'card.found', { card, driver, bytes, usedBytes }),
    ...(width !== null && most !== null && width < most
      ? [found('warning', 'card.narrow', { card, width, most })]
      : []),
  ]);
}

function ofBandwidths({ devices, profiles, guess, copyBytesPerMs, read, home }: DoctorFacts): Finding[] {
  const inSecond = (bytesPerMs: number): number => bytesPerMs * 1000;
  const readBytes = read === null ? 0 : inSecond(read.bytesPerMs);
  const measured = devices.map(({ id: device }) => {
    const profile = profiles.get(device);
    // A profile begins with guesses; what still is one was not measured.
    if (!profile || profile.loadBytesPerMs === guess.loadBytesPerMs)
      return found('note', 'bandwidth.unknown', { device });
    const loadBytes = inSecond(profile.loadBytesPerMs);
    // Loading is reading and making ready; where the disk is quick, it is not what takes the time.
    if (loadBytes < slowReadBytes)
      return readBytes < slowReadBytes
        ? found('warning', 'bandwidth.slow', { device, loadBytes })
        : found('note', 'bandwidth.belowDisk', { device, loadBytes, readBytes });
    const bringBytes = profile.bringBytesPerMs === guess.bringBytesPerMs ? null : inSecond(profile.bringBytesPerMs);
    return found('fine', 'bandwidth.known', { device, loadBytes, bringBytes });
  });
  const copied = inSecond(copyBytesPerMs);
  return [
    ...measured,
    copied < slowCopyBytes
      ? found('warning', 'copy.slow', { bytes: copied })
      : found('fine', 'copy.measured', { bytes: copied }),
    read === null
      ? found('note', 'read.nothing', { path: home.path })
      : readBytes < slowReadBytes
        ? found('warning', 'read.slow', { path: read.path, bytes: readBytes })
        : found('fine', 'read.measured', { path: read.path, bytes: readBytes }),
  ];
}

function ofPort({ port: { address, state }, lock }: DoctorFacts): Finding {
  if (state === 'free') return found('fine', 'port.free', { address });
  if (state !== 'taken') return found('error', 'port.closed', { address, reason: state.reason });
  const isOurs = lock.isHeld && lock.note?.address === address;
  return isOurs ? found('fine', 'port.ours', { address }) : found('warning', 'port.taken', { address });
}
