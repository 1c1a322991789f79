import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openParts } from '../../src-main/core.ts';
import { secretsIn } from '../../src-main/core-secrets.ts';
import { openServedCore } from '../../src-main/core-served.ts';
import { type SettingsOptions, settingsOf } from '../../src-main/core-settings.ts';
import { forkedHost } from '../../src-main/device/host-link.ts';
import { AppError, type Problem, unwrap } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { Json } from '../../src-main/model/json.ts';
import { isOver } from '../../src-main/model/run.ts';
import { defaultSettings, settingNames, settingOf } from '../../src-main/model/settings.ts';
import { languages } from '../../src-main/texts/language.ts';
import { problemLine } from '../../src-main/texts/say.ts';
import { storeIn, temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

function inHome(text?: string, options: Partial<SettingsOptions> = {}) {
  const home = temporaryFolder();
  const file = path.join(home, 'settings.json');
  if (text !== undefined) writeFileSync(file, text);
  return { home, file, live: settingsOf({ home, ...options }), written: () => readFileSync(file, 'utf8') };
}

const problemsOf = async (work: Promise<unknown>): Promise<readonly Problem[]> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? error.problems : [];
};

test('every default fits its own limits', () => {
  const wrong = settingNames.filter((name) => !settingOf(name).schema.safeParse(defaultSettings[name]).success);
  expect(wrong).toEqual([]);
});

test('without a file the defaults hold', () => {
  const { live } = inHome();
  expect(live.now).toEqual(defaultSettings);
  expect(live.answer()).toMatchObject({ written: [], pending: [], problems: [] });
});

describe('a file that a person wrote', () => {
  test('sets what it names, and what nobody knows in it stays, in its order', async () => {
    const { live, written } = inHome('{\n  "future": { "a": [1] },\n  "patience": 3,\n  "note": "mine"\n}\n');
    expect(live.now.patience).toBe(3);
    await live.set({ patience: 4, affinity: ['vae=cpu'] });
    expect(written()).toBe(
      '{\n  "future": {\n    "a": [\n      1\n    ]\n  },\n  "patience": 4,\n  "note": "mine",\n  "affinity": [\n    "vae=cpu"\n  ]\n}\n',
    );
  });

  test('that is no JSON is said with its line, counts as empty and is not written over', async () => {
    const text = '{\n  "patience": 3,\n  "attempts" 5\n}\n';
    const { live, written, file } = inHome(text);
    expect(live.now).toEqual(defaultSettings);
    const broken = { code: 'settings.broken', values: { path: file, line: 3, column: 14, reason: '' } };
    expect(live.answer().problems).toEqual([broken]);
    expect(await problemsOf(live.set({ patience: 5 }))).toEqual([broken]);
    expect(written()).toBe(text);
    for (const language of languages) expect(problemLine(live.answer().problems[0]!, language)).toContain(file);
  });

  test('with a value that does not fit keeps its others', () => {
    const { live } = inHome('{ "patience": 0, "attempts": 5, "cacheBytes": "8 GB" }');
    expect(live.now).toEqual({ ...defaultSettings, attempts: 5 });
    expect(live.answer().problems.map(({ code, values }) => [code, (values as { name: string }).name])).toEqual([
      ['setting.badValue', 'patience'],
      ['setting.badValue', 'cacheBytes'],
    ]);
  });

  test('with a rule that cannot be read says where', () => {
    const { live } = inHome('{ "packAffinity": { "starter": ["vae=cpu", "denoiser cpu"] } }');
    expect(live.answer().problems).toMatchObject([
      { code: 'affinity.malformed', values: { pack: 'starter', column: 10, expected: 'sign' } },
    ]);
  });
});

describe('a setting that is changed', () => {
  const refused: readonly (readonly [name: string, value: Json, code: string])[] = [
    ['patience', 0, 'setting.badValue'],
    ['patience', 2.5, 'setting.badValue'],
    ['cpuBudgetBytes', 1, 'setting.badValue'],
    ['webhooks', ['ftp://example.com'], 'setting.badValue'],
    ['webhooks', ['https://me:pass@example.com/'], 'setting.badValue'],
    ['emails', ['nobody'], 'setting.badValue'],
    ['emailFrom', 'a\r\nBcc: b', 'setting.badValue'],
    ['smtpSecurity', 'ssl', 'setting.badValue'],
    ['affinity', ['denoiser=tpu:0'], 'affinity.unknownDevice'],
    ['affinity', ['nose=cpu'], 'affinity.unknownTarget'],
    ['patiense', 3, 'setting.unknown'],
    ['constructor', 3, 'setting.unknown'],
  ];
  test.each(refused)('%s = %j is refused, and nothing is changed', async (name, value, code) => {
    const { live } = inHome();
    expect((await problemsOf(live.set({ attempts: 5, [name]: value }))).map((found) => found.code)).toEqual([code]);
    expect(live.now).toEqual(defaultSettings);
  });

  test('holds at once, in the object that others hold; null makes it the default again', async () => {
    const { live } = inHome();
    const { now } = live;
    await live.set({ patience: 5 });
    expect(now.patience).toBe(5);
    await live.set({ patience: null });
    expect(now).toEqual(defaultSettings);
    expect(live.answer().written).toEqual([]);
  });

  test('that needs a restart is told as pending, and not before as what holds', async () => {
    const { live, home } = inHome();
    const answer = await live.set({ cpuThreads: 3 });
    expect([answer.values.cpuThreads, answer.pending, live.now.cpuThreads]).toEqual([3, ['cpuThreads'], 0]);
    expect(settingsOf({ home }).now.cpuThreads).toBe(3);
  });

  test('that says where notices go stays as it is where it is locked', async () => {
    const { live } = inHome(undefined, { locks: true });
    for (const values of [{ webhooks: ['https://example.com'] }, { smtpHost: 'evil.example' }, { webhookSecret: 'x' }])
      expect((await problemsOf(live.set(values))).map(({ code }) => code)).toEqual(['setting.locked']);
    await live.set({ patience: 9 });
    expect(live.now.patience).toBe(9);
  });

  test('two that are changed at the same moment are both kept', async () => {
    const { live } = inHome();
    await Promise.all([live.set({ patience: 5 }), live.set({ attempts: 7 })]);
    expect(live.now).toMatchObject({ patience: 5, attempts: 7 });
  });
});

describe('a secret', () => {
  test('is in a file of its own that nobody else may read, and told to nobody', async () => {
    const { live, home } = inHome();
    const answer = await live.set({ webhookSecret: 'whsec_aGVsbG8=', patience: 5 });
    expect(answer.secrets.webhookSecret).toBe('set');
    expect(JSON.stringify(answer)).not.toContain('aGVsbG8');
    expect(readFileSync(path.join(home, 'settings.json'), 'utf8')).not.toContain('whsec');
    if (process.platform !== 'win32') expect(statSync(path.join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(live.secrets.read('webhookSecret')).toBe('whsec_aGVsbG8=');
    await live.set({ webhookSecret: null });
    expect([live.secrets.read('webhookSecret'), live.answer().secrets.webhookSecret]).toEqual([null, 'unset']);
  });

  test('may be a variable of the environment', async () => {
    const secrets = secretsIn(temporaryFolder(), { HOOK: 'abc' });
    await secrets.set('webhookSecret', 'env:HOOK');
    await secrets.set('smtpPassword', 'env:ELSEWHERE');
    expect(secrets.states()).toEqual({ webhookSecret: 'environment', smtpPassword: 'missing' });
    expect([secrets.read('webhookSecret'), secrets.read('smtpPassword')]).toEqual(['abc', null]);
  });

  test('that does not fit is not repeated', async () => {
    const { live } = inHome();
    const problems = await problemsOf(live.set({ smtpPassword: 'two\nlines' }));
    expect(problems).toEqual([{ code: 'setting.badSecret', values: { name: 'smtpPassword' } }]);
  });
});

test('a core that serves takes up what is written in the file, and plans by it', async () => {
  const home = temporaryFolder();
  const core = await openServedCore({ home });
  onTestFinished(() => core.close());
  const { signal } = new AbortController();
  const changed = Promise.withResolvers<void>();
  core.listen((event: Event) => event.type === 'settings.changed' && changed.resolve());
  writeFileSync(path.join(home, 'settings.json'), '{ "affinity": ["denoiser=cuda:7"], "patience": 2 }');
  await changed.promise;
  const { values } = await core.handlers['settings.get']({}, signal);
  expect(values).toMatchObject({ affinity: ['denoiser=cuda:7'], patience: 2 });
  const graph = unwrap(core.readGraph(JSON.stringify(templates.textToImage()), 'fox'));
  const made = await core.check(graph, { prompt: 'a fox' });
  expect(made.ok ? [] : made.problems.map(({ code }) => code)).toContain('affinity.noDevice');
  await core.handlers['settings.set']({ values: { affinity: null } }, signal);
  expect((await core.check(graph, { prompt: 'a fox' })).ok).toBe(true);
});

test('what changes while a core works is what its engine and its store go by', async () => {
  const home = temporaryFolder();
  const { core, parts } = await openParts({ home });
  await parts.settings.set({ patience: 3 });
  expect(parts.engine.world.settings.patience).toBe(3);
  await core.close();

  const served = await openServedCore({ home, host: forkedHost() });
  const { signal } = new AbortController();
  const ended = Promise.withResolvers<void>();
  served.listen((event) => event.type === 'run.changed' && isOver(event.state) && ended.resolve());
  const runs = [{ overrides: { prompt: 'a red fox', steps: 1 } }];
  await served.handlers['runs.submit']({ graph: templates.textToImage(), runs, times: 1 } as never, signal);
  await ended.promise;
  await served.handlers['settings.set']({ values: { cacheBytes: 0 } }, signal);
  await served.close();
  expect(await (await storeIn(home)).results.heldBytes()).toBe(0);
});
