import { describe, expect, test } from 'vitest';
import { inAscii, readExif, writeExif } from '../../src-main/comfy/exif-text.ts';
import { pictureMime, readPictureTexts, writePictureTexts } from '../../src-main/comfy/picture-text.ts';
import { decodeImage } from '../../src-main/device/codec.ts';
import { pictureEncoder } from '../../src-main/device/picture/encoder.ts';
import { problemsOfError } from '../../src-main/model/errors.ts';
import type { PictureFormat } from '../../src-main/model/value-types.ts';
import { extendedWebp, orientationTiff, withSegment } from '../build/exif.ts';
import { displayP3 } from '../build/icc.ts';

const size = { width: 24, height: 16 };
const pixels = Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 7) % 256);
const { encode } = pictureEncoder();
const bare = (format: PictureFormat, quality = 90) => encode({ ...size, pixels }, format, quality);

const texts = {
  kiln: JSON.stringify({ graph: { title: '红狐 🦊', text: 'line\nbreak' } }),
  parameters: 'a red fox, 一只红狐 🦊\nSteps: 8, Seed: 7',
  prompt: JSON.stringify({ '1': { class_type: 'SaveImage' } }),
};
const formats = ['png', 'jpeg', 'webp'] as const;
const write = (file: Uint8Array, of: Record<string, string> = texts) => writePictureTexts(file, of, size, 'fox');
const read = (file: Uint8Array) => Object.fromEntries(readPictureTexts(file, 'fox'));
/** What JSON means, whatever it is written as. */
const meant = ({ parameters, ...json }: Record<string, string>) => [
  parameters,
  ...Object.entries(json).map(([name, text]) => [name, JSON.parse(text) as unknown]),
];

describe.each(formats)('texts of a %s', (format) => {
  test('come back, in every script, and the picture is the same', async () => {
    const file = await bare(format);
    const written = write(file);
    expect(pictureMime(written)).toBe(`image/${format}`);
    const found = read(written);
    expect(meant({ ...texts, ...found })).toEqual(meant(texts));
    expect(Object.keys(found).sort()).toEqual(['kiln', 'parameters', 'prompt']);
    expect((await decodeImage(written, 'a')).pixels).toEqual((await decodeImage(file, 'a')).pixels);
  });

  test('are replaced, and written the same each time', async () => {
    const once = write(await bare(format));
    const twice = write(write(await bare(format), { ...texts, kiln: '{"old":1}' }));
    expect(Buffer.compare(once, twice)).toBe(0);
  });

  test('may be long', async () => {
    const kiln = JSON.stringify({ notes: Array.from({ length: 4000 }, (_, i) => `注释 ${i} of a large graph`) });
    const written = write(await bare(format), { ...texts, kiln });
    expect(JSON.parse(read(written).kiln!)).toEqual(JSON.parse(kiln));
    expect(await decodeImage(written, 'a')).toMatchObject(size);
  });

  test('of a file that is cut off are refused', async () => {
    const written = write(await bare(format));
    for (const length of [20, 60, 200]) {
      const codes = (() => {
        try {
          read(written.subarray(0, length));
          return [];
        } catch (error) {
          return problemsOfError(error).map(({ code }) => code);
        }
      })();
      expect(codes).toEqual(['image.broken']);
    }
  });

  test('are none in a bare file', async () => {
    expect(read(await bare(format))).toEqual({});
  });
});

test('a WebP that loses nothing keeps every pixel under its texts', async () => {
  const written = write(await bare('webp', 100));
  expect([...(await decodeImage(written, 'a')).pixels]).toEqual([...pixels]);
});

test('a profile and how the picture is turned stay beside the texts, or go with the EXIF that they were in', async () => {
  const piece = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01'), displayP3()]);
  const jpeg = write(withSegment(await bare('jpeg'), 0xe2, piece));
  expect(Buffer.from(jpeg).includes('ICC_PROFILE')).toBe(true);
  const exif = orientationTiff(6);
  const webp = write(
    extendedWebp(await bare('webp'), size, 8 + 32, { before: { ICCP: displayP3() }, behind: { EXIF: exif } }),
  );
  expect(Buffer.from(webp).includes('ICCP')).toBe(true);
  expect(meant({ ...texts, ...read(webp) })).toEqual(meant(texts));
});

// Laid out by hand after EXIF 2.32 and what ComfyUI's page reads: little-endian, `prompt` in the camera's model.
test('texts that other programs wrote into EXIF are read', () => {
  const text = Buffer.from('prompt:{"1":{}}\0');
  const head = Buffer.from('49492a0008000000' + '0100' + '10010200', 'hex');
  const entry = Buffer.alloc(8);
  entry.writeUInt32LE(text.length);
  entry.writeUInt32LE(26, 4);
  expect([...readExif(Buffer.concat([head, entry, Buffer.alloc(4), text]))]).toEqual([['prompt', '{"1":{}}']]);
});

test('the tags are those that ComfyUI and A1111 look at', () => {
  const exif = Buffer.from(writeExif({ kiln: '{}', prompt: '{"a":1}' }, 'steps'));
  const tags = Array.from({ length: exif.readUInt16BE(8) }, (_, i) => exif.readUInt16BE(10 + i * 12));
  expect(tags).toEqual([0x010f, 0x0110, 0x8769]);
  expect(exif.includes('kiln:{}\0')).toBe(true);
  expect(exif.includes('prompt:{"a":1}\0')).toBe(true);
  expect(exif.includes(Buffer.from('UNICODE\0\0s\0t\0e\0p\0s'))).toBe(true);
});

test('no cut of an EXIF block crashes', () => {
  const exif = writeExif({ kiln: texts.kiln }, texts.parameters);
  for (let length = 0; length < exif.length; length++) readExif(exif.subarray(0, length));
});

test('JSON in ASCII means the same', () => {
  expect(inAscii(texts.kiln)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(inAscii(texts.kiln))).toEqual(JSON.parse(texts.kiln));
});
