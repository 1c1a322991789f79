import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isPrivate } from '../../src-main/core-notice-address.ts';
import { postWebhook, signatureOf, type Webhook } from '../../src-main/core-notice-webhook.ts';
import { noticeKeeper, type Sender } from '../../src-main/core-notices.ts';
import { problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { GraphId } from '../../src-main/model/ids.ts';
import { addressOf, problemsOfTarget } from '../../src-main/model/notices.ts';
import type { RunState } from '../../src-main/model/run.ts';
import { defaultSettings, type Settings } from '../../src-main/model/settings.ts';
import type { Store } from '../../src-main/store/store.ts';
import { fakeTime } from '../build/fake-time.ts';
import { graph, newImage, newRun, runId, storeIn, temporaryFolder } from '../store/fixtures.ts';

const allowed: Settings = {
  ...defaultSettings,
  webhooks: ['https://example.com/hook', 'https://hooks.example.org/kiln/'],
  emails: ['me@example.com', '@example.org'],
  smtpHost: 'smtp.example.com',
  emailFrom: 'kiln@example.com',
};

describe('where notices may go', () => {
  test.each([
    ['webhook', 'https://example.com/hook'],
    ['https://example.com/hook', 'https://example.com/hook'],
    ['https://hooks.example.org/kiln/a?b=c', 'https://hooks.example.org/kiln/a?b=c'],
    ['https://example.com/hook/below', null],
    ['https://example.com.evil.test/hook', null],
    ['https://hooks.example.org/kiln/../admin', null],
    ['https://hooks.example.org:8443/kiln/', null],
    ['http://example.com/hook', null],
    ['email', 'me@example.com'],
    ['ME@example.com', 'ME@example.com'],
    ['anybody@example.org', 'anybody@example.org'],
    ['anybody@sub.example.org', null],
    ['you@example.com', null],
  ])('%s means %s', (target, address) => {
    expect(addressOf(target, allowed)).toBe(address);
  });

  test('what is missing for it is named', () => {
    const codes = (target: string, settings: Settings, has = true) =>
      problemsOfTarget(target, settings, () => has).map(({ code, values }) => [code, values]);
    expect(codes('webhook', allowed)).toEqual([]);
    expect(codes('webhook', defaultSettings, false)).toEqual([
      ['notice.notSet', { target: 'webhook', settings: 'webhooks, webhookSecret' }],
    ]);
    expect(codes('email', defaultSettings)).toEqual([
      ['notice.notSet', { target: 'email', settings: 'emails, smtpHost, emailFrom' }],
    ]);
    expect(codes('https://evil.test/', allowed)).toEqual([
      ['notice.notAllowed', { target: 'https://evil.test/', setting: 'webhooks' }],
    ]);
    expect(codes('pigeon', allowed)).toEqual([['notice.badTarget', { target: 'pigeon' }]]);
  });
});

describe('a webhook', () => {
  interface Heard {
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
    readonly url: string;
  }

  /** Somebody who listens, and answers as told. */
  async function listener(status = 204, location?: string) {
    const heard: Heard[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        heard.push({ headers: request.headers, body, url: request.url ?? '' });
        response.writeHead(status, location === undefined ? {} : { location }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { heard, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
  }
  const hook = (address: string, more: Partial<Webhook> = {}): Webhook => ({
    address,
    id: 'submission_1',
    body: '{"type":"runs.ended"}',
    secret: `whsec_${Buffer.from('thirty-two bytes of pure secrecy').toString('base64')}`,
    timestamp: 1_700_000_000,
    allowsPrivate: true,
    agent: 'Kiln/test',
    signal: new AbortController().signal,
    ...more,
  });

  test('is signed as Standard Webhooks has it in its own example', () => {
    expect(
      signatureOf({
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        timestamp: 1614265330,
        body: '{"test": 2432232314}',
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      }),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test('arrives with id, time and a signature over both and the body', async () => {
    const { heard, address } = await listener();
    expect(await postWebhook(hook(address))).toBe(null);
    const { headers, body } = heard[0]!;
    const signed = createHmac('sha256', 'thirty-two bytes of pure secrecy')
      .update(`submission_1.1700000000.${body}`)
      .digest('base64');
    expect(headers).toMatchObject({
      'webhook-id': 'submission_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${signed}`,
      'content-type': 'application/json; charset=utf-8',
    });
    expect(JSON.stringify(headers)).not.toContain('secrecy');
  });

  test('does not follow a redirect', async () => {
    const there = await listener();
    const { address } = await listener(302, there.address);
    expect(await postWebhook(hook(address))).toMatchObject({
      problem: { code: 'notice.notDelivered', values: { reason: 'HTTP 302' } },
      isFinal: false,
    });
    expect(there.heard).toEqual([]);
  });

  test('is given up where it is gone for good, and tried again after any other refusal', async () => {
    for (const [status, isFinal] of [
      [410, true],
      [500, false],
      [404, false],
    ] as const)
      expect(await postWebhook(hook((await listener(status)).address))).toMatchObject({ isFinal });
  });

  test('goes to no private address, however it is written, unless that is allowed', async () => {
    const { heard, address } = await listener();
    const { port } = new URL(address);
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost', '0'])
      expect([host, await postWebhook(hook(`http://${host}:${port}/`, { allowsPrivate: false }))]).toMatchObject([
        host,
        { problem: { code: 'notice.private' } },
      ]);
    expect(heard).toEqual([]);
  });

  test('goes to no name that means a private address, not even among others', async () => {
    const { heard, address } = await listener();
    const lookup = ((_name: string, _options: unknown, found: (error: null, all: unknown) => void) =>
      found(null, [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ])) as never;
    const told = await postWebhook(
      hook(`http://public.example:${new URL(address).port}/`, { allowsPrivate: false, lookup }),
    );
    expect(told).toMatchObject({ problem: { code: 'notice.private', values: { address: /public\.example/ } } });
    expect(heard).toEqual([]);
  });

  test('says that nobody listens', async () => {
    expect(await postWebhook(hook('http://127.0.0.1:1/hook'))).toMatchObject({
      problem: { values: { address: 'http://127.0.0.1:1', reason: 'ECONNREFUSED' } },
    });
  });

  test.each([
    ['8.8.8.8', false],
    ['2606:4700::1', false],
    ['10.1.2.3', true],
    ['100.64.0.1', true],
    ['169.254.169.254', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['fd00::1', true],
    ['fe80::1', true],
    ['64:ff9b::7f00:1', true],
    ['::ffff:10.0.0.1', true],
    ['::ffff:8.8.8.8', false],
  ])('takes %s for private: %s', (address, expected) => {
    expect(isPrivate(address)).toBe(expected);
  });
});

describe('submissions that end', () => {
  const ended = (id: string, state: RunState): Event => ({
    type: 'run.changed',
    runId: runId(id),
    graphId: 'graph_a' as GraphId,
    state,
    problems: [],
    images: [],
    ms: 1,
  });

  /** A keeper of notices over a store, whose senders answer as told. */
  async function keeping(
    store: Store,
    answers: readonly boolean[] = [],
    more: { settings?: Settings; time?: ReturnType<typeof fakeTime> } = {},
  ) {
    const sent: { way: string; address: string; state: string; at: number; id: string }[] = [];
    const events: Event[] = [];
    const time = more.time ?? fakeTime();
    const sender =
      (way: string): Sender =>
      async ({ notice, submission }, address) => {
        const works = answers[sent.length] ?? true;
        sent.push({ way, address, state: notice.state, at: time.now(), id: submission });
        return works
          ? null
          : { problem: problem('notice.notDelivered', { address, reason: 'HTTP 500' }), isFinal: false };
      };
    const keeper = noticeKeeper({
      store,
      settings: more.settings ?? allowed,
      secrets: { read: () => 'secret' },
      clock: time,
      senders: { webhook: sender('webhook'), email: sender('email') },
      emit: (event) => events.push(event),
      log: () => {},
    });
    /** Runs until nothing is left to be done. */
    const settle = async (wanted: () => Promise<boolean>) => {
      while (!(await wanted())) await time.run();
    };
    const states = async () =>
      Object.fromEntries((await store.notices.list({ offset: 0, count: 10 })).map((one) => [one.target, one.state]));
    /** Resolves when so many were told, or were not to be. */
    const untilTold = (count = 1) =>
      settle(async () => {
        const all = await store.notices.list({ offset: 0, count: 10 });
        return all.length >= count && all.every(({ state }) => state !== 'due');
      });
    return { keeper, sent, events, time, states, untilTold };
  }

  const submit = async (store: Store, ids: readonly string[], notify: readonly string[], submission = 'submission_1') =>
    store.runs.submit(
      graph,
      ids.map((id) => newRun(id, { submission, options: { notify: [...notify] }, tier: 'quality' })),
    );
  const end = (store: Store, id: string, state: RunState, images: Parameters<Store['runs']['changed']>[3] = []) =>
    store.runs.changed(runId(id), state, [], images, 1500);

  test('are told once, when the last run is over, with what failed first', async () => {
    const store = await storeIn(temporaryFolder());
    await submit(store, ['a', 'b', 'c'], ['webhook', 'email', 'desktop']);
    const { keeper, sent, events, untilTold } = await keeping(store);
    for (const id of ['a', 'b', 'c']) keeper.expect('submission_1', runId(id));
    const image = await store.images.add(new Uint8Array([1, 2, 3]), newImage('a', 0));
    await end(store, 'a', 'done', [image]);
    keeper.hear(ended('a', 'done'));
    await end(store, 'b', 'failed');
    keeper.hear(ended('b', 'failed'));
    expect([sent, events]).toEqual([[], []]);
    await end(store, 'c', 'cancelled');
    keeper.hear(ended('c', 'cancelled'));
    await untilTold();
    expect(sent.map(({ way, address, state }) => [way, address, state]).sort()).toEqual([
      ['email', 'me@example.com', 'failed'],
      ['webhook', 'https://example.com/hook', 'failed'],
    ]);
    expect(events).toEqual([
      {
        type: 'runs.ended',
        submission: 'submission_1',
        graphId: 'graph_a',
        title: 'A red fox',
        state: 'failed',
        runs: 3,
        digest: image.digest,
      },
    ]);
    await keeper.takeUp();
    expect(sent.length).toBe(2);
  });

  test('that were cancelled as a whole are told to programs alone', async () => {
    const store = await storeIn(temporaryFolder());
    await submit(store, ['a'], ['webhook', 'email', 'desktop']);
    const { keeper, sent, events, untilTold, states } = await keeping(store);
    keeper.expect('submission_1', runId('a'));
    await end(store, 'a', 'cancelled');
    keeper.hear(ended('a', 'cancelled'));
    await untilTold();
    expect(sent.map(({ way, state }) => [way, state])).toEqual([['webhook', 'cancelled']]);
    expect([events, await states()]).toEqual([[], { webhook: 'sent', email: 'skipped', desktop: 'skipped' }]);
  });

  test('are told again and again, ever later, until it works', async () => {
    const store = await storeIn(temporaryFolder());
    await submit(store, ['a'], ['webhook']);
    const { keeper, sent, untilTold, states } = await keeping(store, [false, false, false, true]);
    keeper.expect('submission_1', runId('a'));
    await end(store, 'a', 'done');
    keeper.hear(ended('a', 'done'));
    await untilTold();
    expect(sent.map(({ at }) => at)).toEqual([0, 5_000, 35_000, 155_000]);
    expect(await states()).toEqual({ webhook: 'sent' });
  });

  test('are given up after a day and a half, and it is written down why', async () => {
    const store = await storeIn(temporaryFolder());
    await submit(store, ['a'], ['webhook']);
    const { keeper, sent, untilTold } = await keeping(
      store,
      Array.from({ length: 20 }, () => false),
    );
    keeper.expect('submission_1', runId('a'));
    await end(store, 'a', 'done');
    keeper.hear(ended('a', 'done'));
    await untilTold();
    expect(sent.length).toBe(8);
    expect(sent.at(-1)!.at).toBeGreaterThan(30 * 3_600_000);
    expect(await store.notices.list({ offset: 0, count: 1 })).toMatchObject([
      { state: 'failed', attempts: 8, problem: { code: 'notice.notDelivered' } },
    ]);
  });

  test('that nobody was told of before the core went are told by the next one', async () => {
    const home = temporaryFolder();
    const first = await storeIn(home);
    await submit(first, ['a'], ['webhook'], 'submission_tried');
    await submit(first, ['b'], ['webhook'], 'submission_ended');
    await submit(first, ['c', 'd'], ['webhook'], 'submission_open');
    const before = await keeping(first, [false]);
    before.keeper.expect('submission_tried', runId('a'));
    await end(first, 'a', 'done');
    before.keeper.hear(ended('a', 'done'));
    const wasTried = async () => (await first.notices.list({ offset: 0, count: 1 }))[0]?.attempts === 1;
    while (!(await wasTried())) await new Promise((resolve) => setImmediate(resolve));
    await end(first, 'b', 'done'); // and the core is killed before it hears of it
    await end(first, 'c', 'done');
    await before.keeper.close();
    await first.close();

    const store = await storeIn(home);
    const { keeper, sent, untilTold } = await keeping(store);
    await keeper.takeUp();
    await untilTold(2);
    expect(sent.map(({ id }) => id).sort()).toEqual(['submission_ended', 'submission_tried']);
  });

  test('whose end could not be written down are told when it is', async () => {
    const store = await storeIn(temporaryFolder());
    await submit(store, ['a'], ['webhook']);
    const { keeper, sent, untilTold } = await keeping(store);
    keeper.expect('submission_1', runId('a'));
    keeper.hear(ended('a', 'failed')); // while the store still holds it as queued
    await store.notices.list({ offset: 0, count: 1 });
    await end(store, 'a', 'done');
    keeper.hear(ended('a', 'done'));
    await untilTold();
    expect(sent.map(({ state }) => state)).toEqual(['done']);
  });

  test('are told by what the settings allow when they end', async () => {
    const store = await storeIn(temporaryFolder());
    await submit(store, ['a'], ['https://hooks.example.org/kiln/a']);
    const { keeper, sent, untilTold, states } = await keeping(store, [], { settings: { ...allowed, webhooks: [] } });
    keeper.expect('submission_1', runId('a'));
    await end(store, 'a', 'done');
    keeper.hear(ended('a', 'done'));
    await untilTold();
    expect([sent, Object.values(await states())]).toEqual([[], ['failed']]);
  });
});
