import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { type DoctorFacts, findingsOf } from './cli-doctor-findings.ts';
import {
  lookAtCards,
  lookAtHome,
  lookAtLock,
  lookAtLog,
  lookAtMemory,
  lookAtPort,
  measureCopy,
  measureRead,
} from './cli-doctor-looks.ts';
import type { Surroundings } from './cli-run.ts';
import { defaultHost, defaultPort } from './cli-serve.ts';
import { readSettings } from './core-settings-file.ts';
import { builtInPacks, kilnVersion, projectFolder } from './core-versions.ts';
import { discoverDevices } from './device/discover.ts';
import { forkedHost } from './device/host-link.ts';
import { missingLibraries } from './device/provider-libraries.ts';
import { emptyProfile } from './engine/profile.ts';
import type { Provider } from './model/device.ts';
import { Cancelled, problemsOfError } from './model/errors.ts';
import { defaultSettings } from './model/settings.ts';
import { fileDigestCache } from './packs/digest-cache.ts';
import { keptFolders } from './packs/kept-folders.ts';
import { packLibrary } from './packs/library.ts';
import { openStore } from './store/store.ts';
import type { Level, Look } from './texts/cli-doctor-texts.ts';
import { doctorTexts, sayFinding } from './texts/say-doctor.ts';

/** A look that takes longer is told of. */
const quietMs = 1_000;

/** `kiln doctor`: what this machine has for Kiln, what is slow or wrong, and what to do. */
export async function doctor({ json }: Arguments, around: Surroundings): Promise<ExitCode> {
  const { terminal, language } = around;
  const texts = doctorTexts(language);
  const facts = await lookAround(around);
  const count: Record<Level, number> = { fine: 0, note: 0, warning: 0, error: 0 };
  for (const finding of findingsOf(facts)) {
    const { where, what, why, remedy } = sayFinding(finding, language);
    count[finding.level]++;
    if (json) {
      const { level, code, values } = finding;
      terminal.data(JSON.stringify({ level, code, where, what, why, remedy, values }));
      continue;
    }
    const [colon, gap] = language === 'zh' ? ['：', ''] : [': ', ' '];
    const sentences = [what, why, remedy].filter(Boolean).join(gap);
    terminal.data(`${texts.levels[finding.level]}${colon}${where}${colon}${sentences}`);
  }
  sayComplaints(around, withoutLine(readSettings(around.home).problems), {}, 'warning');
  terminal.say(texts.summary(count));
  return count.error > 0 ? exitCodes.failed : exitCodes.done;
}

async function lookAround({ home, terminal, language, interrupted }: Surroundings): Promise<DoctorFacts> {
  const texts = doctorTexts(language);
  let looking: Look = 'system';
  const timer = setInterval(() => terminal.status(texts.looks[looking]), quietMs);
  const at = <T>(look: Look, work: () => Promise<T>): Promise<T> => {
    if (interrupted.aborted) throw new Cancelled();
    looking = look;
    return work();
  };
  try {
    const [cards, port] = await at('system', () => Promise.all([lookAtCards(), lookAtPort(defaultHost, defaultPort)]));
    const [ofHome, lock, log] = await at('home', () =>
      Promise.all([lookAtHome(home), lookAtLock(home), lookAtLog(home, new Date())]),
    );
    const { profiles, ...store } = await at('store', () => lookAtStore(home, ofHome.problem === null));
    const packs = await at('packs', () => packsOf(home));
    const failed = new Map<Provider, string>();
    const devices = await at('devices', () =>
      discoverDevices({
        settings: { ...defaultSettings, ...readSettings(home).values },
        open: forkedHost,
        log: () => {},
        onFailed: (provider, reason) => failed.set(provider, reason),
      }),
    );
    const read = await at('measuring', () => measureRead(packs));
    return {
      kiln: kilnVersion,
      node: process.versions.node,
      nodeWanted: await nodeWanted(),
      platform: process.platform,
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      memory: lookAtMemory(),
      home: ofHome,
      lock,
      store,
      log,
      packs,
      packFolder: path.join(home, 'models'),
      devices,
      failed,
      missingLibraries: missingLibraries(),
      cards,
      profiles,
      guess: emptyProfile(),
      copyBytesPerMs: measureCopy(),
      read,
      port,
    };
  } finally {
    clearInterval(timer);
    terminal.status(null);
  }
}

async function nodeWanted(): Promise<string> {
  const text = await readFile(path.join(projectFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { engines?: { node?: string } }).engines?.node ?? '';
}

/** Opens it as a core would, and reads what was measured on this machine. */
async function lookAtStore(home: string, mayOpen: boolean) {
  const file = path.join(home, 'kiln.db');
  const nothing: DoctorFacts['profiles'] = new Map();
  const began = performance.now();
  if (!mayOpen) return { path: file, ms: 0, problems: [], profiles: nothing };
  try {
    const store = await openStore({ home });
    const ms = performance.now() - began;
    try {
      return { path: file, ms, problems: [], profiles: (await store.profiles.load()) as DoctorFacts['profiles'] };
    } finally {
      await store.close();
    }
  } catch (error) {
    return { path: file, ms: 0, problems: problemsOfError(error), profiles: nothing };
  }
}

const packsOf = (home: string) =>
  packLibrary({
    folders: [builtInPacks(), path.join(home, 'models')],
    kept: keptFolders(home).all,
    embeddings: [path.join(home, 'embeddings')],
    cache: fileDigestCache(path.join(home, 'pack-digests.json')),
  }).list();
