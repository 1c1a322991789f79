import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parity } from './command.ts';
import { noiseVectors } from './noise.ts';
import { recorded } from './recorded.ts';
import { ParityError, sourcesIn } from './sources.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kiln-parity-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, content: unknown): void {
  const whole = path.join(folder, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, typeof content === 'string' ? content : JSON.stringify(content));
}
async function ran(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await parity(args, folder, (text) => lines.push(...text.split('\n')));
  return { code, lines };
}
const refusal = async (...args: string[]): Promise<string> => {
  const error = await ran(...args).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ParityError);
  return (error as Error).message;
};

const { raw, sequence } = recorded(noiseVectors);
const good = { raw: raw.slice(0, 2), sequence: sequence.slice(0, 1) };
/** The same with two numbers of one case moved. */
function moved() {
  const file = structuredClone(good);
  file.sequence[0].draws[1].data[0] += 0.001;
  file.sequence[0].draws[4].data[0] += 1;
  return file;
}

describe('a folder', () => {
  test('whose numbers are Kiln’s ends with 0, and the last line says so to programs', async () => {
    write('deep/down/noise.json', good);
    const { code, lines } = await ran('.', '--json');
    expect(code).toBe(0);
    expect(lines.some((line) => /^deep\/down\/noise.json +raw +2 +0 +0/.test(line))).toBe(true);
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      parity: '.',
      cases: 3,
      failed: 0,
      unsupported: 0,
      worst: [expect.objectContaining({ id: 'sequence/0 seed 0', tolerance: 2.5e-6 })],
    });
  });

  test('with a number that is off ends with 1, and the first tensor that is off is named', async () => {
    write('noise.json', moved());
    const { code, lines } = await ran('.', '--json');
    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([
      'FAILED sequence/0 seed 0: draws[1] is 0.001 off, 0.0000025 allowed',
    ]);
    const said = JSON.parse(lines.at(-1)!);
    expect(said).toMatchObject({ cases: 3, failed: 1, unsupported: 0 });
    expect(said.worst).toEqual([
      { id: 'sequence/0 seed 0', tensor: 'draws[4]', difference: expect.closeTo(1, 5), tolerance: 2.5e-6 },
    ]);
  });

  test('is known by what its files say of themselves, whatever they are called', async () => {
    write('mine.json', { format: 'kiln-noise-vectors-1', ...good });
    write('other.json', { format: 'something' });
    expect((await ran('.')).lines.at(-1)).toBe('3 cases, 0 failed, 0 unsupported');
  });

  test('can be looked at in part', async () => {
    write('noise.json', moved());
    const { code, lines } = await ran('.', '--only', '^raw/');
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe('2 cases, 0 failed, 0 unsupported');
  });

  test('with cases that Kiln has nothing for ends with 1 and says what is missing', async () => {
    write('noise.json', { ...good, dice: [{ sides: 6 }], raw: [{ ...raw[0], rounds: 20 }] });
    write('samplers.json', { samplers: ['euler', 'eulerish'] });
    const { code, lines } = await ran('.', '--json');
    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith('UNSUPPORTED'))).toEqual([
      'UNSUPPORTED 1 times: nothing takes "rounds" (first: raw/0 seed 0)',
      'UNSUPPORTED 1 times: nothing is known of cases under "dice" (first: dice/0)',
      'UNSUPPORTED 1 times: there is no sampler "eulerish" (first: samplers/1 eulerish)',
    ]);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ cases: 5, failed: 0, unsupported: 3 });
  });

  test('of cases needs the packs that they were recorded with', () => {
    write('cases/index.json', '{"cases": [{"id": "one", "pack": "sd15", "sigma": -Infinity}]}');
    expect(() => sourcesIn(folder)).toThrow('cases/index.json lists cases of packs, but there is no folder "packs"');
    mkdirSync(path.join(folder, 'packs'));
    expect(sourcesIn(folder).map(({ file }) => file)).toEqual(['cases/index.json']);
  });

  test('gives a page to keep, with the versions of both sides and no folder of this machine', async () => {
    write('noise.json', moved());
    await ran(folder, '--write', 'PARITY.md');
    const page = readFileSync(path.join(folder, 'PARITY.md'), 'utf8');
    expect(page).toContain('| noise.json | sequence | 1 | 1 | 0 |');
    expect(page).toContain('**3 cases, 1 failed, 0 unsupported**');
    expect(page).toMatch(/ComfyUI 0\.33\.0.*diffusers 0\.42\.1.*onnxruntime-node \d/);
    expect(page).not.toContain(path.dirname(folder));
  });
});

describe('what the command cannot do anything with', () => {
  test('is said in a sentence', async () => {
    expect(await refusal()).toMatch(/^no folder is given\n\nnpm run parity/);
    expect(await refusal('gone')).toBe('there is no folder gone');
    expect(await refusal('.')).toMatch(/^\. has neither vectors \(schedules\.json, .*\) nor cases/);
    expect(await refusal('.', 'gone')).toMatch(/^one folder at a time/);
    expect(await refusal('.', '--jsn')).toMatch(/^Unknown option '--jsn'/);
    write('noise.json', good);
    expect(await refusal('noise.json')).toBe('noise.json is no folder');
    expect(await refusal('.', '--only', '(')).toMatch(/^"\(" is no pattern: /);
    expect(await refusal('.', '--only', 'dice')).toBe('no case in . fits dice');
    expect(await refusal('.', '--write', 'no/where.md')).toMatch(/^the report could not be written: /);
    write('deep/ops.json', '{"inputs": {');
    expect(await refusal('.')).toMatch(/^deep\/ops\.json is no JSON: /);
    write('deep/ops.json', '{"format":"kiln-ops-vectors-2"}');
    expect(await refusal('.')).toBe('deep/ops.json is of the format kiln-ops-vectors-2, which is not known');
  });

  test('is no crash of the program, which tells how it is used', () => {
    const main = path.join(import.meta.dirname, 'main.ts');
    const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
    expect(run('gone')).toMatchObject({ status: 1, stdout: '', stderr: 'parity: there is no folder gone\n' });
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--only PATTERN') });
  });
});
