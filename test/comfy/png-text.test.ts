import { crc32 as zlibCrc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { crc32 } from '../../src-main/comfy/crc32.ts';
import { readPngTexts, writePngTexts } from '../../src-main/comfy/png-text.ts';
import { AppError } from '../../src-main/model/errors.ts';
import { pngChunk, smallPng } from '../build/small-png.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const write = (png: Uint8Array, texts: Record<string, string>) => writePngTexts(png, texts, 'fox.png');
const read = (png: Uint8Array) => Object.fromEntries(readPngTexts(png, 'fox.png'));
const typesIn = (png: Uint8Array) =>
  [
    ...Buffer.from(png)
      .toString('latin1')
      .matchAll(/IHDR|tEXt|iTXt|zTXt|gAMA|IDAT|IEND/g),
  ].map(([type]) => type);

function codeOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.problems[0]!.code;
    throw error;
  }
}

test('the checksum is that of zlib', () => {
  for (const text of ['', 'IEND', 'a red fox'.repeat(100)]) expect(crc32(bytes(text))).toBe(zlibCrc32(text));
});

test('texts come back as they were, in any script', () => {
  const texts = { kiln: '{"prompt":"一只红色的狐狸 🦊"}', parameters: 'a red fox\nSteps: 12', empty: '' };
  expect(read(write(smallPng(), texts))).toEqual(texts);
});

test('plain texts are tEXt, which every reader knows, others iTXt, right behind the header', () => {
  const png = write(smallPng(), { plain: 'fox', other: '狐狸' });
  expect(typesIn(png)).toEqual(['IHDR', 'tEXt', 'iTXt', 'IDAT', 'IEND']);
});

test('the rest of the file stays byte for byte, also behind its end', () => {
  const gamma = pngChunk('gAMA', Uint8Array.from([0, 0, 177, 143]));
  const foreign = pngChunk('tEXt', bytes('Software\0Another'));
  const png = Uint8Array.from([...smallPng(2, 2, [gamma, foreign]), 1, 2, 3]);
  const chunk = pngChunk('tEXt', bytes('kiln\0{}'));
  expect(write(png, { kiln: '{}' })).toEqual(Uint8Array.from([...png.slice(0, 33), ...chunk, ...png.slice(33)]));
});

test('a text takes the place of one under the same keyword, whatever its chunk', () => {
  const old = [
    pngChunk('tEXt', bytes('kiln\0old')),
    pngChunk('iTXt', bytes('kiln\0\0\0\0\0old')),
    pngChunk('zTXt', bytes('kiln\0\0x')),
  ];
  const png = write(smallPng(2, 2, old), { kiln: 'new' });
  expect(typesIn(png)).toEqual(['IHDR', 'tEXt', 'IDAT', 'IEND']);
  expect(read(png)).toEqual({ kiln: 'new' });
  expect(write(png, { kiln: 'new' })).toEqual(png);
});

test('texts of other programs are read, compressed and senseless ones passed over', () => {
  const between = [
    pngChunk('tEXt', bytes('prompt\0{"3":{}}')),
    pngChunk('iTXt', bytes('workflow\0\0\0zh\0translated\0{}')),
    pngChunk('zTXt', bytes('zipped\0\0xyz')),
    pngChunk('iTXt', bytes('packed\0\x01\0\0\0xyz')),
    pngChunk('tEXt', bytes('no keyword')),
    pngChunk('iTXt', bytes('short\0\0\0')),
    pngChunk('tEXt', bytes('latin\0caf\xe9')),
  ];
  expect(read(smallPng(2, 2, between))).toEqual({ prompt: '{"3":{}}', workflow: '{}', latin: 'café' });
});

test('a file that is cut off anywhere is said to be broken', () => {
  const png = write(smallPng(), { kiln: '{}' });
  for (let length = 8; length < png.length; length++)
    expect([length, codeOf(() => read(png.slice(0, length)))]).toEqual([length, 'image.broken']);
  expect(codeOf(() => read(png))).toBeNull();
});

test('a length beyond the file, a damaged text and a missing header are said to be broken', () => {
  const png = write(smallPng(), { kiln: '{"a":1}' });
  expect(codeOf(() => read(png.with(33, 0xff)))).toBe('image.broken');
  expect(codeOf(() => read(png.with(47, 0x20)))).toBe('image.broken');
  expect(codeOf(() => read(Uint8Array.from([...png.slice(0, 8), ...png.slice(33)])))).toBe('image.broken');
});

test('a file that is no PNG is refused', () => {
  expect(codeOf(() => read(bytes('just some text')))).toBe('image.notAnImage');
  expect(codeOf(() => write(new Uint8Array(0), {}))).toBe('file.empty');
});
