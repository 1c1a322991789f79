import { expect, onTestFinished, test } from 'vitest';
import { threadedDecoder } from '../../src-main/device/picture/decoder.ts';
import { problemsOfError } from '../../src-main/model/errors.ts';
import { rawPng } from '../build/png.ts';

const decoder = () => {
  const made = threadedDecoder();
  onTestFinished(() => made.close());
  return made;
};
const grey = (level: number, width = 2): Uint8Array =>
  rawPng({ width, height: 1, depth: 8, color: 0, samples: new Uint8Array(width).fill(level) });

test('many files at once are each answered with their own pixels', async () => {
  const { decode } = decoder();
  const found = await Promise.all(Array.from({ length: 20 }, (_, i) => decode(grey(i, i + 1), 'a.png')));
  expect(found.map(({ width, pixels }) => [width, pixels[0], pixels.length])).toEqual(
    found.map((_, i) => [i + 1, i, 3 * (i + 1)]),
  );
});

test('one that cannot be read says why, and the others are read', async () => {
  const { decode } = decoder();
  const [good, bad, other] = await Promise.allSettled([
    decode(grey(9), 'a.png'),
    decode(Buffer.from('GIF89a\x01\0\x01\0'), 'b.gif'),
    decode(grey(9), 'c.png'),
  ]);
  expect([good.status, other.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(bad.status === 'rejected' && problemsOfError(bad.reason)).toEqual([
    { code: 'image.formatNotRead', values: { name: 'b.gif', format: 'gif' } },
  ]);
});

test('a file is the asker’s still, also where it is a piece of something larger', async () => {
  const { decode } = decoder();
  const file = grey(7);
  const large = Buffer.concat([Buffer.alloc(100), file, Buffer.alloc(100)]);
  const { pixels } = await decode(large.subarray(100, 100 + file.length), 'a.png');
  expect([...pixels]).toEqual([7, 7, 7, 7, 7, 7]);
  expect(large.length).toBe(file.length + 200);
  expect(Buffer.compare(large.subarray(100, 100 + file.length), file)).toBe(0);
});

test('what was asked before it is closed is answered', async () => {
  const { decode, close } = threadedDecoder();
  const decoding = decode(grey(5), 'a.png');
  close();
  expect((await decoding).width).toBe(2);
});

test('who holds the same bytes gets the same pixels, decoded once; under another name mistakes have that name', async () => {
  const { decode } = decoder();
  const file = grey(5);
  const [first, second] = await Promise.all([decode(file, 'a.png'), decode(file, 'a.png')]);
  expect(second).toBe(first);
  expect(await decode(grey(5), 'a.png')).not.toBe(first);
  const broken = file.subarray(0, 40);
  const names = await Promise.all(
    ['a.png', 'b.png'].map((name) => decode(broken, name).catch((error) => problemsOfError(error)[0]!.values)),
  );
  expect(names).toMatchObject([{ name: 'a.png' }, { name: 'b.png' }]);
});
