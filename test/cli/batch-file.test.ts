import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readBatchFile } from '../../src-main/cli-batch-file.ts';
import { AppError } from '../../src-main/model/errors.ts';
import { cliTexts } from '../../src-main/texts/say-cli.ts';
import { emptyFolder } from './call.ts';

const texts = cliTexts('en');

async function read(name: string, content: string | Uint8Array) {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, name), content);
  try {
    return (await readBatchFile(name, cwd, texts)).map(({ line, values }) => ({ line, ...Object.fromEntries(values) }));
  } catch (error) {
    if (error instanceof AppError) return error.problems.map(({ code, values }) => ({ code, ...values }));
    throw error;
  }
}

test('each line of a .jsonl is a run, blank lines are none', async () => {
  expect(await read('a.jsonl', '\ufeff{"prompt":"a cat","steps":8}\r\n\r\n{"cfg":1.5}\n')).toEqual([
    { line: 1, prompt: { json: 'a cat' }, steps: { json: 8 } },
    { line: 3, cfg: { json: 1.5 } },
  ]);
});

test('a seed beyond 2^53 keeps its low bits', async () => {
  expect(await read('a.jsonl', '{"seed":18446744073709551615}')).toEqual([
    { line: 1, seed: { json: '18446744073709551615' } },
  ]);
});

test('a table has a header, quoted cells and empty ones that set nothing', async () => {
  const text = 'prompt,seed\n"a ""big"" cat,\nasleep",7\n"",8\n狐狸,\n';
  expect(await read('a.csv', text)).toEqual([
    { line: 2, prompt: { text: 'a "big" cat,\nasleep' }, seed: { text: '7' } },
    { line: 4, seed: { text: '8' } },
    { line: 5, prompt: { text: '狐狸' } },
  ]);
});

test('tables of spreadsheets are read: semicolons, a byte order mark, UTF-16', async () => {
  const expected = [{ line: 2, prompt: { text: 'a, b' }, seed: { text: '7' } }];
  expect(await read('a.csv', '\ufeffprompt;seed\r\na, b;7\r\n')).toEqual(expected);
  expect(await read('a.csv', Buffer.from('\ufeffprompt\tseed\r\na, b\t7\r\n', 'utf16le'))).toEqual(expected);
});

const malformed = (name: string, line: number, reason: unknown) => ({ code: 'batch.malformed', name, line, reason });

test('all lines that cannot be read are named at once', async () => {
  expect(await read('a.jsonl', '{"seed":1}\n[1]\n{"seed":\n"x"\n{"a":{"b":1}}')).toEqual([
    malformed('a.jsonl', 2, texts.batch.notObject),
    malformed('a.jsonl', 3, expect.stringContaining('end of JSON')),
    malformed('a.jsonl', 4, texts.batch.notObject),
    malformed('a.jsonl', 5, texts.batch.nested('a')),
  ]);
  expect(await read('a.csv', 'seed,,seed\n1,2\n')).toEqual([
    malformed('a.csv', 1, texts.batch.noName(2)),
    malformed('a.csv', 1, texts.batch.twice('seed')),
    malformed('a.csv', 2, texts.batch.cells(2, 3)),
  ]);
  expect(await read('a.csv', 'seed\n"1\n')).toEqual([malformed('a.csv', 2, texts.batch.quote)]);
});

test('an empty file, a header alone, another kind of file and too many lines are refused', async () => {
  expect(await read('a.jsonl', '')).toEqual([{ code: 'file.empty', path: 'a.jsonl' }]);
  expect(await read('a.jsonl', ' \n\n')).toEqual([{ code: 'file.empty', path: 'a.jsonl' }]);
  expect(await read('a.csv', 'seed\n')).toEqual([{ code: 'file.empty', path: 'a.csv' }]);
  expect(await read('a.txt', 'x')).toEqual([
    { code: 'option.badValue', option: '--batch', value: 'a.txt', wanted: '.jsonl, .csv' },
  ]);
  expect(await read('a.jsonl', '{"seed":1}\n'.repeat(10_001))).toEqual([
    { code: 'batch.tooMany', count: 10_001, limit: 10_000 },
  ]);
});
