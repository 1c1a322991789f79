import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Called, call, emptyFolder } from './call.ts';

/** Several calls of `kiln settings` in one home. */
function inHome() {
  const cwd = emptyFolder();
  const settings = (words: string, secret?: string): Promise<Called> =>
    call(['settings', ...(words === '' ? [] : words.split(' '))], { cwd, ...(secret === undefined ? {} : { secret }) });
  const written = () => JSON.parse(readFileSync(path.join(cwd, 'home', 'settings.json'), 'utf8')) as unknown;
  return { settings, written };
}

test('values are written as people write them, and shown so', async () => {
  const { settings, written } = inHome();
  for (const [words, shown] of [
    ['set cacheBytes 1.5 GB', '1.5 GB'],
    ['set hangMs 20s', '20 s'],
    ['set cpuThreads auto', 'automatic'],
    ['set webhookPrivate on', 'on'],
    ['set affinity text-encoder=cpu, vae~=same-as(denoiser)', 'text-encoder=cpu, vae~=same-as(denoiser)'],
    ['set packAffinity.starter vae=cpu, denoiser=cuda|cpu', 'starter: vae=cpu, denoiser=cuda|cpu'],
    ['set webhooks https://example.com/a, https://example.com/b/', 'https://example.com/a, https://example.com/b/'],
  ] as const) {
    expect(await settings(words)).toMatchObject({ code: 0 });
    expect((await settings(`get ${words.split(/[ .]/)[1]}`)).out).toBe(`${shown}\n`);
  }
  expect(written()).toEqual({
    cacheBytes: 1.5 * 1024 ** 3,
    hangMs: 20_000,
    cpuThreads: 0,
    webhookPrivate: true,
    affinity: ['text-encoder=cpu', 'vae~=same-as(denoiser)'],
    packAffinity: { starter: ['vae=cpu', 'denoiser=cuda|cpu'] },
    webhooks: ['https://example.com/a', 'https://example.com/b/'],
  });
  expect((await settings('list')).out).toContain('* 1.5 GB');
  await settings('reset packAffinity.starter cacheBytes');
  expect((await settings('get cacheBytes --json')).out).toBe(`${4 * 1024 ** 3}\n`);
  expect(Object.keys(written() as object)).not.toContain('packAffinity');
});

test('a mistake is said with what the setting takes, and changes nothing', async () => {
  const { settings } = inHome();
  for (const [words, said] of [
    ['set cacheBytes lots', 'It takes a size from 0 B to 1024 TB.'],
    ['set patience 0', 'It takes a whole number from 1 to 100000.'],
    ['set affinity vae=cpu, denoiser', 'at column 18 = or ~= is expected'],
    ['set affinity denoiser=gpu', 'no kind of device'],
    ['set patiense 3', 'Did you mean “patience”?'],
    ['put patience 3', 'There is no command “settings put”.'],
    ['set patience', '“kiln settings set patience” needs VALUE.'],
  ] as const) {
    const { code, err } = await settings(words);
    expect([words, code, err.includes(said) || err]).toEqual([words, 2, true]);
  }
  expect((await settings('get patience')).out).toBe('64 runs\n');
});

test('a secret is asked for, never shown', async () => {
  const { settings } = inHome();
  const said = await settings('set smtpPassword', 'hunter2hunter2');
  const listed = await settings('list --json');
  expect(said).toMatchObject({ code: 0, out: '' });
  expect(JSON.parse(listed.out)).toMatchObject({ secrets: { smtpPassword: 'set', webhookSecret: 'unset' } });
  for (const { out, err } of [said, listed, await settings('get smtpPassword')])
    expect(out + err).not.toContain('hunter2');
});

test('every setting is described in both languages', async () => {
  const { settings } = inHome();
  for (const lang of ['en', 'zh']) {
    const { out } = await settings(`list --lang ${lang}`);
    expect(out.split('\n').length).toBeGreaterThan(25);
    expect(out).not.toContain('undefined');
  }
  const { err } = await settings('get cpuThreads');
  expect(err).toContain('after a restart');
});
