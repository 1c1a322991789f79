import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ask } from './ask.ts';
import type { Bench } from './bench.ts';
import type { Asked, Blocked } from './served-core.ts';
import { median } from './statistics.ts';

const posts = 1000;
const inFlight = 8;
const postRounds = 3;
const warmUps = 200;
const waiting = 10_000;
const pages = 30;
const restarts = 5;
const root = path.join(import.meta.dirname, '..');
const graph: unknown = JSON.parse(readFileSync(path.join(root, 'graphs/text-to-image.kiln.json'), 'utf8'));

/** Runs as a person's script would ask for them: no two alike. */
const overridesOf = (i: number) => ({ prompt: `a red fox number ${i}`, seed: String(7000 + i), steps: 4 + (i % 8) });

/** 1,000 separate POSTs to a served core; then a core with 10,000 waiting runs. Nothing is computed: the queue is paused. */
export default async function submit(): Promise<Bench> {
  const cli = path.join(root, 'out/main/cli.js');
  if (!existsSync(cli)) throw new Error('build first: npm run build');
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const children: ChildProcess[] = [];
  const started = <T extends ChildProcess>(child: T): T => {
    children.push(child);
    return child;
  };
  const served = async (home: string): Promise<Served> => {
    const child = started(fork(path.join(import.meta.dirname, 'served-core.ts'), { execArgv: ['--expose-gc'] }));
    const { address } = await ask<{ address: string }>(child, { open: home } satisfies Asked);
    return servedBy(child, address);
  };
  try {
    const bare = started(fork(path.join(import.meta.dirname, 'bare/submit.mjs')));
    const theirs = await ask<{ address: string }>(bare, { open: folder });
    const post = await timedPosts(() => served(path.join(folder, `posts${children.length}`)), theirs.address);
    const home = path.join(folder, 'waiting');
    const full = await fill(await served(home));
    const restartMs = [];
    for (let i = 0; i < restarts; i++) restartMs.push(await restart(cli, home, started));
    const again = await served(home);
    const taken = (await again.heapBytes()) - full.emptyBytes;
    await again.kill();
    const bytes = [full.bytes / waiting, taken / waiting];
    return {
      title: `${posts} separate POSTs; then ${waiting} waiting runs`,
      table: {
        columns: ['', 'Kiln', 'bare'],
        rows: [
          [`s for ${posts} POSTs, ${inFlight} in flight`, post.ours.flight / 1000, post.theirs.flight / 1000],
          [`s for ${posts} POSTs, one after the other`, post.ours.single / 1000, post.theirs.single / 1000],
          [`the core blocked meanwhile, ms (p99)`, post.blocked.p99, ''],
          [`the core blocked meanwhile, ms (most)`, post.blocked.max, ''],
          [`s for ${waiting} runs in one POST`, full.submitMs / 1000, ''],
          [`the core blocked meanwhile, ms (p99)`, full.blocked.p99, ''],
          [`the core blocked meanwhile, ms (most)`, full.blocked.max, ''],
          [`first page of ${waiting}, ms`, full.listMs, ''],
          ['killed to ready again, s', median(restartMs) / 1000, ''],
          ['heap per waiting run, bytes', bytes[0]!, ''],
          ['heap per waiting run after a restart, bytes', bytes[1]!, ''],
        ],
      },
      figures: {
        secondsFor1000: post.ours.flight / 1000,
        sequentialSecondsFor1000: post.ours.single / 1000,
        restartSeconds: median(restartMs) / 1000,
        listMs: full.listMs,
        bytesPerWaitingRun: Math.max(...bytes),
        coreBlockedMsP99: Math.max(post.blocked.p99, full.blocked.p99),
        coreBlockedMsMost: Math.max(post.blocked.max, full.blocked.max),
        secondsFor10000: full.submitMs / 1000,
      },
      notes: [
        `Bare: Fastify, and one insert in a synced transaction for each request. The two take turns; medians of ${postRounds} rounds, each on a new core.`,
        'Every run has a prompt and a seed of its own, and every POST brings the whole graph. The queue is paused.',
      ],
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Served {
  readonly address: string;
  heapBytes(): Promise<number>;
  /** How long the core's thread was not to be had while this went on. */
  watched<T>(work: () => Promise<T>): Promise<{ made: T; blocked: Blocked }>;
  kill(): Promise<void>;
}

function servedBy(child: ChildProcess, address: string): Served {
  const question = <T>(asked: Asked) => ask<T>(child, asked);
  return {
    address,
    heapBytes: async () => (await question<{ bytes: number }>({ heap: true })).bytes,
    async watched(work) {
      await question({ watch: true });
      const made = await work();
      return { made, blocked: await question<Blocked>({ blocked: true }) };
    },
    kill: () => killed(child),
  };
}

const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

/** One client process whose connections stay open. */
function clientOf(address: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  return {
    call: <T>(name: string, args: object): Promise<T> =>
      new Promise((resolve, reject) => {
        const asked = request(`${address}/api/${name}`, {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json' },
        });
        asked.once('error', reject);
        asked.once('response', (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(pieces).toString();
            if (response.statusCode === 200) resolve((JSON.parse(text) as { value: T }).value);
            else reject(new Error(`${name}: ${response.statusCode} ${text.slice(0, 500)}`));
          });
        });
        asked.end(JSON.stringify(args));
      }),
    close: () => agent.destroy(),
  };
}
type Client = ReturnType<typeof clientOf>;

let asked = 0;
const postOne = (client: Client) =>
  client.call('runs.submit', { graph, runs: [{ overrides: overridesOf(asked++) }], tier: 'background' });

async function postAll(client: Client, count: number, together: number): Promise<number> {
  const start = performance.now();
  let left = count;
  const one = async () => {
    while (left-- > 0) await postOne(client);
  };
  await Promise.all(Array.from({ length: together }, one));
  return performance.now() - start;
}

async function timedPosts(served: () => Promise<Served>, bareAddress: string) {
  const ours = { flight: [] as number[], single: [] as number[] };
  const theirs = { flight: [] as number[], single: [] as number[] };
  const blocked: Blocked[] = [];
  const bare = clientOf(bareAddress);
  await postAll(bare, warmUps, inFlight);
  const timed = async (client: Client, side: typeof ours) => {
    side.flight.push(await postAll(client, posts, inFlight));
    side.single.push(await postAll(client, posts, 1));
  };
  for (let round = 0; round < postRounds; round++) {
    const core = await served();
    const client = clientOf(core.address);
    await client.call('queue.pause', {});
    await postAll(client, warmUps, inFlight);
    const turns = [
      async () => void blocked.push((await core.watched(() => timed(client, ours))).blocked),
      () => timed(bare, theirs),
    ];
    for (const turn of round % 2 ? turns.reverse() : turns) await turn();
    client.close();
    await core.kill();
  }
  bare.close();
  const medians = ({ flight, single }: typeof ours) => ({ flight: median(flight), single: median(single) });
  return { ours: medians(ours), theirs: medians(theirs), blocked: worst(blocked) };
}

const worst = (of: readonly Blocked[]): Blocked => ({
  p99: Math.max(...of.map(({ p99 }) => p99)),
  max: Math.max(...of.map(({ max }) => max)),
});

/** 10,000 runs in one POST, what they weigh, and their first page. Ends as in a power cut. */
async function fill(core: Served) {
  const client = clientOf(core.address);
  await client.call('queue.pause', {});
  await postOne(client);
  await client.call('runs.list', {});
  const emptyBytes = await core.heapBytes();
  const runs = Array.from({ length: waiting }, (_, i) => ({ overrides: overridesOf(i) }));
  const { made: submitMs, blocked } = await core.watched(async () => {
    const start = performance.now();
    await client.call('runs.submit', { graph, runs, tier: 'background' });
    return performance.now() - start;
  });
  const bytes = (await core.heapBytes()) - emptyBytes;
  const listMs = Math.max(await medianPage(client, 'newest'), await medianPage(client, 'queue'));
  client.close();
  await core.kill();
  return { emptyBytes, bytes, submitMs, blocked, listMs };
}

async function medianPage(client: Client, order: 'newest' | 'queue'): Promise<number> {
  const ms: number[] = [];
  for (let i = 0; i < pages; i++) {
    const start = performance.now();
    const { total } = await client.call<{ total: number }>('runs.list', { order, states: ['queued'] });
    ms.push(performance.now() - start);
    if (total !== waiting + 1) throw new Error(`${total} runs wait instead of ${waiting + 1}`);
  }
  return median(ms);
}

/** ms from the start of `kiln serve` to its readiness, in a home whose core was killed; then it is killed as well. */
async function restart(cli: string, home: string, started: <T extends ChildProcess>(child: T) => T): Promise<number> {
  const start = performance.now();
  const child = started(
    spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`kiln serve ended with ${code}`)));
    child.stdout!.once('data', (line: Buffer) => resolve(line.toString().trim()));
  });
  const { status } = await fetch(`${address}/readyz`);
  const ms = performance.now() - start;
  if (status !== 200) throw new Error(`/readyz answered ${status}`);
  await killed(child);
  return ms;
}
