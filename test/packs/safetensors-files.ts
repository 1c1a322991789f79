/** A `.safetensors` file; values of half precision are given as their 16 bits. */
export function safetensorsOf(
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayBufferView }>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let at = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const dtype = data instanceof Float32Array ? 'F32' : data instanceof Uint16Array ? 'F16' : 'BF16';
    header[name] = { dtype, shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const bytes = Object.values(tensors).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, json, ...bytes]);
}

/** float32 rows of one width. */
export const rowsOf = (rows: readonly (readonly number[])[]) => ({
  shape: [rows.length, rows[0]?.length ?? 0],
  data: Float32Array.from(rows.flat()),
});
