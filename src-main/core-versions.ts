import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder with package.json: of the sources, or of what they were built into. */
export function projectFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder)
    folder = path.dirname(folder);
  return folder;
}

const { version, dependencies } = JSON.parse(readFileSync(path.join(projectFolder(), 'package.json'), 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};

export const kilnVersion = version;
/** What computed a deterministic result. */
export const runtimeVersion = `onnxruntime-node ${dependencies['onnxruntime-node'] ?? ''} node ${process.versions.v8}`;

/** The packs that come with Kiln. */
export const builtInPacks = (): string => path.join(projectFolder(), 'models');

/** The web page, once it is built. */
export const builtPages = (): string => path.join(projectFolder(), 'out', 'renderer');
