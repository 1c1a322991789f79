import type { Port } from '../model/rpc.ts';

interface Letter {
  readonly message: unknown;
  readonly bytes: readonly Uint8Array[];
}

/**
 * Two ends in one process that behave like two processes: everything is copied, and arrives later. Each `post` is
 * delivered in a microtask of its own, in order.
 */
export function portPair(): readonly [Port, Port] {
  const a = new PairEnd();
  const b = new PairEnd();
  a.other = b;
  b.other = a;
  return [a, b];
}

class PairEnd implements Port {
  other: PairEnd | null = null;
  readonly #early: Letter[] = [];
  #onMessage: ((message: unknown, bytes: readonly Uint8Array[]) => void) | null = null;
  readonly #onClose: ((reason: string) => void)[] = [];
  #closed: string | null = null;

  post(message: unknown, bytes: readonly Uint8Array[] = []): void {
    if (this.#closed !== null) return;
    const letter = { message: structuredClone(message), bytes: bytes.map((part) => part.slice()) };
    queueMicrotask(() => {
      if (this.other) this.other.#deliver(letter);
    });
  }

  onMessage(listener: (message: unknown, bytes: readonly Uint8Array[]) => void): void {
    this.#onMessage = listener;
    for (const { message, bytes } of this.#early.splice(0)) listener(message, bytes);
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose.push(listener);
    if (this.#closed !== null) queueMicrotask(() => listener(this.#closed ?? ''));
  }

  close(reason = 'it was closed'): void {
    this.#end(reason);
    queueMicrotask(() => {
      if (this.other) this.other.#end('the other end was closed');
    });
  }

  #deliver(letter: Letter): void {
    if (this.#closed !== null) return;
    if (this.#onMessage) this.#onMessage(letter.message, letter.bytes);
    else this.#early.push(letter);
  }

  #end(reason: string): void {
    if (this.#closed !== null) return;
    this.#closed = reason;
    for (const listener of this.#onClose) queueMicrotask(() => listener(reason));
  }
}
