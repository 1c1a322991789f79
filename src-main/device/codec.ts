import { AppError, fail } from '../model/errors.ts';
import { type ImageHeader, sizeIn } from './image-header.ts';
import { embeddedIn } from './picture/embedded.ts';
import type { Orientation } from './picture/exif.ts';
import { alphaOf, type Samples, toRgb } from './picture/to-rgb.ts';
import { colorsOf } from './picture/to-srgb.ts';

/** uint8 [height, width, 3]. */
export interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A native library of 12 MB that most hosts of text encoders and denoisers never need. */
const codec = () => import('@napi-rs/image');

export interface Decoded extends Rgb {
  /** How opaque it is, uint8 [height, width]; null where the file does not say. */
  readonly alpha: Uint8Array | null;
  /** The colour profile of the file, where it could not be followed: its colours were taken for sRGB. */
  readonly ignoredProfile: string | null;
}

/**
 * Decodes a picture file to 8-bit sRGB, turned upright, what is transparent over white. Size limits hold before any
 * memory is taken. @throws AppError image.notAnImage, image.formatNotRead, image.broken, image.tooLarge
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<Decoded> {
  const { samples, width, height, embedded } = await decoded(bytes, name);
  const { toSrgb, ignored } = colorsOf(embedded, samples.channels < 3);
  const isDone = samples.channels === 3 && samples.values instanceof Uint8Array && toSrgb === null;
  const pixels = isDone ? (samples.values as Uint8Array) : toRgb(samples, toSrgb);
  return { width, height, pixels, alpha: alphaOf(samples), ignoredProfile: ignored };
}

/** The samples of a picture file, upright. */
async function decoded(bytes: Uint8Array, name: string) {
  const header = sizeIn(bytes, name);
  const embedded = embeddedIn(bytes, header.format);
  const samples = await samplesOf(bytes, header, embedded.orientation, name);
  const [width, height] = embedded.orientation >= 5 ? [header.height, header.width] : [header.width, header.height];
  return { samples, width, height, embedded };
}

/** By the number of the library's colour type: L8, La8, Rgb8, Rgba8, then the same with 16 bits. */
const channelsOf = [1, 2, 3, 4] as const;

/** Decoded as the file has it, and turned upright. */
async function samplesOf(
  file: Uint8Array,
  { width, height }: ImageHeader,
  orientation: Orientation,
  name: string,
): Promise<Samples> {
  const { Transformer } = await codec();
  const broken = (reason: string, cause?: unknown) => fail('image.broken', { name, reason }, {}, cause);
  try {
    const image = new Transformer(file);
    const { colorType } = await image.metadata();
    if (orientation > 1) image.rotate(orientation as number);
    const raw = await image.rawPixels();
    const channels = channelsOf[colorType % 4]!;
    const isWide = colorType >= 4;
    if (colorType >= 8 || raw.length !== width * height * channels * (isWide ? 2 : 1))
      return broken('its headers contradict each other');
    return { values: isWide ? wide(raw) : raw, channels };
  } catch (error) {
    if (error instanceof AppError) throw error;
    return broken(reasonIn(error instanceof Error ? error.message : String(error)), error);
  }
}

/** The library's words are about its insides. */
function reasonIn(message: string): string {
  if (/not enough bytes|unexpected end|premature end|eof|truncated|cut off/i.test(message))
    return 'the file is cut off';
  return /unsupported|not supported/i.test(message) ? 'it uses a rare variant of its format' : 'its data is damaged';
}

const wide = ({ buffer, byteOffset, byteLength }: Buffer): Uint16Array =>
  byteOffset % 2 === 0
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
