import { expect, test } from 'vitest';
import { graphTextOf } from '../../src-main/core-graph-bytes.ts';
import { problemsOfError } from '../../src-main/model/errors.ts';
import { smallPng } from '../build/small-png.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const codeOf = async (bytes: Uint8Array, name: string) => {
  try {
    return await graphTextOf(bytes, name, text);
  } catch (error) {
    return problemsOfError(error)[0]!.code;
  }
};

test('text is the graph; pictures without one, and texts that are called pictures, say so', async () => {
  expect(await codeOf(new TextEncoder().encode('{"format":"kiln"}'), 'a.kiln.json')).toBe('{"format":"kiln"}');
  expect(await codeOf(smallPng(), 'a.png')).toBe('graph.notInPicture');
  expect(await codeOf(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'a.jpg')).toBe('graph.notInPicture');
  expect(await codeOf(new TextEncoder().encode('hello'), 'a.png')).toBe('image.notAnImage');
});
