import { crc32, deflateSync } from 'node:zlib';

export const pngSignature = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return Uint8Array.from(chunk);
}

/** A proper PNG, all black, with chunks of one's own between header and pixels. */
export function smallPng(width = 2, height = 2, between: readonly Uint8Array[] = []): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc((width * 3 + 1) * height));
  const chunks = [pngChunk('IHDR', header), ...between, pngChunk('IDAT', pixels), pngChunk('IEND', new Uint8Array(0))];
  return Uint8Array.from(Buffer.concat([pngSignature, ...chunks]));
}
