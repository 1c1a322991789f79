import { crc32, deflateSync } from 'node:zlib';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

export interface RawPng {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly color: 0 | 2 | 3 | 4 | 6;
  /** Samples of all rows, without filter bytes. */
  readonly samples: Uint8Array;
  readonly chunks?: readonly Buffer[];
}

/** A PNG of exactly these samples, unfiltered. */
export function rawPng({ width, height, depth, color, samples, chunks = [] }: RawPng): Uint8Array {
  const head = Buffer.concat([u32(width), u32(height), Buffer.from([depth, color, 0, 0, 0])]);
  const row = samples.length / height;
  const lines = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.of(0), samples.subarray(y * row, (y + 1) * row)]),
  );
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', head),
    ...chunks,
    pngChunk('IDAT', deflateSync(Buffer.concat(lines))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
