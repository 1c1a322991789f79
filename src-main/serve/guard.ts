import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Problem, problem } from '../model/errors.ts';
import { signInPath, signInStylePath } from './sign-in.ts';

export interface GuardOptions {
  /** Null only where nobody but this machine can connect. */
  readonly token: string | null;
  /** Cookies are shared by all ports of a name, so each server has its own. */
  readonly cookieName: string;
}

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export type Verdict =
  | { readonly kind: 'pass' }
  /** The token was right: keep it in this cookie and go to the page without it. */
  | { readonly kind: 'signIn'; readonly cookie: string }
  | { readonly kind: 'refuse'; readonly problem: Problem; readonly status: 401 | 403 };

/**
 * They say nothing but that somebody is there, so that whoever watches over processes needs no token. What the page that
 * asks for the token is made of is as open as that page.
 */
const open = ['/healthz', '/readyz', signInPath, signInStylePath];

/** Over digests, which are of one length whatever was sent. */
function isEqual(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** `name` of `name`, `name:7867` and `[::1]:7867`; null for anything else. */
function hostnameOf(host: string | undefined): string | null {
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?$/i.exec(host ?? '');
  return found ? found[1]!.toLowerCase() : null;
}

export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname) ||
  hostname === '[::1]' ||
  hostname === '::1';

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}

/**
 * Who may ask. Without a token only this machine can connect, and the danger is a site in this person's browser: it
 * can point a name of its own here, so the name asked for must be one of this machine's. With a token no name is
 * dangerous, since no other site has the token or its cookie. A site that asks says so in `Origin`, which must be us.
 */
export function guard({ token, cookieName }: GuardOptions): (asked: Asked) => Verdict {
  // What browsers keep is made from the token, but is not it: a cookie that leaks is of use for this server alone.
  const session = token === null ? '' : createHmac('sha256', token).update(cookieName).digest('hex');
  const foreign = (header: string, value: string): Verdict => ({
    kind: 'refuse',
    status: 403,
    problem: problem('request.foreign', { header, value }),
  });

  return ({ method, url, headers }) => {
    const hostname = hostnameOf(headers.host);
    if (hostname === null || (token === null && !isLoopback(hostname))) return foreign('Host', headers.host ?? '');
    const origin = headers.origin;
    if (origin !== undefined && originHost(origin) !== headers.host?.toLowerCase()) return foreign('Origin', origin);
    const site = headers['sec-fetch-site'];
    // Following a link from elsewhere is fine; taking a picture or a script from here is not.
    if ((site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate')
      return foreign('Sec-Fetch-Site', site);

    const { pathname, searchParams } = new URL(url.startsWith('//') ? '/' : url, 'http://kiln');
    if (token === null || open.includes(pathname)) return { kind: 'pass' };
    const refused: Verdict = { kind: 'refuse', status: 401, problem: problem('request.unauthorized', {}) };
    const written = searchParams.get('token');
    if (method === 'GET' && pathname === '/' && written !== null)
      return isEqual(written, token)
        ? { kind: 'signIn', cookie: `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000` }
        : refused;
    const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return isEqual(bearer, token) ? { kind: 'pass' } : refused;
    const kept = cookieOf(headers.cookie, cookieName);
    return kept !== null && isEqual(kept, session) ? { kind: 'pass' } : refused;
  };
}
