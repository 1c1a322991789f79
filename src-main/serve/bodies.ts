import type { IncomingMessage } from 'node:http';
import { fail } from '../model/errors.ts';
import { bytesText } from '../texts/sentence.ts';

/** Memory that all bodies together may take while they arrive. */
export interface Flight {
  readonly bytes: number;
  readonly limit: number;
  take(bytes: number): void;
  give(bytes: number): void;
}

export function flightOf(limit: number): Flight {
  let taken = 0;
  return {
    get bytes() {
      return taken;
    },
    limit,
    /** @throws AppError request.tooMany */
    take(bytes) {
      if (taken + bytes > limit) fail('request.tooMany', { limit });
      taken += bytes;
    },
    give(bytes) {
      taken -= bytes;
    },
  };
}

export interface BodyRules {
  readonly limit: number;
  readonly flight: Flight;
  /** Sees every piece as it comes. */
  readonly onPiece?: (piece: Uint8Array) => void;
}

/**
 * Receives a body and uses it, its size refused before memory is taken: by what was announced, and by what comes.
 * @throws AppError request.tooLarge, request.tooMany, request.malformed where the sender went away
 */
export async function withBody<T>(
  request: IncomingMessage,
  { limit, flight, onPiece }: BodyRules,
  use: (bytes: Uint8Array) => Promise<T> | T,
): Promise<T> {
  const announced = request.headers['content-length'] === undefined ? null : Number(request.headers['content-length']);
  if (announced !== null && announced > limit) fail('request.tooLarge', { bytes: announced, limit });
  let taken = 0;
  const take = (bytes: number) => {
    flight.take(bytes);
    taken += bytes;
  };
  try {
    take(announced ?? 0);
    // One piece of the announced size: to join many at the end would hold up the thread. Pages come as they are written.
    const whole = announced === null ? null : Buffer.allocUnsafeSlow(announced);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    // Leaving early must not destroy the request, whose answer has still to be sent.
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (bytes + piece.length > limit) fail('request.tooLarge', { bytes: bytes + piece.length, limit });
      if (whole) piece.copy(whole, bytes);
      else {
        take(piece.length);
        pieces.push(piece);
      }
      bytes += piece.length;
      onPiece?.(piece);
    }
    if (announced !== null && bytes < announced) fail('request.malformed', { reason: cutOff(bytes) });
    return await use(whole ?? Buffer.concat(pieces));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (request.destroyed && !request.complete && (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'))
      fail('request.malformed', { reason: cutOff(null) }, {}, error);
    throw error;
  } finally {
    flight.give(taken);
  }
}

const cutOff = (bytes: number | null): string =>
  bytes === null ? 'it was cut off' : `it was cut off after ${bytesText(bytes)}`;
