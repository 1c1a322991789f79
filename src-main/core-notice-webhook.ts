import { createHmac } from 'node:crypto';
import type dns from 'node:dns';
import { type ClientRequest, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { addressIn, isPrivate, PrivateAddress, publicLookup } from './core-notice-address.ts';
import { type Problem, problem } from './model/errors.ts';
import { shownAddress } from './model/notices.ts';

/** For the whole of one attempt. */
const answerMs = 10_000;

/** Null where it arrived. `isFinal`: it makes no sense to try again. */
export type Outcome = { readonly problem: Problem; readonly isFinal: boolean } | null;

export interface Webhook {
  readonly address: string;
  /** The same at every attempt, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly body: string;
  readonly secret: string;
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: number;
  readonly allowsPrivate: boolean;
  readonly agent: string;
  readonly signal: AbortSignal;
  /** For tests. */
  readonly lookup?: typeof dns.lookup;
}

/** As Standard Webhooks has it: `whsec_` and base64, or the bytes of any other text. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret, 'utf8');

/** Over id, time and body, so that none of them can be changed and an old request cannot be sent again. */
export const signatureOf = ({
  id,
  timestamp,
  body,
  secret,
}: Pick<Webhook, 'id' | 'timestamp' | 'body' | 'secret'>): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

/**
 * Posts it once, with the headers of Standard Webhooks (standardwebhooks.com). Redirects are not followed, and the answer
 * is not read: it could be anything.
 */
export async function postWebhook(webhook: Webhook): Promise<Outcome> {
  const { address, allowsPrivate, signal } = webhook;
  const shown = shownAddress(address);
  const isRefused = { problem: problem('notice.private', { address: shown }), isFinal: false };
  const failedWith = (reason: string, isFinal = false): Outcome => ({
    problem: problem('notice.notDelivered', { address: shown, reason }),
    isFinal,
  });
  const url = new URL(address);
  const literal = addressIn(url);
  if (!allowsPrivate && literal !== null && isPrivate(literal)) return isRefused;
  const limit = AbortSignal.timeout(answerMs);
  try {
    const status = await statusOf(url, webhook, AbortSignal.any([signal, limit]));
    if (status >= 200 && status < 300) return null;
    return failedWith(`HTTP ${status}`, status === 410);
  } catch (error) {
    if (error instanceof PrivateAddress) return isRefused;
    if (limit.aborted) return failedWith(`no answer within ${answerMs / 1000} s`);
    const { code, message } = error as NodeJS.ErrnoException;
    return failedWith(code ?? message);
  }
}

function statusOf(url: URL, webhook: Webhook, signal: AbortSignal): Promise<number> {
  const { id, body, timestamp, allowsPrivate, agent, lookup } = webhook;
  return new Promise((resolve, reject) => {
    const post = url.protocol === 'https:' ? overHttps : overHttp;
    const sent: ClientRequest = post(url, {
      method: 'POST',
      agent: false,
      signal,
      ...(allowsPrivate ? {} : { lookup: publicLookup(lookup) }),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': agent,
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(webhook),
      },
    });
    sent.on('response', (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.on('error', () => {}).destroy();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
