import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DoctorFacts, findingsOf } from '../../src-main/cli-doctor-findings.ts';
import {
  cardsIn,
  lookAtCards,
  lookAtLock,
  lookAtLog,
  lookAtPort,
  measureRead,
} from '../../src-main/cli-doctor-looks.ts';
import { problem } from '../../src-main/model/errors.ts';
import type { DeviceId, PackId } from '../../src-main/model/ids.ts';
import type { PackFacts, PackListing } from '../../src-main/model/pack.ts';
import { holdFile } from '../../src-main/store/owner.ts';
import { type Finding, type FindingCode, levels } from '../../src-main/texts/cli-doctor-texts.ts';
import { languages } from '../../src-main/texts/language.ts';
import { doctorTexts, sayFinding } from '../../src-main/texts/say-doctor.ts';
import { kiln } from '../build/kiln-process.ts';
import { emptyFolder } from './call.ts';

const gb = 1024 ** 3;
const guess = { loadBytesPerMs: 500_000, bringBytesPerMs: 1_000_000 };
const pack = (parts: readonly { name: string; bytes: number }[]): PackListing => ({
  packId: 'one' as PackId,
  path: '/home/models/one',
  facts: { title: 'One', bytes: 4 * gb, parts, warnings: [] } as unknown as PackFacts,
  problems: [],
});
const cpu = {
  id: 'cpu' as DeviceId,
  runtime: 'ort',
  provider: 'cpu',
  label: 'A processor',
  budgetBytes: 8 * gb,
  threads: 8,
} as const;
const note = { pid: 7, address: 'http://127.0.0.1:7867', token: 'secret', since: '2026-01-02T03:04:05.678Z' };

/** A machine that lacks nothing. */
const well: DoctorFacts = {
  kiln: '1.2.3',
  node: '24.1.0',
  nodeWanted: '>=20.19',
  platform: 'linux',
  system: 'Linux 6 x64',
  memory: { totalBytes: 16 * gb, limitBytes: null, freeBytes: 9 * gb },
  home: { path: '/home', problem: null, freeBytes: 100 * gb },
  lock: { isHeld: false, note: null },
  store: { path: '/home/kiln.db', ms: 12, problems: [] },
  log: { path: '/home/logs/kiln.log', bugs: [], lost: [] },
  packs: [pack([{ name: 'denoiser', bytes: 3 * gb }])],
  packFolder: '/home/models',
  devices: [cpu],
  failed: new Map(),
  missingLibraries: new Map(),
  cards: { reason: '' },
  profiles: new Map([['cpu', { loadBytesPerMs: 900_000, bringBytesPerMs: 2_000_000 }]]),
  guess,
  copyBytesPerMs: 5_000_000,
  read: { path: '/home/models/one/unet.onnx', bytesPerMs: 2_000_000 },
  port: { address: 'http://127.0.0.1:7867', state: 'free' },
};

/** What is found besides what is found on a machine that lacks nothing. */
function foundWith(change: Partial<DoctorFacts>): Finding[] {
  const usual = new Set(findingsOf(well).map((finding) => JSON.stringify(finding)));
  return findingsOf({ ...well, ...change }).filter((finding) => !usual.has(JSON.stringify(finding)));
}
const codesWith = (change: Partial<DoctorFacts>) => foundWith(change).map(({ level, code }) => `${level} ${code}`);

describe('what is found', () => {
  test('a machine that lacks nothing has no warnings and no errors', () => {
    const found = findingsOf(well);
    expect(found.filter(({ level }) => level === 'warning' || level === 'error')).toEqual([]);
    expect(found.map(({ code }) => code)).toContain('store.opens');
  });

  test('a full disk is an error, one that is nearly full a warning', () => {
    const room = (freeBytes: number | null) => codesWith({ home: { ...well.home, freeBytes } });
    expect(room(1000)).toEqual(['error home.full']);
    expect(room(gb)).toEqual(['warning home.nearlyFull']);
    expect(room(null)).toEqual(['note home.roomUnknown']);
  });

  test('a held lock tells who holds it, and not with which token', () => {
    const held = foundWith({ lock: { isHeld: true, note }, port: { ...well.port, state: 'taken' } });
    expect(held.map(({ level, code }) => `${level} ${code}`)).toEqual(['note home.served', 'fine port.ours']);
    expect(held[0]!.values).toEqual({ path: '/home', pid: 7, address: note.address, since: note.since });
    expect(JSON.stringify(held)).not.toContain('secret');
    expect(codesWith({ lock: { isHeld: true, note: null } })).toEqual(['note home.heldSilently']);
    expect(codesWith({ lock: { isHeld: false, note } })).toEqual(['note home.leftBehind']);
  });

  test('a broken pack is an error that says what opening it says; none at all is one too', () => {
    const why = problem('pack.fileBroken', { pack: 'bad', path: 'model_index.json', reason: 'not JSON' });
    const bad = { packId: 'bad' as PackId, path: '/home/models/bad', facts: null, problems: [why] };
    expect(foundWith({ packs: [...well.packs, bad] })).toEqual([
      { level: 'error', code: 'problem', values: { where: '/home/models/bad', problem: why } },
    ]);
    expect(codesWith({ packs: [bad] })).toEqual(['error problem', 'error pack.none']);
    expect(codesWith({ packs: [] })).toEqual(['error pack.none']);
  });

  test('a part that fits on no device is named', () => {
    const large = pack([{ name: 'denoiser', bytes: 9 * gb }]);
    expect(foundWith({ packs: [large] })).toMatchObject([{ code: 'pack.partTooLarge', values: { part: 'denoiser' } }]);
  });

  test('a missing provider is a note, and a warning where a card lies idle because of it', () => {
    const missingLibraries = new Map([['cuda', 'libcuda.so'] as const]);
    const card = { name: 'A100', driver: '1', bytes: gb, usedBytes: 0, width: 16, mostWidth: 16 };
    expect(codesWith({ missingLibraries })).toEqual(['note provider.noLibrary']);
    expect(codesWith({ missingLibraries, cards: { found: [card] } })).toEqual([
      'warning provider.noLibrary',
      'fine card.found',
    ]);
    expect(codesWith({ failed: new Map([['cuda', 'no driver']]) })).toEqual(['note provider.failed']);
    expect(codesWith({ platform: 'darwin' })).toEqual(['note provider.otherSystem', 'note provider.notTried']);
  });

  test('a card with fewer lanes than it could have is slow', () => {
    const card = { name: 'A100', driver: '1', bytes: gb, usedBytes: 0, width: 4, mostWidth: 16 };
    expect(codesWith({ cards: { found: [card] } })).toEqual(['fine card.found', 'warning card.narrow']);
  });

  test.each([
    ['20.18.3', true],
    ['18.20.0', true],
    ['20.19.0', false],
    ['22.0.0', false],
  ])('Node %s is too old: %s', (node, isOld) => {
    expect(codesWith({ node }).includes('error node.tooOld')).toBe(isOld);
  });

  test('memory that is limited below the budget, or nearly used up, is warned of', () => {
    const memory = { ...well.memory, limitBytes: 2 * gb };
    expect(codesWith({ memory })).toEqual(['warning memory.overBudget']);
    expect(codesWith({ memory: { ...well.memory, freeBytes: gb / 2 } })).toEqual(['warning memory.scarce']);
  });

  test('bandwidths that were never measured are no figures, and slow ones say so', () => {
    const profiles = (loadBytesPerMs: number) => ({ profiles: new Map([['cpu', { ...guess, loadBytesPerMs }]]) });
    expect(codesWith(profiles(guess.loadBytesPerMs))).toEqual(['note bandwidth.unknown']);
    expect(codesWith({ profiles: new Map() })).toEqual(['note bandwidth.unknown']);
    expect(codesWith(profiles(1000))).toEqual(['note bandwidth.belowDisk']);
    const read = { path: 'a', bytesPerMs: 10 };
    expect(codesWith({ ...profiles(1000), read })).toEqual(['warning bandwidth.slow', 'warning read.slow']);
    expect(codesWith({ ...profiles(1000), read: null })).toEqual(['warning bandwidth.slow', 'note read.nothing']);
    expect(foundWith(profiles(700_000))).toMatchObject([{ values: { loadBytes: 700_000_000, bringBytes: null } }]);
    expect(codesWith({ copyBytesPerMs: 1000, read })).toEqual(['warning copy.slow', 'warning read.slow']);
    expect(codesWith({ read: null })).toEqual(['note read.nothing']);
  });

  test('a home or a store that cannot be used is an error, told once', () => {
    const why = problem('store.readOnly', { path: '/home' });
    expect(codesWith({ home: { ...well.home, problem: why }, store: { ...well.store, problems: [why] } })).toEqual([
      'error problem',
    ]);
    expect(codesWith({ store: { ...well.store, problems: [why] } })).toEqual(['error problem']);
  });

  test('a taken port is a warning; an address where nobody can listen is an error', () => {
    expect(codesWith({ port: { ...well.port, state: 'taken' } })).toEqual(['warning port.taken']);
    expect(codesWith({ port: { ...well.port, state: { reason: 'EPERM' } } })).toEqual(['error port.closed']);
  });

  test('mistakes and lost devices of the log are counted, the latest is shown', () => {
    const lines = ['a', 'b'].map((text) => ({ at: '2026-01-01T00:00:00.000Z', text }));
    const found = foundWith({ log: { ...well.log, bugs: lines, lost: lines.slice(0, 1) } });
    expect(found).toMatchObject([
      { level: 'warning', code: 'log.bugs', values: { count: 2, text: 'b' } },
      { level: 'warning', code: 'log.lostDevices', values: { count: 1, text: 'a' } },
    ]);
  });
});

describe('looks', () => {
  test('the log is read by its entries, not by lines of a stack, and no further back than a week', async () => {
    const home = emptyFolder();
    mkdirSync(path.join(home, 'logs'));
    const entries = [
      '2026-01-01T00:00:00.000Z bug: long ago',
      '2026-02-01T00:00:00.000Z bug: Error: odd',
      '    at somewhere',
      '2026-02-02T00:00:00.000Z warn: cpu was lost: exit 134',
      '2026-02-02T00:00:00.000Z warn: something else',
    ];
    writeFileSync(path.join(home, 'logs', 'kiln.log'), entries.join('\n'));
    const { bugs, lost } = await lookAtLog(home, new Date('2026-02-03T00:00:00Z'));
    expect(bugs).toEqual([{ at: '2026-02-01T00:00:00.000Z', text: 'bug: Error: odd' }]);
    expect(lost).toEqual([{ at: '2026-02-02T00:00:00.000Z', text: 'warn: cpu was lost: exit 134' }]);
    expect(await lookAtLog(path.join(home, 'none'), new Date())).toMatchObject({ bugs: [], lost: [] });
  });

  test('a lock that is held is seen and left as it is; one that nobody took is not made', async () => {
    const home = emptyFolder();
    expect(await lookAtLock(home)).toEqual({ isHeld: false, note: null });
    const letGo = holdFile(path.join(home, 'serve.lock'))!;
    writeFileSync(path.join(home, 'serve.json'), JSON.stringify(note));
    expect(await lookAtLock(home)).toEqual({ isHeld: true, note });
    letGo();
    expect(await lookAtLock(home)).toEqual({ isHeld: false, note });
    holdFile(path.join(home, 'serve.lock'))!();
  });

  test('a port is free or taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await lookAtPort('127.0.0.1', port)).toEqual({ address: `http://127.0.0.1:${port}`, state: 'taken' });
    await new Promise((resolve) => server.close(resolve));
    expect((await lookAtPort('127.0.0.1', port)).state).toBe('free');
  });

  test('what nvidia-smi prints is read; where it is not, that is said', async () => {
    const text = 'NVIDIA A100-SXM4-80GB, 535.129.03, 81920, 3, 16, 16\nOld card, 470.1, 2048, 12, [N/A], [N/A]\n';
    expect(cardsIn(text)).toMatchObject([
      { name: 'NVIDIA A100-SXM4-80GB', driver: '535.129.03', bytes: 80 * gb, width: 16, mostWidth: 16 },
      { name: 'Old card', bytes: 2 * gb, width: null, mostWidth: null },
    ]);
    expect(cardsIn('No devices were found\n')).toEqual([]);
    expect(await lookAtCards('no-such-tool-anywhere')).toEqual({ reason: '' });
  });

  test('the largest file of the packs that open is read', async () => {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, 'small.onnx'), new Uint8Array(300_000));
    writeFileSync(path.join(folder, 'large.onnx'), new Uint8Array(900_000));
    const read = await measureRead([{ ...well.packs[0]!, path: folder }]);
    expect(read?.path).toBe(path.join(folder, 'large.onnx'));
    expect(read?.bytesPerMs).toBeGreaterThan(0);
    expect(await measureRead([{ ...well.packs[0]!, path: folder, facts: null }])).toBeNull();
  });
});

test.each(languages)(
  'everything that can be found is said in %s, with why or what to do where it is not fine',
  (language) => {
    const codes = Object.keys(doctorTexts(language).findings) as FindingCode[];
    const isNumber = /bytes|^(ms|pid|count|threads|width|most)$/i;
    for (const code of codes) {
      const values = new Proxy(
        {},
        { get: (_all, name) => (isNumber.test(String(name)) ? 4096 : `some ${String(name)}`) },
      );
      const { where, what, why, remedy } = sayFinding({ level: 'note', code, values } as unknown as Finding, language);
      for (const text of [where, what, why, remedy]) expect(text, code).not.toMatch(/undefined|NaN|null/);
      expect(
        [where, what].every((text) => text !== ''),
        code,
      ).toBe(true);
      expect(remedy === '' || why !== '', code).toBe(true);
    }
    const sum = doctorTexts(language).summary({ fine: 1, note: 2, warning: 3, error: 1 });
    expect(sum).toMatch(/1.*3/);
  },
);

describe('the command', () => {
  const looked = async (home: string) => {
    const { code, out } = await kiln(['doctor', '--json', '--home', home]);
    const findings = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Finding & { where: string; what: string });
    return { code, findings, codes: findings.map((finding) => finding.code) };
  };

  test('on a fresh home it finds the machine, the starter pack and the processor, and ends well', async () => {
    const { code, findings, codes } = await looked(path.join(emptyFolder(), 'home'));
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(code).toBe(0);
    expect(codes).toEqual(expect.arrayContaining(['kiln.runs', 'store.opens', 'pack.opens', 'device.computes']));
    // How quick it found the memory depends on what else this machine does.
    expect(codes.some((one) => one === 'copy.measured' || one === 'copy.slow')).toBe(true);
    for (const { level, where, what } of findings) {
      expect(levels).toContain(level);
      expect(where.length * what.length).toBeGreaterThan(0);
    }
  });

  test('a pack that does not open ends it with 1', async () => {
    const home = path.join(emptyFolder(), 'home');
    const at = path.join(home, 'models', 'bad');
    mkdirSync(at, { recursive: true });
    writeFileSync(path.join(at, 'model_index.json'), 'no JSON');
    const { code, findings } = await looked(home);
    expect(code).toBe(1);
    expect(findings.filter(({ level }) => level === 'error')).toMatchObject([{ code: 'problem', where: at }]);
  });

  test('a home that is a file is an error, and the rest is looked at all the same', async () => {
    const home = path.join(emptyFolder(), 'home');
    writeFileSync(home, '');
    const { code, codes } = await looked(home);
    expect(code).toBe(1);
    expect(codes).toEqual(expect.arrayContaining(['problem', 'pack.opens', 'device.computes']));
    expect(codes.some((one) => one === 'read.measured' || one === 'read.slow')).toBe(true);
  });
});
