import { readFileSync } from 'node:fs';
import { arch, type } from 'node:os';
import path from 'node:path';

export interface Versions {
  /** What made the recordings. */
  readonly references: readonly string[];
  /** What computed here. */
  readonly here: readonly string[];
}

const root = path.join(import.meta.dirname, '../..');
const versionIn = (file: string): string =>
  (JSON.parse(readFileSync(path.join(root, file), 'utf8')) as { version: string }).version;

export const versions = (): Versions => ({
  references: [
    'ComfyUI 0.33.0 (commit 783545f)',
    'diffusers 0.42.1',
    'torch 2.15.0 on the CPU',
    'transformers 5.23.0',
    'onnxruntime 1.32 for what a runtime may differ',
  ],
  here: [
    `Kiln ${versionIn('package.json')}`,
    `Node ${process.version.slice(1)}`,
    `onnxruntime-node ${versionIn('node_modules/onnxruntime-node/package.json')}`,
    `${type()} ${arch()}`,
  ],
});
