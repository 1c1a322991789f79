import { beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../src-main/model/events.ts';
import type { CalledCore } from '../build/called-core.ts';
import { changed, progressed } from '../build/core-events.ts';

/** What comes back for a call, and what comes unasked. */
export interface Incoming {
  readonly t: 'answer' | 'event';
  readonly id: number | null;
  readonly result: Answered;
  readonly event: Event;
}

export interface Answered {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly problems?: readonly {
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
    readonly node: string | null;
  }[];
}

/** A core, and what nobody expected of it. */
export type LookedCore = CalledCore & { readonly bugs: readonly unknown[] };

/** A fresh `calledCore` behind some transport. */
export interface ReachedCore {
  call(name: string, args?: unknown): Promise<Answered>;
  /** Reads or moves the core itself, which may be in another process: `read` stands alone, its result is plain data. */
  look<T, A = undefined>(read: (core: LookedCore, arg: A) => T | Promise<T>, arg?: A): Promise<T>;
}

/** A fresh one behind a transport that tells events and answers several calls at once. */
export interface FramedCore extends Omit<ReachedCore, 'call'> {
  send(message: unknown): void;
  /** The next message that fits, or one that has come already. */
  got(fits: (message: Incoming) => boolean): Promise<Incoming>;
  readonly messages: readonly Incoming[];
  close(): void;
}

export interface Hooks<T> {
  readonly reach: () => Promise<T>;
  /** Why it cannot be tested here. */
  readonly skip?: string | null;
}

const graph = { format: 'kiln', version: 1 };

/** Calls with their answers, as every way to a core carries them. */
export function callsContract(name: string, { reach, skip = null }: Hooks<ReachedCore>): void {
  describe(`calls over ${name}`, () => {
    beforeEach((context) => {
      if (skip) context.skip(skip);
    });

    test('a call is answered with its value, and what it leaves out has its default', async () => {
      const { call, look } = await reach();
      expect(await call('core.info')).toEqual({
        ok: true,
        value: { version: '1.2.3', contract: 1, home: 'home', devices: ['sim:0'] },
      });
      expect(await call('runs.submit', { graph })).toEqual({
        ok: true,
        value: [{ runId: 'run_0', place: 0, isNew: true }],
      });
      expect(await look(({ runs }) => runs.get('run_0' as never))).toMatchObject({
        runId: 'run_0',
        tier: 'quality',
        submitter: 'anonymous',
        overrides: {},
      });
    });

    test('an answer of nothing is null', async () => {
      const { call } = await reach();
      expect(await call('queue.pause', {})).toEqual({ ok: true, value: null });
      expect(await call('queue.status', {})).toMatchObject({ ok: true, value: { paused: true } });
    });

    test('a run that is submitted twice under one id is queued once', async () => {
      const { call, look } = await reach();
      const args = { graph, runs: [{ runId: 'run_mine', overrides: { seed: '7' } }] };
      const first = await call('runs.submit', args);
      const second = await call('runs.submit', args);
      expect(first.value).toEqual([{ runId: 'run_mine', place: 0, isNew: true }]);
      expect(second.value).toEqual([{ runId: 'run_mine', place: 0, isNew: false }]);
      expect(await look(({ runs }) => runs.size)).toBe(1);
    });

    test('a value of every kind arrives as it was sent', async () => {
      const { call, look } = await reach();
      const overrides = {
        prompt: 'a “red” fox, 狐狸 🦊',
        steps: 20,
        cfg: 7.5,
        isTiled: false,
        at: [1, null, { x: -1 }],
      };
      await call('runs.submit', { graph, runs: [{ runId: 'run_mine', overrides }] });
      expect(await look(({ runs }) => runs.get('run_mine' as never)?.overrides)).toEqual(overrides);
    });

    test('wrong arguments are refused before any handler sees them', async () => {
      const { call, look } = await reach();
      const { problems } = await call('runs.submit', { graph: { format: 'other' }, times: 0 });
      expect(problems).toMatchObject([
        { code: 'call.badArguments', values: { reason: expect.stringMatching(/graph\.format.*times/s) } },
      ]);
      expect(await look(({ called }) => called)).not.toContain('runs.submit');
    });

    test('a name that is no call is refused, also one that every object has', async () => {
      const { call } = await reach();
      for (const wrong of ['runs.steal', 'constructor', '__proto__'])
        expect((await call(wrong, {})).problems).toMatchObject([{ code: 'call.unknown' }]);
    });

    test('errors come as problems, and are nobody’s mistake', async () => {
      const { call, look } = await reach();
      expect(await call('runs.get', { runId: 'run_9' })).toMatchObject({
        ok: false,
        problems: [{ code: 'run.missing', values: { run: 'run_9' } }],
      });
      expect(await look(({ bugs }) => bugs.length)).toBe(0);
    });

    test('a handler that breaks is our mistake and is logged; the next call is answered', async () => {
      const { call, look } = await reach();
      expect((await call('runs.clear', {})).problems).toMatchObject([{ code: 'bug' }]);
      expect(await look(({ bugs }) => bugs.length)).toBe(1);
      expect((await call('core.info')).ok).toBe(true);
    });
  });
}

/** What goes over one connection beside single calls. */
export function framesContract(name: string, { reach, skip = null }: Hooks<FramedCore>): void {
  describe(`frames over ${name}`, () => {
    beforeEach((context) => {
      if (skip) context.skip(skip);
    });

    const explain = (id: number) => ({ t: 'call', id, name: 'runs.explain', args: { runId: 'run_1' } });
    /** What was sent before this has been read. */
    const answered = async ({ send, got }: FramedCore, id: number): Promise<void> => {
      send({ t: 'call', id, name: 'core.info' });
      await got((message) => message.id === id);
    };
    const isExplained = ({ look }: FramedCore) => look(({ explaining }) => explaining.promise.then(() => true));
    const isAborted = ({ look }: FramedCore) =>
      look(({ explaining }) => explaining.promise.then(({ aborted }) => aborted));

    test('events come in their order', async () => {
      const core = await reach();
      await answered(core, 900);
      const events = [changed('run_1', 'running'), progressed('run_1', 1), changed('run_1', 'done')];
      await core.look(({ emit }, told) => told.forEach(emit), events);
      await core.got(({ event }) => event?.type === 'run.changed' && event.state === 'done');
      expect(core.messages.flatMap(({ t, event }) => (t === 'event' ? [event] : []))).toEqual(events);
    });

    test('a preview comes where its graph is watched; elsewhere the step comes without one', async () => {
      const core = await reach();
      core.send({ t: 'watch', graphs: ['graph_1'] });
      await answered(core, 900);
      const step = { ...progressed('run_1', 1), preview: { width: 1, height: 1, rgb: 'AAAA' } } as Event;
      await core.look(({ emit }, told) => emit(told), step);
      expect((await core.got(({ event }) => event?.type === 'job.progressed')).event).toEqual(step);
      core.send({ t: 'watch', graphs: ['graph_2'] });
      await answered(core, 901);
      await core.look(({ emit }, told) => emit(told), { ...step, done: 2 } as Event);
      const second = await core.got(({ event }) => event?.type === 'job.progressed' && event.done === 2);
      expect(second.event).toEqual(progressed('run_1', 2));
    });

    test('graphs are watched as long as somebody looks at them', async () => {
      const core = await reach();
      const watched = () => core.look((inside) => [...inside.watched]);
      core.send({ t: 'watch', graphs: ['fox', 'panda'] });
      await answered(core, 900);
      expect(await watched()).toEqual([
        ['fox', 1],
        ['panda', 1],
      ]);
      core.send({ t: 'watch', graphs: ['panda', 'owl'] });
      await answered(core, 901);
      expect(await watched()).toEqual([
        ['panda', 1],
        ['owl', 1],
      ]);
      core.close();
      await expect.poll(watched).toEqual([]);
    });

    test('a cancelled call is answered without problems, and its handler is told', async () => {
      const core = await reach();
      core.send(explain(5));
      await isExplained(core);
      core.send({ t: 'cancel', id: 5 });
      const { result } = await core.got(({ id }) => id === 5);
      expect(result).toEqual({ ok: false, problems: [] });
      expect(await isAborted(core)).toBe(true);
    });

    test('a quick call is answered while a slow one waits', async () => {
      const core = await reach();
      core.send(explain(1));
      await answered(core, 2);
      expect(core.messages.filter(({ t }) => t === 'answer').map(({ id }) => id)).toEqual([2]);
    });

    test('there is one call under each number', async () => {
      const core = await reach();
      core.send(explain(1));
      core.send(explain(1));
      const { result } = await core.got(({ t, id }) => t === 'answer' && id === null);
      expect(result.problems).toMatchObject([{ code: 'request.malformed' }]);
    });

    test('what is no message is told to be none', async () => {
      const core = await reach();
      core.send({ t: 'call', name: 'core.info' });
      const { result } = await core.got(({ t, id }) => t === 'answer' && id === null);
      expect(result.problems).toMatchObject([{ code: 'request.malformed' }]);
    });

    test('calls of a client that goes away are aborted', async () => {
      const core = await reach();
      core.send(explain(1));
      await isExplained(core);
      core.close();
      await expect.poll(() => isAborted(core)).toBe(true);
    });
  });
}

/** Single calls over a connection of frames. */
export function callsOver(reach: () => Promise<FramedCore>): () => Promise<ReachedCore> {
  return async () => {
    const { send, got, look } = await reach();
    let last = 0;
    return {
      look,
      async call(name, args) {
        last += 1;
        const id = last;
        send({ t: 'call', id, name, args });
        return (await got((message) => message.t === 'answer' && message.id === id)).result;
      },
    };
  };
}

/** Messages as they come, and those who wait for one of them. */
export function inbox(): Pick<FramedCore, 'got' | 'messages'> & { take(text: string): void } {
  const messages: Incoming[] = [];
  const hopes: { fits: (message: Incoming) => boolean; resolve: (message: Incoming) => void }[] = [];
  return {
    messages,
    take(text) {
      const message = JSON.parse(text) as Incoming;
      messages.push(message);
      for (const hope of hopes) if (hope.fits(message)) hope.resolve(message);
    },
    got(fits) {
      const known = messages.find(fits);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => hopes.push({ fits, resolve }));
    },
  };
}
