import { deflateSync } from 'node:zlib';
import { Transformer } from '@napi-rs/image';
import { describe, expect, test } from 'vitest';
import { decodeImage, type Rgb } from '../../src-main/device/codec.ts';
import { imageHeader } from '../../src-main/device/image-header.ts';
import { extendedWebp, orientationTiff, withSegment } from '../build/exif.ts';
import { adobeRgb, desc, displayP3, gamma, iccProfile, linearSrgb, srgb } from '../build/icc.ts';
import { pngChunk, rawPng } from '../build/png.ts';

const netpbm = ({ width, height, pixels }: Rgb) =>
  Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
/** Black, but for one white corner: at the left of the top. */
const corner = (width: number, height: number): Rgb => ({
  width,
  height,
  pixels: new Uint8Array(width * height * 3).fill(255, 0, 3 * 8).fill(0, 3 * 8),
});
const blocks: Rgb = (() => {
  const image = corner(24, 16);
  for (let y = 0; y < 8; y++) image.pixels.fill(255, y * 24 * 3, (y * 24 + 8) * 3);
  return image;
})();

const pngOf = (pixels: readonly number[], chunks: readonly Buffer[] = []): Uint8Array =>
  rawPng({ width: pixels.length / 3, height: 1, depth: 8, color: 2, samples: Uint8Array.from(pixels), chunks });
const iccp = (profile: Buffer): Buffer => pngChunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(profile)]));
const pixelsIn = async (file: Uint8Array): Promise<number[]> => [...(await decodeImage(file, 'a')).pixels];

/** Where the white corner is when a picture is turned as EXIF says (its table of orientations). */
const corners = {
  1: 'left top',
  2: 'right top',
  3: 'right bottom',
  4: 'left bottom',
  5: 'left top',
  6: 'right top',
  7: 'right bottom',
  8: 'left bottom',
} as const;

describe('every orientation comes upright', () => {
  const turned = (format: 'png' | 'jpeg' | 'webp', orientation: number): Promise<Buffer> => {
    const exif = orientationTiff(orientation);
    const made = new Transformer(netpbm(blocks));
    if (format === 'png')
      return made.png().then((png) => Buffer.concat([png.subarray(0, 33), pngChunk('eXIf', exif), png.subarray(33)]));
    if (format === 'jpeg')
      return made.jpeg(95).then((jpeg) => withSegment(jpeg, 0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif])));
    return made.webpLossless().then((webp) => extendedWebp(webp, blocks, 8, { behind: { EXIF: exif } }));
  };
  const formats = ['png', 'jpeg', 'webp'] as const;
  const all = formats.flatMap((format) => Object.keys(corners).map((name) => [format, Number(name)] as const));
  test.each(all)('of a %s: %i', async (format, orientation) => {
    const { width, height, pixels } = await decodeImage(await turned(format, orientation), 'a');
    expect([width, height]).toEqual(orientation >= 5 ? [16, 24] : [24, 16]);
    const isWhite = (x: number, y: number) => pixels[(y * width + x) * 3]! > 200;
    const found = [
      [2, 2, 'left top'],
      [width - 3, 2, 'right top'],
      [2, height - 3, 'left bottom'],
      [width - 3, height - 3, 'right bottom'],
    ] as const;
    expect(found.filter(([x, y]) => isWhite(x, y)).map(([, , name]) => name)).toEqual([
      corners[orientation as keyof typeof corners],
    ]);
  });
});

// Expected levels come from the matrices of CSS Color 4, section 10, which were made without ICC profiles.
const colors = {
  p3: [
    [
      [200, 100, 50],
      [215, 93, 31],
    ],
    [
      [60, 140, 90],
      [0, 142, 85],
    ],
    [
      [10, 20, 30],
      [7, 20, 31],
    ],
    [
      [250, 240, 230],
      [252, 240, 229],
    ],
    [
      [255, 0, 0],
      [255, 0, 0],
    ],
  ],
  adobe: [
    [
      [200, 100, 50],
      [227, 100, 42],
    ],
    [
      [128, 128, 128],
      [129, 129, 129],
    ],
    [
      [250, 240, 230],
      [254, 240, 230],
    ],
  ],
} as const;

describe('colours become those of sRGB', () => {
  const expectNear = (found: readonly number[], wanted: readonly number[]) => {
    expect(found).toHaveLength(wanted.length);
    for (const [i, level] of wanted.entries()) expect(Math.abs(found[i]! - level), `${found}`).toBeLessThanOrEqual(1);
  };
  const given = (of: keyof typeof colors) => colors[of].flatMap(([from]) => [...from]);
  const wanted = (of: keyof typeof colors) => colors[of].flatMap(([, to]) => [...to]);

  test('from a PNG in Display P3 or Adobe RGB', async () => {
    expectNear(await pixelsIn(pngOf(given('p3'), [iccp(displayP3())])), wanted('p3'));
    expectNear(await pixelsIn(pngOf(given('adobe'), [iccp(adobeRgb())])), wanted('adobe'));
  });

  test('from 16-bit samples, and under what is transparent', async () => {
    const wide = given('p3').flatMap((level) => [level, level]);
    const deep = rawPng({
      width: 5,
      height: 1,
      depth: 16,
      color: 2,
      samples: Uint8Array.from(wide),
      chunks: [iccp(displayP3())],
    });
    expectNear(await pixelsIn(deep), wanted('p3'));
    const samples = Uint8Array.of(200, 100, 50, 255, 200, 100, 50, 0);
    const rgba = rawPng({ width: 2, height: 1, depth: 8, color: 6, samples, chunks: [iccp(displayP3())] });
    expectNear(await pixelsIn(rgba), [215, 93, 31, 255, 255, 255]);
  });

  test('from a PNG that says Display P3 by number', async () => {
    expectNear(await pixelsIn(pngOf(given('p3'), [pngChunk('cICP', Uint8Array.of(12, 13, 0, 1))])), wanted('p3'));
  });

  test('from a JPEG whose profile comes in pieces, and from a WebP', async () => {
    const flat: Rgb = { width: 16, height: 16, pixels: new Uint8Array(16 * 16 * 3) };
    for (let i = 0; i < flat.pixels.length; i += 3) flat.pixels.set([200, 100, 50], i);
    const profile = displayP3();
    const piece = (number: number, of: Buffer) =>
      Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.of(number, 2), of]);
    let jpeg = await new Transformer(netpbm(flat)).jpeg(100);
    jpeg = withSegment(jpeg, 0xe2, piece(1, profile.subarray(0, 200)));
    jpeg = withSegment(jpeg, 0xe2, piece(2, profile.subarray(200)));
    const webp = extendedWebp(await new Transformer(netpbm(flat)).webpLossless(), flat, 32, {
      before: { ICCP: profile },
    });
    for (const file of [jpeg, webp]) {
      const { pixels, ignoredProfile } = await decodeImage(file, 'a');
      expect(ignoredProfile).toBeNull();
      for (const [i, level] of [215, 93, 31].entries()) expect(Math.abs(pixels[i]! - level)).toBeLessThan(4);
    }
  });

  test('from a linear profile, and from grey with a curve of its own', async () => {
    expectNear(
      await pixelsIn(pngOf([0, 0, 0, 55, 55, 55, 255, 255, 255], [iccp(linearSrgb())])),
      [0, 0, 0, 128, 128, 128, 255, 255, 255],
    );
    const chunks = [iccp(iccProfile('GRAY', { kTRC: gamma(1) }))];
    const grey = rawPng({ width: 2, height: 1, depth: 8, color: 0, samples: Uint8Array.of(55, 128), chunks });
    expectNear(await pixelsIn(grey), [128, 128, 128, 188, 188, 188]);
  });

  test('and stay what they are where the profile is that of sRGB', async () => {
    const all = Array.from({ length: 3 * 256 }, (_, i) => (i * 37) % 256);
    expect(await pixelsIn(pngOf(all, [iccp(srgb())]))).toEqual(all);
    expect(await pixelsIn(pngOf(all, [iccp(displayP3()), pngChunk('sRGB', Uint8Array.of(0))]))).toEqual(all);
    expect(await pixelsIn(pngOf(all, [pngChunk('cICP', Uint8Array.of(1, 13, 0, 1))]))).toEqual(all);
  });
});

describe('a profile that cannot be followed is named, and its colours stay', () => {
  test.each([
    ['of tables', iccProfile('RGB', { desc: desc('Epson glossy'), A2B0: Buffer.alloc(32) }), 'Epson glossy'],
    ['of print', iccProfile('CMYK', { desc: desc('FOGRA39') }), 'FOGRA39'],
    ['that is cut off', displayP3().subarray(0, 300), ''],
    ['that is nothing', Buffer.from('hello'), ''],
    ['of grey for colours', iccProfile('GRAY', { kTRC: gamma(1) }), ''],
  ])('%s', async (_, profile, name) => {
    const { pixels, ignoredProfile } = await decodeImage(pngOf([1, 2, 3], [iccp(profile)]), 'a.png');
    expect([...pixels, ignoredProfile]).toEqual([1, 2, 3, name]);
  });

  test('and a screenshot in HDR by its numbers', async () => {
    const hdr = pngOf([1, 2, 3], [pngChunk('cICP', Uint8Array.of(9, 16, 0, 1))]);
    expect(await decodeImage(hdr, 'a.png')).toMatchObject({ ignoredProfile: 'H.273 9/16' });
  });

  test('no cut of a profile crashes', async () => {
    const profile = displayP3();
    for (let length = 0; length < profile.length; length += 11)
      await decodeImage(pngOf([1, 2, 3], [iccp(profile.subarray(0, length))]), 'a.png');
  });
});

test.each([
  ['gif', Buffer.from('GIF89a\x01\0\x01\0')],
  ['avif', Buffer.from('\0\0\0\x20ftypavif\0\0\0\0', 'latin1')],
  ['heic', Buffer.from('\0\0\0\x20ftypheic\0\0\0\0', 'latin1')],
  ['heic', Buffer.from('\0\0\0\x20ftypmif1\0\0\0\0', 'latin1')],
  ['tiff', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
  ['photoshop', Buffer.from('8BPS\0\x01')],
  ['jpeg-xl', Buffer.from('\0\0\0\x0cJXL \r\n\x87\n', 'latin1')],
  ['cmyk', Buffer.from('ffd8ffc0001408001000100401110002110003110004110000ffd9', 'hex')],
])('a picture that is not read is named: %s', async (format, bytes) => {
  expect(imageHeader(bytes)).toEqual({ format: 'other', kind: format });
  await expect(decodeImage(bytes, 'a.jpg')).rejects.toMatchObject({
    problems: [{ code: 'image.formatNotRead', values: { name: 'a.jpg', format } }],
  });
});
