import { blobPath, imagePath } from '../../src-main/contract/calls.ts';
import { AppError, fail, type Problem } from '../../src-main/model/errors.ts';
import type { Digest } from '../../src-main/model/ids.ts';
import { limits } from '../../src-main/model/limits.ts';
import type { FileValue } from '../../src-main/model/value-types.ts';
import { sha256 } from './sha256.ts';

/** Bytes beside the calls: files go up before a graph names them, pictures come down by their digest. */
export interface Files {
  /** @throws AppError what the core says about the file, or that it does not answer */
  put(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<FileValue>;
  imageAddress(digest: Digest): string;
  blobAddress(digest: Digest): string;
}

export function filesAt(base: string, fetchIt: typeof fetch): Files {
  const blobAddress = (digest: Digest) => `${base}${blobPath(digest)}`;
  return {
    async put(bytes, name) {
      if (bytes.length === 0) fail('file.empty', { path: name });
      if (bytes.length > limits.imageFileBytes)
        fail('file.tooLarge', { path: name, bytes: bytes.length, limit: limits.imageFileBytes });
      const digest = await digestOf(bytes);
      const answer = await fetchIt(blobAddress(digest), { method: 'PUT', body: bytes }).catch((cause: unknown) =>
        fail('port.closed', { reason: 'Kiln does not answer' }, {}, cause),
      );
      if (!answer.ok) throw new AppError(await problemsIn(answer));
      return { digest, name };
    },
    imageAddress: (digest) => `${base}${imagePath(digest)}`,
    blobAddress,
  };
}

async function problemsIn(answer: Response): Promise<readonly Problem[]> {
  const body = (await answer.json().catch(() => null)) as { problems?: readonly Problem[] } | null;
  if (Array.isArray(body?.problems) && body.problems.length > 0) return body.problems;
  return [{ code: 'bug', values: { reason: `HTTP ${answer.status}` } }];
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<Digest> {
  const subtle = (globalThis.crypto as Partial<typeof globalThis.crypto>).subtle;
  const hash = subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(bytes);
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') as Digest;
}
