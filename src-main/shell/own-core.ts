import { createHash } from 'node:crypto';
import { z } from 'zod';
import { answer } from '../contract/answer.ts';
import type { Asked, CallName } from '../contract/calls.ts';
import type { Wire, WireEvents } from '../contract/desktop.ts';
import type { ServedCore } from '../core.ts';
import { Cancelled, failed, type Problem, problem, problemsOfError, type Result } from '../model/errors.ts';
import type { Event } from '../model/events.ts';
import type { Digest, GraphId } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { CoreLink, Disk } from './core-link.ts';

type Core = Pick<ServedCore, 'handlers' | 'listen' | 'watch' | 'putFile' | 'picture' | 'blob' | 'close'>;

const id = z.int().min(0);
const mostWatched = 32;
const mostCalls = 64;
/** What a page may send; the same frames that `kiln serve` takes over a socket. */
const frame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id, name: z.string().max(200), args: z.unknown().optional() }),
  z.object({ t: z.literal('cancel'), id }),
  z.object({ t: z.literal('watch'), graphs: z.array(z.string().max(200)).max(mostWatched) }),
]);

const without = (event: Event, watched: (graphId: string) => boolean): Event =>
  event.type === 'job.progressed' && event.preview !== undefined && !watched(event.graphId)
    ? { ...event, preview: undefined as never }
    : event;

/** The core in this process. */
export function ownCore(core: Core, disk: Disk | null, onBug: (error: unknown) => void): CoreLink {
  const call = <N extends CallName>(name: N, args: Asked<N>): Promise<Result<unknown>> =>
    answer(core.handlers, name, args, new AbortController().signal, onBug);

  return {
    chosen: { kind: 'own', address: null, isHere: disk !== null, problems: [] },
    open: (events) => wireOver(core, events, onBug),
    bytes: (request) => bytesOf(core, request),
    async probe() {
      const found = await call('core.info', {});
      return found.ok ? { problems: [], info: found.value as never } : { problems: found.problems, info: null };
    },
    async queue() {
      const found = await call('queue.status', {});
      return found.ok ? (found.value as never) : null;
    },
    disk,
    close: () => core.close(),
  };
}

function wireOver(core: Core, events: WireEvents, onBug: (error: unknown) => void): Wire {
  const answering = new Map<number, AbortController>();
  const watches = new Map<string, () => void>();
  let isClosed = false;
  const send = (message: object): void => {
    if (!isClosed) events.onmessage(JSON.stringify(message));
  };
  const reply = (callId: number | null, result: Result<unknown>): void =>
    send({ t: 'answer', id: callId, result: result.ok ? { ok: true, value: result.value ?? null } : result });
  const stop = core.listen((event) => send({ t: 'event', event: without(event, (graph) => watches.has(graph)) }));

  const watch = (graphs: readonly string[]): void => {
    for (const [graphId, unwatch] of watches)
      if (!graphs.includes(graphId)) {
        watches.delete(graphId);
        unwatch();
      }
    for (const graphId of graphs) if (!watches.has(graphId)) watches.set(graphId, core.watch(graphId as GraphId));
  };
  const onCall = async (callId: number, name: string, args: unknown): Promise<void> => {
    if (answering.size >= mostCalls) return reply(callId, failed([problem('request.tooMany', { limit: mostCalls })]));
    if (answering.has(callId))
      return reply(null, failed([problem('request.malformed', { reason: `call ${callId} is not answered yet` })]));
    const controller = new AbortController();
    answering.set(callId, controller);
    const found = await answer(core.handlers, name, args, controller.signal, onBug);
    answering.delete(callId);
    reply(callId, !found.ok && controller.signal.aborted ? failed([]) : found);
  };
  queueMicrotask(() => isClosed || events.onopen());

  return {
    send(text) {
      const message = messageOf(text);
      if (message === null) reply(null, failed([problem('request.malformed', { reason: 'it is no message' })]));
      else if (message.t === 'cancel') answering.get(message.id)?.abort(new Cancelled());
      else if (message.t === 'watch') watch(message.graphs);
      else void onCall(message.id, message.name, message.args);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      stop();
      watch([]);
      for (const controller of answering.values()) controller.abort(new Cancelled());
    },
  };
}

function messageOf(text: string): z.output<typeof frame> | null {
  if (text.length > 2 * limits.graphBytes) return null;
  try {
    return frame.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const problemAnswer = (status: number, problems: readonly Problem[]): Response =>
  Response.json({ ok: false, problems }, { status });

async function bytesOf(core: Core, { method, path, body }: Parameters<CoreLink['bytes']>[0]): Promise<Response> {
  const [, kind, given] = /^\/(images|blobs)\/([0-9a-f]{64})$/.exec(path) ?? [];
  if (!kind || !given) return problemAnswer(404, [problem('request.unknown', { path })]);
  const digest = given as Digest;
  if (method === 'PUT' && kind === 'blobs') return putFile(core, digest, body ?? new Uint8Array());
  const bytes = await (kind === 'images' ? core.picture(digest) : core.blob(digest));
  if (!bytes) return problemAnswer(404, [problem('image.missing', { name: given.slice(0, 12) })]);
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': mimeOf(bytes) } });
}

async function putFile(core: Core, digest: Digest, bytes: Uint8Array): Promise<Response> {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== digest) return problemAnswer(400, [problem('blob.wrongDigest', { given: digest, found })]);
  try {
    await core.putFile(bytes, digest);
  } catch (error) {
    return problemAnswer(500, problemsOfError(error));
  }
  return Response.json({ ok: true, value: { digest, bytes: bytes.length } });
}

/** Only pictures are shown; everything else is bytes. */
function mimeOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : 'application/octet-stream';
}
