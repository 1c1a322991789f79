import type { Problem } from '../model/errors.ts';

/** How bad a finding is: `note` is worth knowing, `warning` is slow or will go wrong, `error` keeps Kiln from working. */
export const levels = ['fine', 'note', 'warning', 'error'] as const;
export type Level = (typeof levels)[number];

/** What is looked at, in this order. */
export type Look = 'system' | 'home' | 'store' | 'packs' | 'devices' | 'measuring';

interface Home {
  readonly path: string;
  readonly freeBytes: number;
}
interface Log {
  readonly path: string;
  readonly count: number;
  /** ISO 8601 of the latest. */
  readonly last: string;
  readonly text: string;
}

/** What can be found, and the values that its sentences need. */
export interface FindingValues {
  'kiln.runs': { kiln: string; node: string; system: string };
  'node.tooOld': { node: string; wanted: string };
  'memory.enough': { bytes: number; budgetBytes: number };
  'memory.overBudget': { bytes: number; budgetBytes: number };
  'memory.scarce': { bytes: number; freeBytes: number };
  'home.ready': Home;
  'home.roomUnknown': { path: string };
  'home.nearlyFull': Home;
  'home.full': Home;
  'home.served': { path: string; pid: number; address: string; since: string };
  'home.heldSilently': { path: string };
  'home.leftBehind': { path: string; pid: number; since: string };
  'store.opens': { path: string; ms: number };
  /** Said as everywhere else: a home, a store or a pack that cannot be used. */
  problem: { where: string; problem: Problem };
  'log.quiet': { path: string };
  'log.bugs': Log;
  'log.lostDevices': Log;
  'pack.opens': { pack: string; path: string; title: string; bytes: number };
  'pack.none': { path: string };
  'pack.partTooLarge': { pack: string; part: string; bytes: number; budgetBytes: number };
  'device.computes': { device: string; provider: string; label: string; threads: number; budgetBytes: number };
  'provider.noLibrary': { provider: string; library: string };
  'provider.failed': { provider: string; reason: string };
  'provider.notTried': { provider: string };
  'provider.otherSystem': { provider: string; systems: string };
  'card.found': { card: string; driver: string; bytes: number; usedBytes: number };
  'card.narrow': { card: string; width: number; most: number };
  'card.toolAbsent': { reason: string };
  'bandwidth.known': { device: string; loadBytes: number; bringBytes: number | null };
  'bandwidth.slow': { device: string; loadBytes: number };
  'bandwidth.belowDisk': { device: string; loadBytes: number; readBytes: number };
  'bandwidth.unknown': { device: string };
  'copy.measured': { bytes: number };
  'copy.slow': { bytes: number };
  'read.measured': { path: string; bytes: number };
  'read.slow': { path: string; bytes: number };
  'read.nothing': { path: string };
  'port.free': { address: string };
  'port.ours': { address: string };
  'port.taken': { address: string };
  'port.closed': { address: string; reason: string };
}
export type FindingCode = keyof FindingValues;

/** One thing that was found. Bytes of bandwidths are in a second. */
export type Finding = {
  [C in FindingCode]: { readonly code: C; readonly level: Level; readonly values: Readonly<FindingValues[C]> };
}[FindingCode];

export interface SaidFinding {
  readonly where: string;
  readonly what: string;
  /** Empty where there is nothing to explain, or to do. */
  readonly why: string;
  readonly remedy: string;
}

/** What `kiln doctor` says; the sentences of problems it has from those. */
export interface DoctorTexts {
  readonly levels: Readonly<Record<Level, string>>;
  readonly looks: Readonly<Record<Look, string>>;
  readonly summary: (count: Readonly<Record<Level, number>>) => string;
  readonly findings: {
    readonly [C in Exclude<FindingCode, 'problem'>]: (values: FindingValues[C]) => SaidFinding;
  };
}
