import { readFileSync } from 'node:fs';

export interface Stored {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** The tensors of a `.safetensors` file by name: a header in JSON, then their bytes one after the other. */
export function readSafetensors(file: string): Record<string, Stored> {
  const bytes = readFileSync(file);
  const size = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + size)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  return Object.fromEntries(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [from, to],
          },
        ]) => {
          const part = bytes.buffer.slice(bytes.byteOffset + 8 + size + from, bytes.byteOffset + 8 + size + to);
          return [name, { shape, data: dtype === 'I64' ? new BigInt64Array(part) : new Float32Array(part) }];
        },
      ),
  );
}
