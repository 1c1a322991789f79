import { limits } from '../model/limits.ts';

export interface ServeLimits {
  /** Of one call or one message, as text. */
  readonly jsonBytes: number;
  readonly jsonDepth: number;
  /** Of one uploaded file. */
  readonly blobBytes: number;
  /** Of all bodies that are being received at one time. */
  readonly flightBytes: number;
  /** Calls of one WebSocket client that are not answered yet. */
  readonly callsPerClient: number;
  readonly clients: number;
  /** What may wait to be sent to one client before progress is left out … */
  readonly slowBytes: number;
  /** … and before the client is dropped. */
  readonly stuckBytes: number;
}

const mebibyte = 1024 * 1024;

export const serveLimits: ServeLimits = {
  // A graph, and as much again for its runs.
  jsonBytes: 2 * limits.graphBytes,
  // A graph lies one level deep in the arguments of a call, and these may lie in a message.
  jsonDepth: limits.graphDepth + 2,
  blobBytes: limits.imageFileBytes,
  flightBytes: 4 * limits.imageFileBytes,
  callsPerClient: 64,
  clients: 256,
  slowBytes: mebibyte,
  stuckBytes: 32 * mebibyte,
};
