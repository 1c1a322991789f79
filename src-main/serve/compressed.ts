import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Coding = 'br' | 'gzip';

const ways: Readonly<Record<Coding, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  // More than 5 takes ten times as long for a tenth less, and whoever opens the page first would wait for it.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 6 }),
};

/** The better of those that an Accept-Encoding header names and does not refuse. */
export function codingOf(accepted: string | undefined): Coding | null {
  const named = new Map(
    (accepted ?? '').split(',').map((one): [string, string] => {
      const [name = '', ...rest] = one.split(';').map((part) => part.trim().toLowerCase());
      return [name, rest.find((part) => part.startsWith('q='))?.slice(2) ?? '1'];
    }),
  );
  return (['br', 'gzip'] as const).find((coding) => Number(named.get(coding) ?? 0) > 0) ?? null;
}

/** Compresses each file once, outside of the event loop, and remembers it: names change with contents. */
export function packed(): (name: string, bytes: Uint8Array, coding: Coding) => Promise<Uint8Array> {
  const known = new Map<string, Promise<Uint8Array>>();
  return (name, bytes, coding) => {
    const key = `${coding} ${name}`;
    const made = known.get(key) ?? ways[coding](bytes);
    known.set(key, made);
    return made;
  };
}
