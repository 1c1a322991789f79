import { createHash } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answer } from '../contract/answer.ts';
import { AppError, Cancelled, fail, type Problem, problem, problemsOfError } from '../model/errors.ts';
import type { Digest } from '../model/ids.ts';
import type { Tracer } from '../model/ports.ts';
import { type Flight, withBody } from './bodies.ts';
import type { guard } from './guard.ts';
import { jsonInTurns } from './json-text.ts';
import type { ServeLimits } from './limits.ts';
import { apiPage, apiStyle, openApi } from './openapi.ts';
import { barePage, pagesIn } from './pages.ts';
import { languageAsked, spoken, statusOf } from './said-problems.ts';
import type { ServedCore } from './served-core.ts';
import { signInPage, signInPath, signInStyle, signInStylePath } from './sign-in.ts';

export interface HttpOptions {
  readonly core: ServedCore;
  readonly version: string;
  readonly limits: ServeLimits;
  readonly flight: Flight;
  readonly check: ReturnType<typeof guard>;
  /** Folder of the web page; null where there is none. */
  readonly pages: string | null;
  readonly metrics: () => Promise<{ readonly text: string; readonly mime: string }>;
  readonly isStopping: () => boolean;
  readonly tracer: Tracer | null;
  readonly onBug: (error: unknown) => void;
}

const year = 31_536_000;
const headers = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export function refuse(request: FastifyRequest, reply: FastifyReply, problems: readonly Problem[], status?: number) {
  const language = languageAsked(request.headers['accept-language']);
  return reply
    .code(status ?? statusOf(problems))
    .header('cache-control', 'no-store')
    .send({ ok: false, problems: problems.map((found) => spoken(found, language)) });
}

/** Everything that answers over HTTP. Whoever asks was checked before anything is read. */
export function httpApp(options: HttpOptions): FastifyInstance {
  const { check, isStopping, tracer, onBug } = options;
  const app = Fastify({
    logger: false,
    // Whoever sends slower than that is not sending a picture.
    requestTimeout: 300_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    const { method, url } = request;
    const verdict = check({ method, url, headers: request.headers });
    if (verdict.kind === 'pass') return;
    if (verdict.kind === 'signIn') return reply.header('set-cookie', verdict.cookie).redirect('/', 303);
    if (verdict.status === 401) reply.header('www-authenticate', 'Bearer');
    if (verdict.status === 401 && method === 'GET' && request.headers.accept?.includes('text/html'))
      return askToken(request, reply, url.includes('token='));
    return refuse(request, reply, [verdict.problem], verdict.status);
  });
  if (tracer)
    app.addHook('onResponse', async ({ method, url }, { elapsedTime, statusCode }) => {
      const nowMs = performance.now();
      // What is behind the question mark may be a token.
      tracer.span('sockets', 'http', `${method} ${url.split('?')[0]}`, nowMs - elapsedTime, nowMs, { statusCode });
    });
  // Whoever asked for a socket and got an answer instead would keep the connection, which nobody listens to any more.
  app.addHook('onSend', async (request, reply) => {
    if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => request.raw.socket.destroySoon());
  });
  // Bodies are read where it is known how much may come.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, [problem('request.unknown', { path: request.url.split('?')[0]! })]),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode;
    if (!(error instanceof AppError) && status !== undefined && status < 500)
      return refuse(request, reply, [problem('request.malformed', { reason: (error as Error).message })], status);
    const problems = problemsOfError(error);
    if (problems.some(({ code }) => code === 'bug')) onBug(error);
    return refuse(request, reply, problems);
  });

  app.get('/healthz', async (_request, reply) => text(reply, 'ok\n'));
  app.get('/readyz', async (_request, reply) =>
    isStopping() ? text(reply.code(503), 'stopping\n') : text(reply, 'ready\n'),
  );
  addSignIn(app, options);
  addCalls(app, options);
  addBytes(app, options);
  addPages(app, options);
  return app;
}

const text = (reply: FastifyReply, body: string, mime = 'text/plain; charset=utf-8') =>
  reply.header('cache-control', 'no-store').type(mime).send(body);
const html = (reply: FastifyReply, body: string) => text(reply, body, 'text/html; charset=utf-8');

const longestSignIn = 4096;

/** Without a referrer the form would be sent with the origin `null`, which is nobody. */
const askToken = (request: FastifyRequest, reply: FastifyReply, isWrong: boolean) =>
  html(
    reply.code(401).header('referrer-policy', 'same-origin'),
    signInPage(languageAsked(request.headers['accept-language']), isWrong),
  );

/** The token as the sign-in page sends it: in the body, which nobody writes down as addresses are. */
function addSignIn(app: FastifyInstance, { check, flight }: HttpOptions): void {
  app.get(signInStylePath, async (_request, reply) => text(reply, signInStyle, 'text/css; charset=utf-8'));
  app.post(signInPath, async (request, reply) => {
    const token = await withBody(request.raw, { limit: longestSignIn, flight }, (bytes) =>
      new URLSearchParams(new TextDecoder().decode(bytes)).get('token'),
    );
    const url = `/?token=${encodeURIComponent(token?.trim() ?? '')}`;
    const verdict = check({ method: 'GET', url, headers: request.headers });
    if (verdict.kind === 'signIn') return reply.header('set-cookie', verdict.cookie).redirect('/', 303);
    if (verdict.kind === 'pass') return reply.redirect('/', 303);
    return askToken(request, reply, true);
  });
}

function addCalls(app: FastifyInstance, { core, limits, flight, isStopping, onBug }: HttpOptions): void {
  app.post<{ Params: { name: string } }>('/api/:name', async (request, reply) => {
    if (isStopping()) fail('request.stopping', {});
    const mime = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    // A form of another site can send anything but this without being asked whether it may.
    if (mime !== undefined && mime !== 'application/json')
      return refuse(
        request,
        reply,
        [problem('request.malformed', { reason: 'its Content-Type must be application/json' })],
        415,
      );
    const args = await withBody(request.raw, { limit: limits.jsonBytes, flight }, (bytes) =>
      jsonInTurns(bytes, limits.jsonDepth),
    );
    const gone = new AbortController();
    reply.raw.once('close', () => reply.raw.writableFinished || gone.abort(new Cancelled()));
    const found = await answer(core.handlers, request.params.name, args, gone.signal, onBug);
    if (!found.ok) return refuse(request, reply, found.problems);
    return reply.header('cache-control', 'no-store').send({ ok: true, value: found.value ?? null });
  });
}

const digestOf = (request: FastifyRequest): Digest => {
  const { digest } = request.params as { digest: string };
  if (!/^[0-9a-f]{64}$/.test(digest)) fail('request.malformed', { reason: 'a digest is 64 hexadecimal digits' });
  return digest as Digest;
};

/** What the first bytes say; pictures may be shown, everything else is only to be kept. */
function mimeOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : 'application/octet-stream';
}

function addBytes(app: FastifyInstance, { core, limits, flight, isStopping }: HttpOptions): void {
  app.put('/blobs/:digest', async (request) => {
    if (isStopping()) fail('request.stopping', {});
    const given = digestOf(request);
    const hash = createHash('sha256');
    const rules = { limit: limits.blobBytes, flight, onPiece: (piece: Uint8Array) => hash.update(piece) };
    return withBody(request.raw, rules, async (bytes) => {
      const found = hash.digest('hex');
      if (found !== given) fail('blob.wrongDigest', { given, found });
      await core.putFile(bytes, given);
      return { ok: true, value: { digest: given, bytes: bytes.length } };
    });
  });

  const kept =
    (read: (digest: Digest) => Promise<Uint8Array | null>) => async (request: FastifyRequest, reply: FastifyReply) => {
      const digest = digestOf(request);
      const tag = `"${digest}"`;
      // Bytes that are named by what they hold cannot change.
      reply.headers({ etag: tag, 'cache-control': `private, max-age=${year}, immutable` });
      if (request.headers['if-none-match']?.includes(tag)) return reply.code(304).send();
      const bytes = await read(digest);
      if (!bytes) {
        reply.removeHeader('etag');
        return refuse(request, reply, [problem('image.missing', { name: digest.slice(0, 12) })], 404);
      }
      return reply.type(mimeOf(bytes)).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    };
  app.get('/blobs/:digest', kept(core.blob));
  app.get('/images/:digest', kept(core.picture));
}

function addPages(app: FastifyInstance, { version, pages, metrics }: HttpOptions): void {
  const find = pagesIn(pages);
  const described = openApi(version);
  app.get('/openapi.json', async (_request, reply) => reply.header('cache-control', 'no-cache').send(described));
  app.get('/api', async (request, reply) => html(reply, apiPage(version, `${request.protocol}://${request.host}`)));
  app.get('/api.css', async (_request, reply) => text(reply, apiStyle, 'text/css; charset=utf-8'));
  app.get('/metrics', async (_request, reply) => {
    const found = await metrics();
    return text(reply, found.text, found.mime);
  });
  app.get('/*', async (request, reply) => {
    const { pathname } = new URL(request.url, 'http://kiln');
    const page = await find(pathname, request.headers['accept-encoding']);
    if (page) {
      if (page.immutable) reply.header('vary', 'accept-encoding');
      if (page.coding) reply.header('content-encoding', page.coding);
      const cache = page.immutable ? `private, max-age=${year}, immutable` : 'no-cache';
      return reply.header('cache-control', cache).type(page.mime).send(page.bytes);
    }
    if (pathname === '/') return html(reply, barePage);
    return reply.callNotFound();
  });
}
