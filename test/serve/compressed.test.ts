import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { codingOf } from '../../src-main/serve/compressed.ts';
import { served } from './served.ts';

const script = 'export const run = () => "run";\n'.repeat(1000);

function pageFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<title>Kiln</title>');
  writeFileSync(path.join(folder, 'assets', 'main-1.js'), script);
  writeFileSync(path.join(folder, 'assets', 'fox-1.png'), script);
  return folder;
}

/** As it comes over the wire; fetch would unpack it. */
const asked = (url: string, accepted: string) =>
  new Promise<{ coding: string | undefined; vary: string | undefined; bytes: Buffer }>((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': accepted } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const { vary, 'content-encoding': coding } = response.headers;
        resolve({ coding, vary, bytes: Buffer.concat(pieces) });
      });
    })
      .on('error', reject)
      .end();
  });

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['BR', 'br'],
  ['identity', null],
  ['*;q=0', null],
  ['', null],
  [undefined, null],
])('of what a browser takes, %s, the best is chosen', (accepted, coding) => {
  expect(codingOf(accepted)).toBe(coding);
});

test('a script is sent small to whoever can unpack it, each time the same', async () => {
  const { at } = await served({ pages: pageFolder() });
  for (const [accepted, unpacked] of [
    ['gzip, br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const { coding, vary, bytes } = await asked(`${at}/assets/main-1.js`, accepted);
    expect([coding, vary]).toEqual([accepted === 'gzip' ? 'gzip' : 'br', 'accept-encoding']);
    expect(bytes.length).toBeLessThan(script.length / 20);
    expect(unpacked(bytes).toString()).toBe(script);
    expect((await asked(`${at}/assets/main-1.js`, accepted)).bytes.equals(bytes)).toBe(true);
  }
});

test('whoever cannot, gets it as it is; pictures are never packed again', async () => {
  const { at } = await served({ pages: pageFolder() });
  const plain = await asked(`${at}/assets/main-1.js`, 'identity');
  expect([plain.coding, plain.bytes.toString()]).toEqual([undefined, script]);
  const picture = await asked(`${at}/assets/fox-1.png`, 'gzip, br');
  expect([picture.coding, picture.bytes.toString()]).toEqual([undefined, script]);
});
