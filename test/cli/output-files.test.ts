import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openOutputFolder, pictureName, replaceFile } from '../../src-main/cli-output-files.ts';
import { AppError } from '../../src-main/model/errors.ts';
import type { Digest } from '../../src-main/model/ids.ts';
import { cliTexts } from '../../src-main/texts/say-cli.ts';
import { emptyFolder } from './call.ts';

const texts = cliTexts('en');
const digest = '0123456789abcdef'.repeat(4) as Digest;
const picture = { title: 'a red fox', seed: '7', digest };
const bytes = Buffer.from('picture');

const codesOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AppError)) throw error ?? new Error('it was not refused');
  return error.problems.map(({ code }) => code);
};

test.each([
  ['a red fox', 'a-red-fox-7-01234567'],
  ['红狐狸 ½!1', '红狐狸-½-1-7-01234567'],
  ['../../etc/passwd', 'etc-passwd-7-01234567'],
  ['C:\\con.aux|"?*<>', 'C-con-aux-7-01234567'],
  ['nul', 'nul-7-01234567'],
  ['\u202egnp.\u0000', 'gnp-7-01234567'],
  ['...', 'image-7-01234567'],
  ['', 'image-7-01234567'],
])('the title %j becomes %s', (title, name) => {
  expect(pictureName(title, '7', digest)).toBe(name);
});

test('a name is at most 120 characters and 255 bytes, and no character is cut in two', () => {
  for (const title of ['x'.repeat(300), '狐'.repeat(300), '𠮷'.repeat(300)]) {
    const name = `${pictureName(title, '18446744073709551615', digest)}.png`;
    expect(name.length).toBeLessThanOrEqual(120);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name.isWellFormed()).toBe(true);
    expect(name).toMatch(/-18446744073709551615-01234567\.png$/);
  }
});

test('a picture without a seed has none in its name', () => {
  expect(pictureName('fox', null, digest)).toBe('fox-01234567');
});

test('the folder is made when the first picture is ready, and nothing but pictures is in it', async () => {
  const cwd = emptyFolder();
  const folder = await openOutputFolder('a/b', cwd, texts);
  expect(readdirSync(cwd)).toEqual([]);
  expect(await folder.write(picture, bytes)).toBe(path.join('a/b', 'a-red-fox-7-01234567.png'));
  expect(readdirSync(path.join(cwd, 'a/b'))).toEqual(['a-red-fox-7-01234567.png']);
  await folder.tidy();
  expect(readFileSync(path.join(cwd, 'a/b/a-red-fox-7-01234567.png'))).toEqual(bytes);
});

test('the same picture keeps its file, another one never takes its name', async () => {
  const cwd = emptyFolder();
  const folder = await openOutputFolder('.', cwd, texts);
  const first = await folder.write(picture, bytes);
  expect(await folder.write(picture, bytes)).toBe(first);
  expect(await folder.write(picture, Buffer.from('another'))).toBe('a-red-fox-7-01234567-2.png');
  expect(await folder.write(picture, Buffer.from('another'))).toBe('a-red-fox-7-01234567-2.png');
  expect(readFileSync(path.join(cwd, first))).toEqual(bytes);
  expect(readdirSync(cwd)).toHaveLength(2);
});

test('a file has the ending of its format', async () => {
  const cwd = emptyFolder();
  const folder = await openOutputFolder('.', cwd, texts);
  expect(await folder.write(picture, Uint8Array.of(0xff, 0xd8, 0xff, 1))).toBe('a-red-fox-7-01234567.jpg');
  expect(await folder.write(picture, Buffer.from('RIFF\x04\0\0\0WEBP'))).toBe('a-red-fox-7-01234567.webp');
});

test('a folder below a file is refused before anything is computed, and nothing is left', async () => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, 'file'), 'x');
  expect(await codesOf(openOutputFolder('file', cwd, texts))).toEqual(['folder.notWritable']);
  expect(await codesOf(openOutputFolder('file/deeper/still', cwd, texts))).toEqual(['folder.notWritable']);
  await openOutputFolder('new', cwd, texts);
  expect(readdirSync(cwd)).toEqual(['file']);
});

test('a folder that was made and stayed empty goes again, one that was there stays', async () => {
  const cwd = emptyFolder();
  mkdirSync(path.join(cwd, 'there'));
  const folder = await openOutputFolder('there/a/b', cwd, texts);
  rmSync(path.join(cwd, await folder.write(picture, bytes)));
  await folder.tidy();
  expect(readdirSync(cwd)).toEqual(['there']);
  expect(readdirSync(path.join(cwd, 'there'))).toEqual([]);
});

test('a named file is replaced in one move', async () => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, 'trace.json'), 'old');
  await replaceFile('trace.json', cwd, 'new');
  expect(readFileSync(path.join(cwd, 'trace.json'), 'utf8')).toBe('new');
  expect(readdirSync(cwd)).toEqual(['trace.json']);
});
