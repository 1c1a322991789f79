/** A TIFF block that says how a picture is turned and nothing else. */
export const orientationTiff = (orientation: number): Buffer =>
  Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);

/** A segment of a JPEG, put right behind its start. */
export function withSegment(jpeg: Uint8Array, marker: number, data: Uint8Array): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A WebP file in the extended form, with chunks before and behind its picture. `flags` say which. */
export function extendedWebp(
  webp: Uint8Array,
  size: { readonly width: number; readonly height: number },
  flags: number,
  chunks: { readonly before?: Record<string, Uint8Array>; readonly behind?: Record<string, Uint8Array> },
): Buffer {
  const riff = (name: string, data: Uint8Array): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name);
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
  };
  const canvas = Buffer.alloc(10);
  canvas[0] = flags;
  canvas.writeUIntLE(size.width - 1, 4, 3);
  canvas.writeUIntLE(size.height - 1, 7, 3);
  const all = (of: Record<string, Uint8Array> = {}) => Object.entries(of).map(([name, data]) => riff(name, data));
  const body = [riff('VP8X', canvas), ...all(chunks.before), webp.subarray(12), ...all(chunks.behind)];
  return riff('RIFF', Buffer.concat([Buffer.from('WEBP'), ...body]));
}
