import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { holderOf } from '../../src-main/cli-home-lock.ts';
import { readTrace } from '../build/trace-rules.ts';
import { call, emptyFolder, graphFile, root } from '../cli/call.ts';
import { post } from './served.ts';
import { socketClient } from './socket-client.ts';

const isWindows = process.platform === 'win32';

interface Serving {
  readonly child: ChildProcess;
  /** What it printed on stdout, once that is a line. */
  readonly address: Promise<string>;
  readonly ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>;
}

/** `kiln serve` as a process, on a free port. */
function serving(home: string, ...more: readonly string[]): Serving {
  const words = [path.join(root, 'out', 'main', 'cli.js'), 'serve', '--port', '0', '--home', home, ...more];
  const env = { ...process.env, LANG: 'C', NO_COLOR: '1', KILN_TOKEN: '' };
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [out, err] = ['', ''];
  const address = Promise.withResolvers<string>();
  address.promise.catch(() => {});
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes('\n')) address.resolve(out.trimEnd());
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<Awaited<Serving['ended']>>((resolve) => {
    child.once('close', (code, signal) => {
      address.reject(new Error(`it ended: ${err}`));
      resolve({ code, signal, out, err });
    });
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, address: address.promise, ended };
}

/** `kiln queue` of the same home, which knows by itself where its core is. */
const kiln = (home: string, ...words: string[]) => call([...words, '--home', home], { cwd: path.dirname(home) });
const homeIn = (folder: string) => path.join(folder, 'home');

describe.skipIf(isWindows)('kiln serve', () => {
  test('prints its address alone, answers there, and ends well when it is told to', async () => {
    const home = homeIn(emptyFolder());
    const { child, address, ended } = serving(home);
    const at = await address;
    expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${at}/readyz`)).text()).toBe('ready\n');
    expect((await post(at, 'core.info')).body.value).toMatchObject({ contract: 1, home });
    expect(holderOf(home)).toMatchObject({ pid: child.pid, address: at, token: null });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, out: `${at}\n` });
    expect(holderOf(home)).toBeNull();
  });

  test('with --trace it leaves a trace of its device, its runs, its core, its store and its sockets', async () => {
    const folder = emptyFolder();
    const file = path.join(folder, 'traces', 'serve.json');
    const { child, address, ended } = serving(homeIn(folder), '--trace', file, '--token', 'a-secret-token');
    const at = await address;
    const client = await socketClient(at, { authorization: 'Bearer a-secret-token' });
    const graph = JSON.parse(readFileSync(graphFile, 'utf8'));
    const runs = ['one', 'two'].map((runId) => ({ runId, overrides: { prompt: runId } }));
    const done = (runId: string) =>
      client.got(({ event }) => event?.type === 'run.changed' && event.runId === runId && event.state === 'done');
    const headers = { authorization: 'Bearer a-secret-token', 'content-type': 'application/json' };
    const body = JSON.stringify({ graph, runs });
    expect((await fetch(`${at}/api/runs.submit`, { method: 'POST', headers, body })).status).toBe(200);
    await Promise.all([done('one'), done('two')]);
    client.send({ t: 'call', id: 1, name: 'runs.get', args: { runId: 'one' } });
    await client.got(({ id }) => id === 1);
    await fetch(`${at}/healthz?token=a-secret-token`);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });

    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('a-secret-token');
    const lanes = readTrace(text);
    const names = (group: string, lane: string) =>
      lanes
        .get(group)
        ?.get(lane)
        ?.map(({ name }) => name) ?? [];
    const batches = lanes
      .get('devices')!
      .get('cpu')!
      .filter(({ name }) => name.startsWith('denoiser'));
    expect(batches.some(({ args }) => (args.runs as string[]).includes('one'))).toBe(true);
    expect([...lanes.get('runs')!.keys()]).toEqual(expect.arrayContaining(['one', 'two']));
    const of = (group: string, lane: string, name: string) =>
      lanes
        .get(group)
        ?.get(lane)
        ?.find((span) => span.name === name);
    expect(of('core', 'calls', 'runs.submit')).toMatchObject({ ph: 'X', args: { runs: ['one', 'two'] } });
    expect(names('core', 'plans')).toContain('plan');
    expect(of('core', 'pictures', 'publish')).toBeDefined();
    expect(of('store', 'runs', 'submit')).toMatchObject({ args: { runs: ['one', 'two'] } });
    expect(names('store', 'images')).toContain('add');
    expect(names('sockets', 'http')).toContain('POST /api/runs.submit');
    expect(names('sockets', 'ws')).toContain('runs.get');
  });

  test('a second one for the same home is refused and told who has it; killed, it leaves the home free', async () => {
    const home = homeIn(emptyFolder());
    const first = serving(home);
    const at = await first.address;
    const second = await serving(home).ended;
    expect([second.code, second.out]).toEqual([1, '']);
    expect(second.err).toContain(`is already being served by process ${first.child.pid}, at ${at}, since 20`);
    const chinese = await serving(home, '--lang', 'zh').ended;
    expect(chinese.err).toContain(`已由进程 ${first.child.pid} 使用，地址 ${at}`);
    expect((await fetch(`${at}/healthz`)).status).toBe(200);

    first.child.kill('SIGKILL');
    await first.ended;
    const third = serving(home);
    await third.address;
    expect(holderOf(home)?.pid).toBe(third.child.pid);
  });

  test('two that start at the same moment: one serves, one is refused', async () => {
    const home = homeIn(emptyFolder());
    const both = [serving(home), serving(home)];
    const codes = await Promise.race(both.map(({ ended }) => ended.then(({ code }) => code)));
    expect(codes).toBe(1);
    const served = await Promise.any(both.map(({ address }) => address));
    expect((await fetch(`${served}/readyz`)).status).toBe(200);
  });

  test('a port that is taken is a sentence, and the home is free again', async () => {
    const folder = emptyFolder();
    const at = await serving(homeIn(folder)).address;
    const other = path.join(folder, 'other');
    const refused = await serving(other, '--port', new URL(at).port).ended;
    expect([refused.code, refused.err]).toEqual([
      1,
      `error: Another program already listens at ${at}. Choose another port with --port.\n`,
    ]);
    expect(holderOf(other)).toBeNull();
  });

  test('beyond this machine it makes a token, says it once, and keeps it for clients of the same person', async () => {
    const home = homeIn(emptyFolder());
    const { child, address, ended } = serving(home, '--host', '0.0.0.0');
    await address;
    const { token, address: local } = holderOf(home)!;
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(statSync(path.join(home, 'serve.json')).mode & 0o777).toBe(0o600);
    expect((await post(local!, 'core.info')).status).toBe(401);
    expect((await post(local!, 'core.info', {}, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await kiln(home, 'queue', 'list')).err).toBe('The queue is empty.\n');
    const values = { webhooks: ['https://example.com/'] };
    const refused = await post(local!, 'settings.set', { values }, { authorization: `Bearer ${token}` });
    expect(refused.body).toMatchObject({ ok: false, problems: [{ code: 'setting.locked' }] });
    expect(existsSync(path.join(home, 'settings.json'))).toBe(false);
    child.kill('SIGINT');
    const { err } = await ended;
    expect(err.split(`Bearer ${token}`)).toHaveLength(2);
  });

  test('a token that can be guessed, or not be sent, is refused and not shown', async () => {
    for (const token of ['short', 'with a space in it', 'mit-Umläuten-darin']) {
      const { code, err } = await serving(homeIn(emptyFolder()), '--token', token).ended;
      expect(code).toBe(2);
      expect(err).toContain('--token');
      expect(err).not.toContain(token);
    }
  });

  test('what runs when it is stopped, or killed, goes on when it is started again', async () => {
    const home = homeIn(emptyFolder());
    let running = serving(home);
    await running.address;
    const added = await kiln(
      home,
      'queue',
      'add',
      graphFile,
      '--set',
      'steps=200',
      '--times',
      '4',
      '--tier',
      'background',
    );
    const ids = added.out.trim().split('\n');
    expect(ids).toHaveLength(4);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      running.child.kill(signal);
      const { code } = await running.ended;
      expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
      running = serving(home);
      await running.address;
      const listed = await kiln(home, 'queue', 'list', '--json');
      expect(
        listed.out
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { runId: string }).runId)
          .sort(),
      ).toEqual([...ids].sort());
    }
    const watched = await kiln(home, 'queue', 'watch', ...ids);
    expect([watched.code, watched.err]).toEqual([0, '']);
    const shown = await kiln(home, 'queue', 'show', '--json', ...ids);
    for (const line of shown.out.trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ state: 'done', images: [{ width: 256 }], problems: [] });
  }, 120_000);

  test('two signals at once end it, and leave the store whole', async () => {
    const home = homeIn(emptyFolder());
    const { child, address, ended } = serving(home);
    await address;
    child.kill('SIGTERM');
    child.kill('SIGINT');
    const { code } = await ended;
    expect([0, 130]).toContain(code);
    expect(existsSync(path.join(home, 'kiln.db'))).toBe(true);
    expect(readFileSync(path.join(home, 'kiln.db')).subarray(0, 15).toString()).toBe('SQLite format 3');
  });
});
