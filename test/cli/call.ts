import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { kiln } from '../../src-main/cli-command.ts';
import type { Output } from '../../src-main/cli-terminal.ts';
import type { Core, CoreOptions } from '../../src-main/core.ts';

export const root = path.resolve(import.meta.dirname, '..', '..');
export const graphFile = path.join(root, 'graphs', 'text-to-image.kiln.json');
export const imageGraphFile = path.join(root, 'graphs', 'image-to-image.kiln.json');

/** An empty folder that goes when the test ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface CallOptions {
  readonly cwd: string;
  readonly core?: Core;
  readonly openCore?: (options: CoreOptions) => Promise<Core>;
  readonly env?: Readonly<Record<string, string>>;
  readonly live?: boolean;
  readonly interrupted?: AbortSignal;
  readonly now?: () => number;
  readonly secret?: string;
}

/** `kiln` inside this process. Without a core it may not ask for one. */
export async function call(argv: readonly string[], options: CallOptions): Promise<Called> {
  let [out, err] = ['', ''];
  const output = (write: (text: string) => void): Output => ({ write, isTTY: options.live ?? false, columns: 80 });
  const code = await kiln(argv, {
    env: { LANG: 'en_US.UTF-8', KILN_HOME: path.join(options.cwd, 'home'), ...options.env },
    cwd: options.cwd,
    stdout: output((text) => {
      out += text;
    }),
    stderr: output((text) => {
      err += text;
    }),
    interrupted: options.interrupted ?? new AbortController().signal,
    now: options.now ?? (() => 0),
    readSecret: async () => options.secret ?? '',
    openCore:
      options.openCore ??
      (async () => {
        if (options.core) return options.core;
        throw new Error('a core was opened');
      }),
  });
  return { code, out, err };
}
