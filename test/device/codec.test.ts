import { Transformer } from '@napi-rs/image';
import { describe, expect, test } from 'vitest';
import { decodeImage, type Rgb } from '../../src-main/device/codec.ts';
import { imageHeader } from '../../src-main/device/image-header.ts';
import { pictureEncoder } from '../../src-main/device/picture/encoder.ts';
import type { ErrorCode } from '../../src-main/model/errors.ts';
import { pngChunk, rawPng } from '../build/png.ts';

const { encode, resize } = pictureEncoder();
const encodePng = (image: Rgb) => encode(image, 'png', 100);
/** Every pixel tells where it is. */
const picture = (width: number, height: number): Rgb => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [x * 10, y * 10, 7][i % 3]!;
  }),
});
const netpbm = ({ width, height, pixels }: Rgb) =>
  Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
const jpegOf = (image: Rgb) => new Transformer(netpbm(image)).jpeg(95);
const codeOf = async (decoding: Promise<unknown>): Promise<ErrorCode> => {
  const error = (await decoding.then(
    () => null,
    (thrown: unknown) => thrown,
  )) as { problems?: readonly { code: ErrorCode }[] } | null;
  return error!.problems![0]!.code;
};
const turned = (orientation: number): Buffer => {
  const tiff = Buffer.from([
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length + 2);
  return Buffer.concat([Buffer.of(0xff, 0xe1), length, body]);
};

describe('encoding', () => {
  test('gives back the very pixels, as a PNG without alpha', async () => {
    const image = picture(20, 13);
    const png = await encodePng(image);
    expect(png[25]).toBe(2); // colour type RGB
    const back = await decodeImage(png, 'a.png');
    expect(back).toMatchObject({ width: 20, height: 13 });
    expect(Buffer.compare(back.pixels, image.pixels)).toBe(0);
  });

  test('gives equal bytes for equal pixels', async () => {
    const [a, b] = await Promise.all([encodePng(picture(64, 64)), encodePng(picture(64, 64))]);
    expect(Buffer.compare(a, b)).toBe(0);
  });
});

describe('formats', () => {
  test('a JPEG and a WebP are nearly the picture, nearer with more quality; a WebP of 100 is the very picture', async () => {
    const image = picture(25, 25);
    const farthest = async (format: 'jpeg' | 'webp', quality: number) => {
      const file = await encode(image, format, quality);
      expect(imageHeader(file)).toEqual({ format, width: 25, height: 25 });
      const { pixels } = await decodeImage(file, 'a');
      return Math.max(...pixels.map((level, i) => Math.abs(level - image.pixels[i]!)));
    };
    for (const format of ['jpeg', 'webp'] as const)
      expect(await farthest(format, 95)).toBeLessThan(await farthest(format, 20));
    expect(await farthest('webp', 100)).toBe(0);
  });

  test.each(['png', 'jpeg', 'webp'] as const)('a %s has equal bytes for equal pixels and settings', async (format) => {
    const files = await Promise.all([1, 2, 3].map(() => encode(picture(64, 48), format, 80)));
    for (const file of files) expect(Buffer.compare(file, files[0]!)).toBe(0);
  });
});

describe('decoding', () => {
  test('JPEG, WebP and BMP come out nearly as they were', async () => {
    const image = picture(16, 16);
    const made = new Transformer(netpbm(image));
    const files = [await jpegOf(image), await made.webpLossless(), await made.bmp()];
    for (const file of files) {
      const back = await decodeImage(file, 'a');
      expect(back).toMatchObject({ width: 16, height: 16 });
      expect(Math.abs(back.pixels[3 * 200]! - image.pixels[3 * 200]!)).toBeLessThan(20);
    }
  });

  test.each([
    ['grey', 0, 8, [0, 200], [0, 0, 0, 200, 200, 200]],
    ['16-bit grey', 0, 16, [0, 0, 255, 255], [0, 0, 0, 255, 255, 255]],
    ['16-bit RGB', 2, 16, [255, 255, 0, 0, 128, 128, 0, 0, 0, 0, 0, 0], [255, 0, 128, 0, 0, 0]],
    ['grey with alpha', 4, 8, [0, 255, 0, 0], [0, 0, 0, 255, 255, 255]],
    ['RGBA', 6, 8, [10, 20, 30, 255, 10, 20, 30, 0], [10, 20, 30, 255, 255, 255]],
  ] as const)('%s becomes RGB, what is transparent over white', async (_, color, depth, samples, wanted) => {
    const png = rawPng({ width: 2, height: 1, depth, color, samples: Uint8Array.from(samples) });
    expect([...(await decodeImage(png, 'a.png')).pixels]).toEqual([...wanted]);
  });

  test('half transparent is half white', async () => {
    const png = rawPng({ width: 1, height: 1, depth: 8, color: 6, samples: Uint8Array.of(0, 100, 255, 128) });
    expect([...(await decodeImage(png, 'a.png')).pixels]).toEqual([127, 177, 255]);
  });

  test.each([
    ['RGBA', 6, [0, 100, 255, 128, 0, 0, 0, 255], [128, 255]],
    ['grey with alpha', 4, [9, 0, 9, 7], [0, 7]],
  ] as const)('how opaque %s is', async (_, color, samples, wanted) => {
    const png = rawPng({ width: 2, height: 1, depth: 8, color, samples: Uint8Array.from(samples) });
    expect((await decodeImage(png, 'a.png')).alpha).toEqual(Uint8Array.from(wanted));
  });

  test('a picture that does not say how opaque it is has no alpha', async () => {
    const png = rawPng({ width: 2, height: 1, depth: 8, color: 2, samples: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect((await decodeImage(png, 'a.png')).alpha).toBeNull();
  });

  test('a palette becomes RGB', async () => {
    const chunks = [pngChunk('PLTE', Uint8Array.of(1, 2, 3, 40, 50, 60))];
    const png = rawPng({ width: 2, height: 1, depth: 8, color: 3, samples: Uint8Array.of(1, 0), chunks });
    expect([...(await decodeImage(png, 'a.png')).pixels]).toEqual([40, 50, 60, 1, 2, 3]);
  });

  test('a photograph that was taken sideways is turned upright', async () => {
    const file = await jpegOf(picture(24, 8));
    const sideways = Buffer.concat([file.subarray(0, 2), turned(6), file.subarray(2)]);
    const upright = await decodeImage(sideways, 'a.jpg');
    expect(upright).toMatchObject({ width: 8, height: 24 });
    // A quarter turn clockwise: what was left is at the top.
    expect(upright.pixels[1]).toBeGreaterThan(40);
    expect(upright.pixels[0]).toBeLessThan(40);
    expect(upright.pixels[23 * 8 * 3]).toBeGreaterThan(180);
  });
});

describe('what is not a picture', () => {
  test('says what it is instead', async () => {
    await expect(decodeImage(Buffer.from('hello, I am a poem\n'), 'poem.png')).rejects.toMatchObject({
      problems: [{ code: 'image.notAnImage', values: { name: 'poem.png', found: 'text' } }],
    });
    expect(imageHeader(new Uint8Array(0))).toEqual({ format: null, found: 'an empty file' });
    expect(imageHeader(Buffer.from('%PDF-1.7'))).toEqual({ format: null, found: 'a PDF file' });
    expect(imageHeader(Uint8Array.of(0, 1, 2, 200))).toEqual({ format: null, found: 'unknown bytes' });
  });

  test('or ends too early', async () => {
    const png = await encodePng(picture(64, 64));
    const jpeg = await jpegOf(picture(64, 64));
    const webp = await new Transformer(netpbm(picture(64, 64))).webp(80);
    for (const file of [png, jpeg, webp]) {
      expect(await codeOf(decodeImage(file.subarray(0, file.length - 40), 'a'))).toBe('image.broken');
      expect(await codeOf(decodeImage(file.subarray(0, 20), 'a'))).toBe('image.broken');
    }
  });

  test('or is damaged inside', async () => {
    const png = Buffer.from(await encodePng(picture(64, 64)));
    png.fill(0x55, 60, 90);
    expect(await codeOf(decodeImage(png, 'a.png'))).toBe('image.broken');
    const empty = rawPng({ width: 1, height: 1, depth: 8, color: 0, samples: Uint8Array.of(0) });
    Buffer.from(empty.buffer, empty.byteOffset).writeUInt32BE(0, 16);
    expect(await codeOf(decodeImage(empty, 'a.png'))).toBe('image.broken');
  });

  test('a small file that would take gigabytes is refused by its header', async () => {
    const bomb = Buffer.from(rawPng({ width: 1, height: 1, depth: 8, color: 0, samples: Uint8Array.of(0) }));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    await expect(decodeImage(bomb, 'bomb.png')).rejects.toMatchObject({
      problems: [{ code: 'image.tooLarge', values: { name: 'bomb.png', width: 60_000, height: 60_000 } }],
    });
    bomb.writeUInt32BE(1, 20);
    expect(await codeOf(decodeImage(bomb, 'line.png'))).toBe('image.tooLarge');
  });

  test('no cut of a picture crashes', async () => {
    const jpeg = await jpegOf(picture(32, 32));
    for (let length = 0; length < jpeg.length; length += 7)
      expect(['image.broken', 'image.notAnImage']).toContain(await codeOf(decodeImage(jpeg.subarray(0, length), 'a')));
  });
});

test.each(['nearest', 'bilinear', 'bicubic', 'lanczos'] as const)('%s resizes to any size', async (filter) => {
  const flat: Rgb = { width: 4, height: 6, pixels: new Uint8Array(72).fill(90) };
  const resized = await resize(flat, 9, 2, filter);
  expect(resized).toMatchObject({ width: 9, height: 2 });
  expect([...resized.pixels]).toEqual(Array(54).fill(90));
  expect(await resize(flat, 4, 6, filter)).toBe(flat);
});
