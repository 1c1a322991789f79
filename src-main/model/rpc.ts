import { AppError, Cancelled, isCancelled, type Problem, problem, problemsOfError } from './errors.ts';

/** The least that two processes need of one another. Order is kept; bytes travel beside the message, not inside it. */
export interface Port {
  post(message: unknown, bytes?: readonly Uint8Array[]): void;
  onMessage(listener: (message: unknown, bytes: readonly Uint8Array[]) => void): void;
  /** Once, when the other end is gone. */
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

type Message =
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly args: unknown }
  | { readonly t: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly t: 'problem'; readonly id: number; readonly problems: readonly Problem[]; readonly cancelled: boolean }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'event'; readonly event: unknown };

/** An answer with bytes beside it. */
export interface WithBytes {
  readonly value: unknown;
  readonly bytes: readonly Uint8Array[];
}

export type Handler = (
  name: string,
  args: unknown,
  bytes: readonly Uint8Array[],
  signal: AbortSignal,
) => Promise<WithBytes> | WithBytes;

export interface Rpc {
  /** @throws AppError with the other side's problems, or port.closed; Cancelled */
  call(name: string, args: unknown, bytes?: readonly Uint8Array[], signal?: AbortSignal): Promise<WithBytes>;
  emit(event: unknown, bytes?: readonly Uint8Array[]): void;
  close(): void;
}

/** Calls, answers, events and cancels over a port, the same on both sides. Errors travel as problems. */
export function rpcOver(
  port: Port,
  handler: Handler,
  onEvent: (event: unknown, bytes: readonly Uint8Array[]) => void,
  onClose: (reason: string) => void,
): Rpc {
  const waiting = new Map<number, { resolve: (answer: WithBytes) => void; reject: (error: Error) => void }>();
  const answering = new Map<number, AbortController>();
  let lastId = 0;
  let closed: string | null = null;

  const answer = async (id: number, name: string, args: unknown, bytes: readonly Uint8Array[]): Promise<void> => {
    const controller = new AbortController();
    answering.set(id, controller);
    try {
      const made = await handler(name, args, bytes, controller.signal);
      if (closed === null) port.post({ t: 'answer', id, value: made.value } satisfies Message, made.bytes);
    } catch (error) {
      if (closed === null)
        port.post({
          t: 'problem',
          id,
          problems: isCancelled(error) ? [] : problemsOfError(error),
          cancelled: isCancelled(error),
        } satisfies Message);
    } finally {
      answering.delete(id);
    }
  };

  port.onMessage((raw, bytes) => {
    const message = raw as Message;
    if (message.t === 'event') onEvent(message.event, bytes);
    else if (message.t === 'call') void answer(message.id, message.name, message.args, bytes);
    else if (message.t === 'cancel') answering.get(message.id)?.abort(new Cancelled());
    else {
      const caller = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.t === 'answer') caller?.resolve({ value: message.value, bytes });
      else caller?.reject(message.cancelled ? new Cancelled() : new AppError(message.problems));
    }
  });
  port.onClose((reason) => {
    if (closed !== null) return;
    closed = reason;
    for (const { reject } of waiting.values()) reject(new AppError(problem('port.closed', { reason })));
    waiting.clear();
    for (const controller of answering.values()) controller.abort(new Cancelled());
    onClose(reason);
  });

  return {
    call(name, args, bytes = [], signal) {
      if (closed !== null) return Promise.reject(new AppError(problem('port.closed', { reason: closed })));
      if (signal?.aborted) return Promise.reject(new Cancelled());
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const cancel = () => port.post({ t: 'cancel', id } satisfies Message);
        const settle = () => signal?.removeEventListener('abort', cancel);
        waiting.set(id, {
          resolve: (made) => {
            settle();
            resolve(made);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        });
        signal?.addEventListener('abort', cancel, { once: true });
        port.post({ t: 'call', id, name, args } satisfies Message, bytes);
      });
    },
    emit(event, bytes = []) {
      if (closed === null) port.post({ t: 'event', event } satisfies Message, bytes);
    },
    close() {
      port.close();
    },
  };
}
