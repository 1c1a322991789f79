import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { limits } from '../../bench/limits.ts';

const folder = path.join(import.meta.dirname, '../../out/renderer');
const textOf = (file: string) => readFileSync(path.join(folder, file), 'utf8');

/** The page's script and all that it imports before it runs. */
function firstScripts(): Map<string, string> {
  const found = new Map<string, string>();
  const add = (file: string): void => {
    if (found.has(file)) return;
    const text = textOf(file);
    found.set(file, text);
    for (const [, name] of text.matchAll(/(?:^|[;}])import(?:[^"'()]*?from)?["']\.\/([\w.-]+\.js)["']/g))
      add(`assets/${name}`);
  };
  for (const [, file] of textOf('index.html').matchAll(/(?:src|href)="\.?\/?(assets\/[\w.-]+\.js)"/g)) add(file!);
  return found;
}

/** Strings that stay in whatever a build makes of these packages. */
const marks = { 'litegraph.js': 'release_link_on_empty_shows_menu', dagre: 'network-simplex' };

test('the first paint waits for no canvas: litegraph.js and dagre come later', () => {
  const first = firstScripts();
  expect(first.size).toBeGreaterThan(0);
  const later = readdirSync(path.join(folder, 'assets')).filter(
    (file) => file.endsWith('.js') && !first.has(`assets/${file}`),
  );
  for (const mark of Object.values(marks)) {
    expect([...first].filter(([, text]) => text.includes(mark)).map(([file]) => file)).toEqual([]);
    expect(later.some((file) => textOf(`assets/${file}`).includes(mark))).toBe(true);
  }
});

test('the scripts of the first paint are as small as promised', () => {
  const bytes = [...firstScripts().values()].reduce((sum, text) => sum + brotliCompressSync(text).length, 0);
  expect(bytes / 1024).toBeLessThanOrEqual(limits.editor!.compressedKb!.atMost!);
});
