import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Provider } from '../model/device.ts';

/** Libraries that onnxruntime-node's package does not hold: they are fetched when it is installed, if at all. */
const fetched: readonly { readonly provider: Provider; readonly platform: NodeJS.Platform; readonly file: string }[] = [
  { provider: 'cuda', platform: 'linux', file: 'libonnxruntime_providers_cuda.so' },
];

/** Those that are not there, by provider. Loads nothing. */
export function missingLibraries(): ReadonlyMap<Provider, string> {
  const wanted = fetched.filter(({ platform }) => platform === process.platform);
  const missing = new Map<Provider, string>();
  for (const { provider, file } of wanted)
    if (!libraryFolders().some((at) => existsSync(path.join(at, file)))) missing.set(provider, file);
  return missing;
}

/** `bin/napi-v6/linux/x64`: one for each version of the interface to Node. */
function libraryFolders(): string[] {
  try {
    const bin = path.join(path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
    return readdirSync(bin).map((version) => path.join(bin, version, process.platform, process.arch));
  } catch {
    return [];
  }
}
