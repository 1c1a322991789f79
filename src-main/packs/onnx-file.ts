import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { BrokenOnnx } from './edit-graph/proto.ts';
import { type OnnxHeader, readHeader } from './onnx-header.ts';
import { type Stamp, stampOf } from './stamp.ts';

/** A model file with the files that hold its weights. */
export interface OnnxFile {
  readonly header: OnnxHeader;
  /** The model itself first. */
  readonly stamps: readonly Stamp[];
  /** All files together. */
  readonly bytes: number;
}

/**
 * Reads what a model says about itself and checks that all of its bytes are there. No weights are read.
 * @throws BrokenOnnx; ENOENT or ENOTDIR where there is no such file
 */
export async function readOnnxFile(file: string): Promise<OnnxFile> {
  const handle = await opened(file);
  try {
    const info = await handle.stat({ bigint: true });
    if (info.isDirectory()) throw new BrokenOnnx('it is a folder');
    if (!info.isFile()) throw new BrokenOnnx('it is no ordinary file');
    const header = await readHeader(handle, Number(info.size));
    const external = await Promise.all(
      [...header.external].map(([location, bytes]) => externalStamp(path.dirname(file), location, bytes)),
    );
    const stamps = [stampOf(file, info), ...external];
    return { header, stamps, bytes: stamps.reduce((sum, { size }) => sum + size, 0) };
  } finally {
    await handle.close();
  }
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw error;
    throw new BrokenOnnx(code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code ?? String(error)})`);
  }
}

/** Weights lie beside their model or below it: a file cannot make Kiln read elsewhere. */
async function externalStamp(folder: string, location: string, bytes: number): Promise<Stamp> {
  const parts = location.split(/[\\/]/);
  if (path.isAbsolute(location) || parts.includes('..') || /^[a-z]:/i.test(location))
    throw new BrokenOnnx(`its weights would lie outside of its folder, in "${location}"`);
  const file = path.join(folder, ...parts);
  const info = await stat(file, { bigint: true }).catch(() => null);
  if (info === null || !info.isFile()) throw new BrokenOnnx(`the file with its weights, "${location}", is missing`);
  if (Number(info.size) < bytes)
    throw new BrokenOnnx(`"${location}" is cut off: ${bytes - Number(info.size)} bytes of weights are missing`);
  return stampOf(file, info);
}
