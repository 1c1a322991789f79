import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sendMail } from '../../src-main/core-notice-mail.ts';
import { openServedCore } from '../../src-main/core-served.ts';
import { forkedHost } from '../../src-main/device/host-link.ts';
import { problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { Digest, GraphId, RunId } from '../../src-main/model/ids.ts';
import type { Notice } from '../../src-main/model/notices.ts';
import { defaultSettings, type Settings } from '../../src-main/model/settings.ts';
import { smallPng } from '../build/small-png.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

const { signal } = new AbortController();

/** A mail server on this machine, and the mails that it took. */
async function mailServer(more: { readonly refuses?: number } = {}) {
  const mails: { readonly to: string[]; readonly text: string; readonly user: string }[] = [];
  const arrived: (() => void)[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: true,
    onAuth({ username = '', password }, _session, done) {
      if (password === 'right horse') done(null, { user: username });
      else done(new Error(`wrong password ${password}`));
    },
    onData(stream, session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        if (more.refuses !== undefined)
          return done(Object.assign(new Error('no room'), { responseCode: more.refuses }));
        mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text,
          user: String(session.user ?? ''),
        });
        done();
        for (const tell of arrived.splice(0)) tell();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  const settings: Settings = {
    ...defaultSettings,
    emails: ['me@example.com'],
    emailFrom: 'kiln@example.com',
    smtpHost: '127.0.0.1',
    smtpPort: port,
    smtpSecurity: 'none',
  };
  const next = () => new Promise<void>((resolve) => arrived.push(resolve));
  return { mails, settings, next };
}

const digest = 'a'.repeat(64) as Digest;
const notice = (more: Partial<Notice> = {}): Notice => ({
  submission: 'submission_1',
  graphId: 'graph_1' as GraphId,
  title: 'A <b>red</b> fox\r\nBcc: everybody@example.com',
  tier: 'quality',
  submitter: 'me',
  state: 'failed',
  counts: { done: 1, failed: 1, cancelled: 0 },
  runs: [
    {
      runId: 'run_b' as RunId,
      state: 'failed',
      ms: 900,
      problems: [problem('run.interrupted', { run: 'b' })],
      pictures: [],
    },
    {
      runId: 'run_a' as RunId,
      state: 'done',
      ms: 1500,
      problems: [],
      pictures: [{ digest, width: 640, height: 320, seed: '7', title: 'fox' }],
    },
  ],
  ...more,
});
/** Quoted-printable lines as they were. */
const unfolded = (text: string): string =>
  text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

describe('a mail', () => {
  test('says what ended and why it failed, with a thumbnail of each picture and its link', async () => {
    const { mails, settings } = await mailServer();
    const told = await sendMail({
      notice: notice(),
      to: 'me@example.com',
      settings: { ...settings, linkBase: ['https://kiln.example/'] },
      password: null,
      picture: async () => smallPng(640, 320),
    });
    expect(told).toBe(null);
    const [{ to, text }] = mails as [(typeof mails)[number]];
    expect(to).toEqual(['me@example.com']);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(text).toContain('Auto-Submitted: auto-generated');
    expect(text).toContain(`cid:${digest}@kiln`.slice(0, 30));
    expect(text).toContain('Content-Type: image/jpeg');
    const plain = unfolded(text);
    expect(plain).toContain(`https://kiln.example/images/${digest}`);
    expect(plain).toContain('1 done, 1 failed');
    expect(plain).toContain('&#60;b&#62;red');
    expect(plain).not.toContain('<b>red</b> fox</h2>');
  });

  test('is sent after signing in, and a wrong password is not repeated', async () => {
    const { mails, settings } = await mailServer();
    const mail = { notice: notice(), to: 'me@example.com', picture: async () => null };
    const signedIn = { ...settings, smtpUser: 'kiln' };
    expect(await sendMail({ ...mail, settings: signedIn, password: 'right horse' })).toBe(null);
    expect(mails.map(({ user }) => user)).toEqual(['kiln']);
    const refused = await sendMail({ ...mail, settings: signedIn, password: 'wrong horse' });
    expect(refused).toMatchObject({ problem: { code: 'notice.notDelivered', values: { reason: 'SMTP 535' } } });
    expect(JSON.stringify(refused)).not.toContain('horse');
  });

  test('that the server refuses, that nobody takes, or that cannot be encrypted as it must be, is a problem', async () => {
    const { settings } = await mailServer({ refuses: 452 });
    const reasonOf = async (some: Partial<Settings>) => {
      const all = { ...settings, ...some };
      const told = await sendMail({
        notice: notice(),
        to: 'a@b.c',
        settings: all,
        password: null,
        picture: async () => null,
      });
      return told?.problem.values;
    };
    expect(await reasonOf({})).toMatchObject({ reason: 'SMTP 452' });
    expect(await reasonOf({ smtpPort: 1 })).toMatchObject({ reason: 'ESOCKET' });
    expect(await reasonOf({ smtpSecurity: 'starttls' })).not.toMatchObject({ reason: 'SMTP 452' });
  });

  test('is written in the language of the settings', async () => {
    const { mails, settings } = await mailServer();
    const chinese = { ...settings, emailLanguage: 'zh' as const };
    await sendMail({ notice: notice(), to: 'a@b.c', settings: chinese, password: null, picture: async () => null });
    expect(mails[0]!.text).toContain('<html lang=');
    expect(
      Buffer.from(/base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(mails[0]!.text)?.[1] ?? '', 'base64').toString(),
    ).toContain('完成 1 个');
  });
});

test('a batch that ends on a serving core is told by webhook and mail, and no secret is anywhere else', async () => {
  const { mails, settings, next } = await mailServer();
  const posted = Promise.withResolvers<string>();
  const listener = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(204).end();
      posted.resolve(body);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => listener.close(() => resolve())));
  const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;

  const home = temporaryFolder();
  const logged: string[] = [];
  const core = await openServedCore({ home, host: forkedHost(), onLog: (_level, message) => logged.push(message) });
  let isClosed = false;
  onTestFinished(() => (isClosed ? undefined : core.close()));
  const events: Event[] = [];
  core.listen((event) => events.push(event));
  const { emails, emailFrom, smtpHost, smtpPort, smtpSecurity } = settings;
  const answer = await core.handlers['settings.set'](
    {
      values: {
        webhooks: [address],
        webhookPrivate: true,
        webhookSecret: 'correct-battery-staple',
        smtpPassword: 'right horse',
        smtpUser: 'kiln',
        notify: ['email', 'desktop'],
        ...{ emails, emailFrom, smtpHost, smtpPort, smtpSecurity },
      },
    },
    signal,
  );
  const arrived = next();
  const submit = (some: object) =>
    core.handlers['runs.submit'](
      {
        graph: templates.textToImage(),
        runs: [{ overrides: { prompt: 'a red fox', steps: 2 } }],
        submitter: 'me',
        deterministic: false,
        times: 1,
        ...some,
      } as never,
      signal,
    );
  await submit({ times: 2, tier: 'quality', notify: [`${address}runs`] });
  await submit({ tier: 'background' }); // told as the settings say
  await submit({ tier: 'interactive' }); // nobody
  const body = await posted.promise;
  expect(JSON.parse(body)).toMatchObject({
    type: 'runs.ended',
    data: {
      graph: { title: 'Text to image' },
      state: 'done',
      counts: { done: 2, failed: 0, cancelled: 0 },
      runs: [{ state: 'done', pictures: [{ width: 256, height: 256 }] }, { state: 'done' }],
    },
  });
  await arrived;
  expect(mails.map(({ to }) => to)).toEqual([['me@example.com']]);
  expect(mails[0]!.text).toContain('image/jpeg');
  expect(events.filter(({ type }) => type === 'runs.ended')).toMatchObject([{ runs: 1, state: 'done' }]);
  await expect(submit({ notify: ['https://elsewhere.example/'] })).rejects.toThrow('notice.notAllowed');

  const said = JSON.stringify([answer, events, logged, body, mails.map(({ text }) => text)]);
  await core.close();
  isClosed = true;
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(home, name))
    .filter((file) => statSync(file).isFile() && path.basename(file) !== 'secrets.json');
  expect(files.length).toBeGreaterThan(3);
  for (const secret of ['correct-battery-staple', 'right horse'])
    for (const text of [said, ...files.map((file) => readFileSync(file, 'latin1'))]) expect(text).not.toContain(secret);
});
