import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { guard } from '../../src-main/serve/guard.ts';
import { post, served } from './served.ts';

const token = 'correct horse battery'.replaceAll(' ', '-');
const asking = (given: string | null, url: string, headers: IncomingHttpHeaders, method = 'GET') =>
  guard({ token: given, cookieName: 'kiln_7867' })({ method, url, headers });
const verdict = (given: string | null, headers: IncomingHttpHeaders, url = '/api/core.info') => {
  const found = asking(given, url, headers, 'POST');
  return found.kind === 'refuse' ? `${found.status} ${Object.values(found.problem.values)[0] ?? 'token'}` : found.kind;
};
const local = { host: '127.0.0.1:7867' };

describe('without a token', () => {
  test.each(['localhost:7867', 'LOCALHOST', '127.0.0.1:9000', '127.1.2.3', '[::1]:7867', 'kiln.localhost:7867'])(
    'the name %s is of this machine',
    (host) => expect(verdict(null, { host })).toBe('pass'),
  );

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:7867',
    '192.168.1.5:7867',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost@evil.example',
    'localhost:7867/../',
    '128.0.0.1',
    '[::2]',
  ])('the name %s is not, so a site may have pointed it here', (host) => {
    expect(verdict(null, host === undefined ? {} : { host })).toBe('403 Host');
  });

  test('a page of ours may ask, a page of others may not', () => {
    expect(verdict(null, { ...local, origin: 'http://127.0.0.1:7867' })).toBe('pass');
    for (const origin of ['http://127.0.0.1:3000', 'https://evil.example', 'null', 'file://', ''])
      expect(verdict(null, { ...local, origin })).toBe('403 Origin');
  });

  test('a link from elsewhere may be followed, a picture may not be taken', () => {
    const cross = { ...local, 'sec-fetch-site': 'cross-site' };
    expect(verdict(null, { ...cross, 'sec-fetch-mode': 'navigate' }, '/')).toBe('pass');
    expect(verdict(null, { ...cross, 'sec-fetch-mode': 'no-cors' }, '/images/0')).toBe('403 Sec-Fetch-Site');
    expect(verdict(null, { ...local, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe('pass');
  });
});

describe('with a token', () => {
  const far = { host: 'gpu.lan:7867' };

  test('nothing is answered without it, under whatever name', () => {
    for (const headers of [far, local, { ...far, cookie: '' }, { ...far, authorization: 'Basic abc' }])
      expect(verdict(token, headers)).toBe('401 token');
    for (const url of ['/', '/ws', '/metrics', '/openapi.json', '/images/0', '//x', '/healthz/../metrics'])
      expect(verdict(token, far, url)).toBe('401 token');
  });

  test('whether it is there may be asked by anybody', () => {
    for (const url of ['/healthz', '/readyz', '/readyz?x=1']) expect(verdict(token, far, url)).toBe('pass');
  });

  test('a script sends it in a header, and a wrong one is not helped by a cookie', () => {
    expect(verdict(token, { ...far, authorization: `Bearer ${token}` })).toBe('pass');
    const signIn = asking(token, `/?token=${token}`, far);
    const cookie = signIn.kind === 'signIn' ? signIn.cookie.split(';')[0]! : '';
    for (const wrong of [`${token}x`, token.slice(1), token.toUpperCase(), 'x'])
      expect(verdict(token, { ...far, cookie, authorization: `Bearer ${wrong}` })).toBe('401 token');
  });

  test('a browser gets a cookie for it, which holds another secret and is of use for this server alone', () => {
    const found = asking(token, `/?token=${token}`, far);
    if (found.kind !== 'signIn') throw new Error(found.kind);
    expect(found.cookie).toMatch(/^kiln_7867=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=31536000$/);
    expect(found.cookie).not.toContain(token);
    const cookie = found.cookie.split(';')[0]!;
    expect(verdict(token, { ...far, cookie: `a=b; ${cookie}; c=d` })).toBe('pass');
    expect(verdict('another token', { ...far, cookie })).toBe('401 token');
    expect(verdict(token, { ...far, cookie: `${cookie}0` })).toBe('401 token');
    expect(verdict(token, { ...far, cookie: `kiln_7867=${token}` })).toBe('401 token');
  });

  test('it is taken from the address of the first page alone', () => {
    expect(asking(token, '/?token=wrong', far).kind).toBe('refuse');
    expect(verdict(token, far, `/metrics?token=${token}`)).toBe('401 token');
    expect(asking(token, `/?token=${token}`, far, 'POST').kind).toBe('refuse');
  });

  test('another site is refused even with the cookie', () => {
    const headers = { ...far, origin: 'https://evil.example', authorization: `Bearer ${token}` };
    expect(verdict(token, headers)).toBe('403 Origin');
    expect(verdict(token, { ...headers, origin: 'https://gpu.lan:7867' })).toBe('pass');
  });
});

test('whoever is refused learns why, and nothing is asked of the core', async () => {
  const { at, core } = await served({ token });
  const { status, body } = await post(at, 'core.info');
  expect([status, body.problems?.[0]?.code]).toEqual([401, 'request.unauthorized']);
  expect((await post(at, 'core.info', {}, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await fetch(`${at}/metrics`)).status).toBe(401);
  expect((await fetch(`${at}/healthz`)).status).toBe(200);
  expect((await fetch(`${at}/blobs/${'0'.repeat(64)}`, { method: 'PUT', body: 'x' })).status).toBe(401);
  expect(core.called).toEqual([]);
  expect((await post(at, 'core.info', {}, { authorization: `Bearer ${token}` })).status).toBe(200);
});

test('a browser is asked for the token, sent on with a cookie, and its address no longer shows it', async () => {
  const { at } = await served({ token });
  const asked = await fetch(at, { headers: { accept: 'text/html' } });
  expect(asked.status).toBe(401);
  expect(await asked.text()).toContain('<form method="post" action="/sign-in">');
  const send = (given: string, headers = {}) =>
    fetch(`${at}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ token: given }),
      redirect: 'manual',
      headers,
    });
  const wrong = await send('wrong', { 'accept-language': 'zh' });
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
  expect(await wrong.text()).toContain('令牌不正确');
  expect((await send(token, { origin: 'http://evil.example' })).status).toBe(403);
  expect((await send('x'.repeat(5000))).status).toBe(413);
  const sent = await send(` ${token}\n`);
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/']);
  expect((await fetch(at, { headers: { cookie: sent.headers.get('set-cookie')!.split(';')[0]! } })).status).toBe(200);
  const entered = await fetch(`${at}/?token=${token}`, { redirect: 'manual' });
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
  const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
  expect((await fetch(at, { headers: { cookie } })).status).toBe(200);
});

test('a socket is refused as a call is', async () => {
  const { at } = await served({ token });
  const open = (headers: Record<string, string>) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(`${at.replace('http', 'ws')}/ws`, { headers });
      socket.onopen = () => {
        socket.close();
        resolve(true);
      };
      socket.onerror = () => resolve(false);
    });
  const authorization = `Bearer ${token}`;
  expect(await open({})).toBe(false);
  expect(await open({ authorization: 'Bearer wrong' })).toBe(false);
  expect(await open({ authorization, origin: 'https://evil.example' })).toBe(false);
  expect(await open({ authorization })).toBe(true);
});

test('a server that others can reach is not opened without a token', async () => {
  await expect(served({ host: '0.0.0.0' })).rejects.toThrow('needs a token');
});

test('every answer forbids pages of others to use it', async () => {
  const { at } = await served();
  for (const path of ['/', '/api', '/healthz', '/nothing', '/images/0']) {
    const { headers } = await fetch(`${at}${path}`);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});
