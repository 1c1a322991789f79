import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStartHint, writeStartHint } from '../../src-main/cli-start-hint.ts';

let home: string;
let graph: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'kiln-hint-'));
  graph = path.join(home, 'graph.json');
  writeFileSync(graph, '{}');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const nothing = { part: null, isKept: false };
const fox = () => [graph, '--set', 'prompt=a fox', '--out', 'here'];

test('nothing is known of a home that saw no run, or whose note is broken', () => {
  expect(readStartHint(home, fox())).toEqual(nothing);
  writeFileSync(path.join(home, 'last-starts.json'), '{"parts": 7');
  expect(readStartHint(home, fox())).toEqual(nothing);
});

test('the same command is known to be kept wherever its pictures go, and another prompt by its part alone', () => {
  writeStartHint(home, fox(), { part: '/packs/one.onnx', isKept: true });
  expect(readStartHint(home, fox())).toEqual({ part: '/packs/one.onnx', isKept: true });
  expect(readStartHint(home, [graph, '--out', 'there', '--set', 'prompt=a fox'])).toMatchObject({ isKept: true });
  expect(readStartHint(home, [graph, '--set', 'prompt=a hen'])).toEqual({ part: '/packs/one.onnx', isKept: false });
});

test('a graph file that has changed is another command', () => {
  writeStartHint(home, fox(), { part: '/packs/one.onnx', isKept: true });
  utimesSync(graph, 1, 1);
  expect(readStartHint(home, fox())).toEqual(nothing);
});

test('a run that needed no part leaves the part that is known, and the note stays small', () => {
  writeStartHint(home, fox(), { part: '/packs/one.onnx', isKept: true });
  for (let seed = 0; seed < 300; seed++)
    writeStartHint(home, [graph, '--set', `seed=${seed}`], { part: null, isKept: true });
  expect(readStartHint(home, [graph])).toMatchObject({ part: '/packs/one.onnx' });
  expect(readFileSync(path.join(home, 'last-starts.json')).byteLength).toBeLessThan(8192);
});

test('a home that cannot be written to is no reason to fail', () => {
  const nowhere = path.join(home, 'not', 'there');
  writeStartHint(nowhere, fox(), { part: null, isKept: true });
  expect(readStartHint(nowhere, fox())).toEqual(nothing);
});

test('a prompt that is too long for the name of a file is a word like all others', () => {
  const long = [graph, '--set', `prompt=${'a cat '.repeat(1000)}`];
  writeStartHint(home, long, { part: '/packs/one.onnx', isKept: true });
  expect(readStartHint(home, long)).toEqual({ part: '/packs/one.onnx', isKept: true });
  expect(readStartHint(home, [graph, '--set', 'prompt=a\u0000b'])).toMatchObject({ isKept: false });
});
