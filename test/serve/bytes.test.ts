import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Answered, digestOf, served } from './served.ts';

type Body = NonNullable<RequestInit['body']>;

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 1, 2, 3]);

async function put(at: string, digest: string, body: Body) {
  const response = await fetch(`${at}/blobs/${digest}`, { method: 'PUT', body, duplex: 'half' } as RequestInit);
  return { status: response.status, body: (await response.json()) as Answered };
}

/** Bytes whose length is not announced. */
const inPieces = (...pieces: readonly string[]): ReadableStream =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });

test('bytes that are uploaded come back as they were, with a type that shows pictures alone', async () => {
  const { at, core } = await served();
  for (const [bytes, mime] of [
    [png, 'image/png'],
    [new TextEncoder().encode('<script>alert(1)</script>'), 'application/octet-stream'],
  ] as const) {
    const digest = digestOf(bytes);
    expect(await put(at, digest, bytes)).toEqual({
      status: 200,
      body: { ok: true, value: { digest, bytes: bytes.length } },
    });
    expect(core.blobs.get(digest)).toEqual(bytes);
    const back = await fetch(`${at}/blobs/${digest}`);
    expect(back.headers.get('content-type')).toBe(mime);
    expect(await back.bytes()).toEqual(bytes);
  }
});

test('bytes whose length was not announced are taken as well', async () => {
  const { at, core } = await served();
  const digest = digestOf('one two');
  expect((await put(at, digest, inPieces('one', ' two'))).status).toBe(200);
  expect(Buffer.from(core.blobs.get(digest)!).toString()).toBe('one two');
});

test('bytes that are not what was announced are not kept', async () => {
  const { at, core } = await served();
  const { status, body } = await put(at, digestOf('one'), 'two');
  expect([status, body.problems?.[0]?.code]).toEqual([409, 'blob.wrongDigest']);
  expect(core.blobs.size).toBe(0);
});

test('what is no digest names nothing', async () => {
  const { at } = await served();
  for (const name of ['0', 'x'.repeat(64), digestOf('one').toUpperCase(), '..%2f..%2fetc%2fpasswd', '%00'])
    expect((await put(at, name, 'one')).status).toBe(400);
  expect((await fetch(`${at}/images/${digestOf('gone')}`)).status).toBe(404);
  expect((await fetch(`${at}/blobs/${digestOf('gone')}`)).status).toBe(404);
});

test('a file that is too large is refused by its announced length, before a byte of it has come', async () => {
  const { at, core } = await served({ limits: { blobBytes: 1000 } });
  const { hostname, port } = new URL(at);
  const asked = request({
    host: hostname,
    port,
    method: 'PUT',
    path: `/blobs/${digestOf('x')}`,
    headers: { 'content-length': 1001 },
  });
  asked.on('error', () => {});
  const status = await new Promise((resolve) => {
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.flushHeaders();
  });
  asked.destroy();
  expect(status).toBe(413);
  expect(core.blobs.size).toBe(0);
});

test('a file that turns out too large while it comes is refused', async () => {
  const { at, core } = await served({ limits: { blobBytes: 1000 } });
  const pieces = Array.from({ length: 11 }, () => 'x'.repeat(100));
  const { status, body } = await put(at, digestOf(pieces.join('')), inPieces(...pieces));
  expect([status, body.problems?.[0]?.code]).toEqual([413, 'request.tooLarge']);
  expect(core.blobs.size).toBe(0);
});

test('uploads that together take too much memory are refused until others are done', async () => {
  const { at } = await served({ limits: { flightBytes: 1000 } });
  const first = new TransformStream();
  const writer = first.writable.getWriter();
  const half = put(at, digestOf('x'.repeat(800)), first.readable);
  await writer.write(new TextEncoder().encode('x'.repeat(400)));
  // Whether the first half has arrived shows only in what is refused.
  const other = 'y'.repeat(700);
  let refused = 0;
  for (let tries = 0; refused === 0 && tries < 1000; tries++)
    if ((await put(at, digestOf(other), other)).status === 429) refused++;
  expect(refused).toBe(1);
  await writer.write(new TextEncoder().encode('x'.repeat(400)));
  await writer.close();
  expect((await half).status).toBe(200);
  expect((await put(at, digestOf(other), other)).status).toBe(200);
});

test('an upload that is cut off keeps nothing, and its memory is given back', async () => {
  const { at, core } = await served({ limits: { flightBytes: 1000 } });
  const { hostname, port, host } = new URL(at);
  const whole = 'z'.repeat(900);
  for (let i = 0; i < 3; i++) {
    const socket = createConnection({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve) =>
      socket.write(
        `PUT /blobs/${digestOf(whole)} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 900\r\n\r\n${whole.slice(0, 500)}`,
        () => resolve(),
      ),
    );
    socket.destroy();
  }
  let status = 0;
  for (let tries = 0; status !== 200 && tries < 1000; tries++) status = (await put(at, digestOf(whole), whole)).status;
  expect(status).toBe(200);
  expect(core.blobs.size).toBe(1);
});

test('a call that is too large, nests without end or is no text is refused', async () => {
  const { at, core } = await served({ limits: { jsonBytes: 1000 } });
  const post = async (body: Body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${at}/api/core.info`, { method: 'POST', headers, body });
    const { problems } = (await response.json()) as Answered;
    return [response.status, problems?.[0]?.code];
  };
  expect(await post(`"${'x'.repeat(1000)}"`)).toEqual([413, 'request.tooLarge']);
  expect(await post(`${'['.repeat(200)}${']'.repeat(200)}`)).toEqual([400, 'request.malformed']);
  expect(await post(`{"brackets in text nest nothing":"${'['.repeat(200)}"}`)).toEqual([200, undefined]);
  expect(await post(Uint8Array.from([0x22, 0xff, 0x22]))).toEqual([400, 'request.malformed']);
  expect(core.called).toEqual(['core.info']);
});

test('a picture is kept by the browser for good, and not sent twice', async () => {
  const { at, core } = await served();
  const digest = digestOf(png);
  core.pictures.set(digest, png);
  const first = await fetch(`${at}/images/${digest}`);
  expect(first.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  expect(first.headers.get('etag')).toBe(`"${digest}"`);
  expect(first.headers.get('content-type')).toBe('image/png');
  expect(await first.bytes()).toEqual(png);
  const again = await fetch(`${at}/images/${digest}`, { headers: { 'if-none-match': `"${digest}"` } });
  expect([again.status, (await again.bytes()).length]).toEqual([304, 0]);
});

test('a picture that is gone is not remembered as gone', async () => {
  const { at } = await served();
  const { status, headers } = await fetch(`${at}/images/${digestOf('gone')}`);
  expect([status, headers.get('cache-control'), headers.get('etag')]).toEqual([404, 'no-store', null]);
});

function pageFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'renderer', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.txt'), 'secret');
  writeFileSync(path.join(folder, 'renderer', 'index.html'), '<title>Kiln</title>');
  writeFileSync(path.join(folder, 'renderer', 'assets', 'main-1.js'), 'run()');
  return path.join(folder, 'renderer');
}

test('the web page is served, its named files for good', async () => {
  const folder = pageFolder();
  const { at } = await served({ pages: folder });
  const index = await fetch(at);
  expect(await index.text()).toBe('<title>Kiln</title>');
  expect(index.headers.get('cache-control')).toBe('no-cache');
  const script = await fetch(`${at}/assets/main-1.js`);
  expect([await script.text(), script.headers.get('content-type'), script.headers.get('cache-control')]).toEqual([
    'run()',
    'text/javascript; charset=utf-8',
    'private, max-age=31536000, immutable',
  ]);
  writeFileSync(path.join(folder, 'assets', 'main-2.js'), 'run2()');
  expect(await (await fetch(`${at}/assets/main-2.js`)).text()).toBe('run2()');
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%5csecret.txt',
  '/assets',
  '/index.html%00',
])('nothing outside the page is served: %s', async (asked) => {
  const { at } = await served({ pages: pageFolder() });
  const { hostname, port } = new URL(at);
  // fetch would tidy the path up.
  const [status, body] = await new Promise<[number | undefined, string]>((resolve) => {
    request({ host: hostname, port, path: asked }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve([response.statusCode, text]));
    }).end();
  });
  expect([400, 404]).toContain(status);
  expect(body).not.toContain('secret"');
  expect(JSON.parse(body)).toMatchObject({ ok: false });
});

test('without a built page the address says that it runs', async () => {
  const { at } = await served();
  expect(await (await fetch(at)).text()).toContain('href="/api"');
});
