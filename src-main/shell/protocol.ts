import { readFile, realpath } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import type { CoreLink } from './core-link.ts';
import { isOurs } from './sender.ts';

/** Everything comes from where the page comes from; pictures may also be made in it. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  // Isolated, a page may share memory between its threads.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const mimes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export type Asked =
  | { readonly kind: 'page'; readonly file: string }
  | { readonly kind: 'core'; readonly path: string }
  | { readonly kind: 'opened'; readonly id: string }
  | { readonly kind: 'refused'; readonly status: 403 | 404 };

/** What an address of ours means. A path that could leave the folder of the pages is refused, however it is written. */
export function askedFor(address: string, folder: string): Asked {
  if (!isOurs(address)) return { kind: 'refused', status: 403 };
  let path: string;
  try {
    path = decodeURIComponent(new URL(address).pathname);
  } catch {
    return { kind: 'refused', status: 403 };
  }
  if (/[\0\\]|%2f|%5c/i.test(path)) return { kind: 'refused', status: 403 };
  if (/^\/(images|blobs)\//.test(path)) return { kind: 'core', path };
  const [, id] = /^\/opened\/([0-9a-f-]{36})$/.exec(path) ?? [];
  if (id !== undefined) return { kind: 'opened', id };
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`);
  if (!file.startsWith(folder + sep)) return { kind: 'refused', status: 403 };
  return mimes[extname(file)] ? { kind: 'page', file } : { kind: 'refused', status: 404 };
}

export interface PagesOptions {
  /** Of the built page, absolute. */
  readonly folder: string;
  readonly core: () => CoreLink;
  readonly opened: (id: string) => Promise<Uint8Array | null>;
}

/** Answers every address of our scheme. */
export function pages({ folder, core, opened }: PagesOptions): (request: Request) => Promise<Response> {
  const answer = async (request: Request): Promise<Response> => {
    const asked = askedFor(request.url, folder);
    if (asked.kind === 'refused') return new Response(null, { status: asked.status });
    if (asked.kind === 'core') {
      const { method } = request;
      const body = method === 'PUT' ? new Uint8Array(await request.arrayBuffer()) : null;
      return core().bytes({ method, path: asked.path, body });
    }
    if (request.method !== 'GET') return new Response(null, { status: 405 });
    if (asked.kind === 'opened') return plain(await opened(asked.id), 'application/octet-stream');
    return plain(await within(folder, asked.file), mimes[extname(asked.file)]!);
  };
  return async (request) => {
    const found = await answer(request);
    const all = new Headers(found.headers);
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    // What was packed for the way is unpacked by now.
    all.delete('content-encoding');
    return new Response(found.body, { status: found.status, headers: all });
  };
}

const plain = (bytes: Uint8Array | null, mime: string): Response =>
  bytes === null
    ? new Response(null, { status: 404 })
    : new Response(bytes as Uint8Array<ArrayBuffer>, {
        headers: { 'content-type': mime, 'cache-control': 'no-cache' },
      });

/** A file whose links, followed, are still inside. */
async function within(folder: string, file: string): Promise<Uint8Array | null> {
  try {
    const [real, root] = await Promise.all([realpath(file), realpath(folder)]);
    return real.startsWith(root + sep) ? await readFile(real) : null;
  } catch {
    return null;
  }
}
