import { Transformer } from '@napi-rs/image';
import { expect, test } from 'vitest';
import { writePictureTexts } from '../../src-main/comfy/picture-text.ts';
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
  expect(await codeOf(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'a.jpg')).toBe('image.broken');
  expect(await codeOf(new TextEncoder().encode('hello'), 'a.png')).toBe('image.notAnImage');
});

test.each(['jpeg', 'webp'] as const)('a %s gives back the graph that is in it', async (format) => {
  const pixels = Transformer.fromRgbaPixels(new Uint8Array(4 * 64), 8, 8);
  const bare = await (format === 'jpeg' ? pixels.jpeg(90) : pixels.webp(90));
  expect(await codeOf(bare, 'a')).toBe('graph.notInPicture');
  const kiln = JSON.stringify({ graph: { title: '红狐' } });
  const written = writePictureTexts(bare, { kiln, parameters: 'a fox' }, { width: 8, height: 8 }, 'a');
  expect(JSON.parse(await codeOf(written, 'a'))).toEqual({ title: '红狐' });
});
