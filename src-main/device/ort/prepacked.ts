import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { Device } from '../../model/device.ts';
import type { PartFile } from '../../model/pack.ts';
import type { PrepackedFiles } from '../runtime.ts';
import { sessionOptions } from './providers.ts';

// A model as onnxruntime has optimized it for this processor, its weights packed as the kernels read them. Such a file is
// mapped: the lanes of a CPU share one copy of it. Without it each makes its own on its heap. With the starter pack on 2
// cores a second host then takes 54 MB instead of 83, loads in 0.6 of the time and is as fast; without packing at all
// calls take 5 to 19 % longer (1.30, CPU time of the denoiser with 1 and 4 rows).

type Ort = typeof import('onnxruntime-node');
type Options = InferenceSession.SessionOptions;

const model = 'model.onnx';

/**
 * A session from the packed file, if there is one. A lane makes it where there is none; others load as usual. Whatever is
 * wrong with the file or the disk, the session is made as usual.
 */
export async function openPrepacked(
  ort: Ort,
  file: PartFile,
  device: Device,
  { folder, mostBytes, leastFreeBytes }: PrepackedFiles,
  make: (more: Options) => Promise<InferenceSession>,
): Promise<InferenceSession> {
  const entry = path.join(folder, keyOf(ort, file));
  if (!existsSync(path.join(entry, model))) {
    if (device.laneOf === undefined || !(await hasRoom(folder, leastFreeBytes)) || !(await pack(entry, make)))
      return make({});
    await tidy(folder, mostBytes, entry);
  }
  try {
    const session = await ort.InferenceSession.create(path.join(entry, model), sessionOptions(device));
    const now = new Date();
    await utimes(entry, now, now).catch(() => {});
    return session;
  } catch {
    await rm(entry, { recursive: true, force: true }).catch(() => {});
    return make({});
  }
}

/** What can be made again must not take the last of a disk from runs and pictures. */
async function hasRoom(folder: string, leastFreeBytes: number): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= leastFreeBytes;
  } catch {
    return false;
  }
}

/** Everything that the packed bytes depend on. */
const keyOf = (ort: Ort, { part, edits }: PartFile): string =>
  createHash('sha256')
    .update(JSON.stringify([part.key, edits, os.cpus()[0]?.model, os.arch(), os.platform(), ort.env.versions]))
    .digest('hex')
    .slice(0, 32);

/** False where it cannot be written. Two lanes may make the same at once: the first one's stays. */
async function pack(entry: string, make: (more: Options) => Promise<InferenceSession>): Promise<boolean> {
  const making = `${entry}.${randomUUID()}`;
  try {
    await mkdir(making, { recursive: true });
    const session = await make({
      optimizedModelFilePath: path.join(making, model),
      extra: {
        session: {
          optimized_model_external_initializers_file_name: 'weights.bin',
          optimized_model_external_initializers_min_size_in_bytes: '1024',
          save_external_prepacked_constant_initializers: '1',
        },
      },
    });
    // It holds weights of its own; the one that is made from the file shares them.
    await session.release();
    await rename(making, entry).catch(() => {});
    return existsSync(path.join(entry, model));
  } catch {
    return false;
  } finally {
    await rm(making, { recursive: true, force: true }).catch(() => {});
  }
}

/** The longest unused leave until the rest fits; what another program still reads stays where the system wants it so. */
async function tidy(folder: string, mostBytes: number, but: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => {
      const entry = path.join(folder, name);
      const files = await readdir(entry).catch(() => []);
      const sizes = await Promise.all(files.map((one) => stat(path.join(entry, one)).catch(() => null)));
      const bytes = sizes.reduce((sum, one) => sum + (one?.size ?? 0), 0);
      return { entry, bytes, used: (await stat(entry).catch(() => null))?.mtimeMs ?? 0 };
    }),
  );
  let bytes = entries.reduce((sum, one) => sum + one.bytes, 0);
  for (const one of entries.sort((a, b) => a.used - b.used)) {
    if (bytes <= mostBytes) return;
    if (one.entry === but) continue;
    await rm(one.entry, { recursive: true, force: true }).catch(() => {});
    bytes -= one.bytes;
  }
}
