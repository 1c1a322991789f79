import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import parse from 'parse-prometheus-text-format';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultPort } from '../../src-main/cli-serve.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const root = path.join(import.meta.dirname, '../..');
const canRun = process.platform !== 'win32' && spawnSync('curl', ['--version']).status === 0;
if (!canRun) console.warn('SKIPPED, the commands of README.md: there is no curl here, or no shell that takes them');

/** Commands of "Serve it" as they stand there, each with the lines that belong to it. */
const commands = (() => {
  const text = readFileSync(path.join(root, 'README.md'), 'utf8');
  const part = text.split('## Serve it')[1]!.split('\n## ')[0]!;
  const found: string[] = [];
  for (const line of part.split('\n')) {
    if (/^ {4}\S/.test(line)) found.push(line.slice(4));
    else if (/^ {6}\S/.test(line)) found[found.length - 1] += `\n${line.slice(4)}`;
  }
  return found;
})();
const command = (words: string): string => commands.find((one) => one.includes(words)) ?? `exit 1 # no ${words}`;

interface Answered {
  readonly ok: boolean;
  readonly value: unknown;
}

describe.skipIf(!canRun)('what README.md says about serving', () => {
  const [home, out] = [scratchFolder(), scratchFolder()];
  let server: KilnServer;
  beforeAll(async () => {
    server = await startServer(home.path);
  });
  afterAll(async () => {
    await server?.stop();
    home.remove();
    out.remove();
  });

  /** The command in a shell, with this server's address, and `npm start --` and `node` as what they start. */
  const shell = (text: string) => {
    const { host } = new URL(server.address);
    const here = text
      .replaceAll(`127.0.0.1:${defaultPort}`, host)
      .replace(/^npm start -- /, '"$NODE" out/main/cli.js ')
      .replace(/^node /, 'exec "$NODE" ')
      .replace('--out pictures', `--out '${out.path}'`);
    const env = { ...process.env, NODE: process.execPath, KILN_HOME: home.path, LANG: 'C', KILN_TOKEN: '' };
    return spawn('sh', ['-c', here], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] });
  };
  const output = (text: string): Promise<{ code: number | null; out: string }> =>
    new Promise((resolve) => {
      const child = shell(text);
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      child.once('close', (code) => resolve({ code, out: said }));
    });
  const done = (count: number) =>
    expect.poll(async () => (await server.call('queue.status', {})).counts.done, { timeout: 60_000 }).toBe(count);

  test('serving is at the address that it names', () => {
    expect(command('-- serve')).toContain(`http://127.0.0.1:${defaultPort}`);
  });

  test('the curl lines queue a red fox, and list it when it is done', async () => {
    const taken = JSON.parse((await output(command('runs.submit'))).out) as Answered;
    expect(taken).toMatchObject({ ok: true, value: [{ isNew: true }] });
    await done(1);
    const listed = JSON.parse((await output(command('runs.list'))).out) as Answered;
    expect(listed).toMatchObject({
      ok: true,
      value: { total: 1, runs: [{ state: 'done', overrides: { prompt: 'a red fox' }, images: [{ kept: true }] }] },
    });
  });

  test('the WebSocket script prints its answer, and then what happens', async () => {
    const child = shell(command('new WebSocket'));
    const lines: { t: string; id?: number; result?: Answered; event?: { type: string } }[] = [];
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop()!;
      lines.push(...parts.map((line) => JSON.parse(line)));
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await expect.poll(() => lines.find(({ t }) => t === 'answer'), { timeout: 60_000 }).toBeDefined();
    expect(lines.find(({ t }) => t === 'answer')).toMatchObject({
      id: 1,
      result: { ok: true, value: { paused: false, counts: { done: 1 } } },
    });
    await output(command('runs.submit'));
    await expect
      .poll(() => lines.filter(({ event }) => event?.type === 'run.changed').length, { timeout: 60_000 })
      .toBeGreaterThan(0);
    child.kill();
    await ended;
    await done(2);
  });

  test('the commands queue eight pandas, list them, and run one more from here', async () => {
    const added = await output(command('queue add'));
    expect([added.code, added.out.trim().split('\n').length]).toEqual([0, 8]);
    await done(10);
    const listed = await output(command('queue list'));
    expect([listed.code, listed.out.split('\n').filter((line) => line.includes('done')).length]).toEqual([0, 10]);
    expect((await output(command('--on http'))).code).toBe(0);
    await done(11);
  });

  test('a Prometheus parser reads every line of the metrics, and finds those that are promised', async () => {
    const text = await (await fetch(`${server.address}/metrics`)).text();
    const families = parse(text);
    const samples = families.flatMap(({ metrics }) => metrics);
    expect(
      families.every(({ name, help, type }) => /^[a-z_:][a-z0-9_:]*$/.test(name) && help !== '' && type !== ''),
    ).toBe(true);
    expect(text.split('\n').filter((line) => line !== '' && !/^(# (HELP|TYPE) )?[a-z]/.test(line))).toEqual([]);
    expect(samples.length).toBeGreaterThan(20);
    const names = new Set(families.map(({ name }) => name));
    const promised = [
      ...['gpu_utilization_percent', 'vram_used_bytes', 'vram_total_bytes'],
      ...['kiln_queue_runs', 'kiln_wait_seconds', 'kiln_run_seconds', 'kiln_step_seconds', 'kiln_batch_rows'],
      ...['kiln_rows_total', 'kiln_images_total', 'kiln_cache_hits_total', 'kiln_failures_total'],
      'kiln_host_restarts_total',
    ];
    expect(promised.filter((name) => !names.has(name))).toEqual([]);
    const value = (name: string) => Number(families.find((family) => family.name === name)?.metrics[0]?.value);
    expect(value('kiln_images_total')).toBe(11);
    expect(value('vram_used_bytes')).toBeGreaterThan(0);
  });
});
