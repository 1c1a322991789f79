import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { block, joined } from '../src-main/packs/edit-graph/writer.ts';

/** In an ONNX file: who made it. It changes what the file is and not what it computes. */
const producer = 2;

export interface SecondPack {
  readonly name: string;
  /** Holds it, as `packFolders` wants it. */
  readonly folder: string;
  remove(): void;
}

/** The starter pack under another name, none of whose parts is the same file: as large, as fast, and nothing in common. */
export function secondPack(): SecondPack {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-packs-'));
  const name = 'second';
  const at = path.join(folder, name);
  cpSync(path.join(import.meta.dirname, '../models/starter'), at, { recursive: true });
  for (const file of readdirSync(at, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.onnx')) continue;
    const model = path.join(at, file);
    writeFileSync(model, joined([readFileSync(model), block(producer, name)]));
  }
  return { name, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
