/** Byte arrays on a stream: 4 bytes sequence number of their message, 4 bytes length, little-endian, and the bytes. */
const headBytes = 8;

export function frameHead(sequence: number, length: number): Uint8Array {
  const head = new Uint8Array(headBytes);
  const view = new DataView(head.buffer);
  view.setUint32(0, sequence >>> 0, true);
  view.setUint32(4, length, true);
  return head;
}

/** Puts chunks of a stream together again: one copy of each byte. */
export class FrameReader {
  readonly #onFrame: (sequence: number, bytes: Uint8Array) => void;
  readonly #head = new Uint8Array(headBytes);
  #headFilled = 0;
  #body: Uint8Array | null = null;
  #bodyFilled = 0;

  constructor(onFrame: (sequence: number, bytes: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (!this.#body) {
        const part = chunk.subarray(at, at + headBytes - this.#headFilled);
        this.#head.set(part, this.#headFilled);
        this.#headFilled += part.length;
        at += part.length;
        if (this.#headFilled < headBytes) return;
        this.#body = new Uint8Array(new DataView(this.#head.buffer).getUint32(4, true));
        this.#bodyFilled = 0;
      } else {
        const part = chunk.subarray(at, at + this.#body.length - this.#bodyFilled);
        this.#body.set(part, this.#bodyFilled);
        this.#bodyFilled += part.length;
        at += part.length;
      }
      if (this.#body.length === this.#bodyFilled) {
        const body = this.#body;
        this.#body = null;
        this.#headFilled = 0;
        this.#onFrame(new DataView(this.#head.buffer).getUint32(0, true), body);
      }
    }
  }
}
