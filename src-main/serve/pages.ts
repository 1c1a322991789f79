import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { type Coding, codingOf, packed } from './compressed.ts';

const mimes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface Page {
  readonly bytes: Uint8Array;
  readonly mime: string;
  /** Its name changes with its contents. */
  readonly immutable: boolean;
  /** How the bytes are compressed; null where they are as they lie in the file. */
  readonly coding: Coding | null;
}

/** What is text gets smaller. What is compressed already would not. */
const isText = (mime: string): boolean => /^text\/|javascript|json|svg/.test(mime);

/**
 * The web page's files. What is asked for is looked up among the files that are there and is never made into a path,
 * so nothing outside the folder can be named. The folder is listed again when a file is new: it may have been built.
 */
export function pagesIn(folder: string | null): (pathname: string, accepted?: string) => Promise<Page | null> {
  const pack = packed();
  let files = new Map<string, string>();
  const list = () => {
    files = new Map(
      filesBelow(folder).map((name) => [`/${name.split(sep).join('/')}`, join(folder ?? '', name)] as const),
    );
  };
  return async (pathname, accepted) => {
    const asked = pathname === '/' ? '/index.html' : pathname;
    if (!files.has(asked)) list();
    const file = files.get(asked);
    const bytes = file === undefined ? null : await readFile(file).catch(() => null);
    if (bytes === null) return null;
    const mime = mimes[extname(asked)] ?? 'application/octet-stream';
    const immutable = asked.startsWith('/assets/');
    const coding = immutable && isText(mime) ? codingOf(accepted) : null;
    return { bytes: coding ? await pack(asked, bytes, coding) : bytes, mime, immutable, coding };
  };
}

function filesBelow(folder: string | null): string[] {
  if (folder === null) return [];
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch {
    return [];
  }
}

const plain = (body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Kiln</title></head>
<body>${body}</body></html>
`;

/** Where no web page was built. */
export const barePage = plain('<h1>Kiln</h1><p>It runs. <a href="/api">Every call</a>.</p>');
