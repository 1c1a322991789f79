import { inflateSync } from 'node:zlib';
import { isFrame } from '../image-header.ts';
import { type Orientation, orientationIn } from './exif.ts';

/** What a picture file says about its pixels. */
export interface Embedded {
  readonly orientation: Orientation;
  /** Its ICC profile. */
  readonly icc: Uint8Array | null;
  /** Primaries and transfer by their numbers in ITU-T H.273, which in a PNG count before the profile. */
  readonly cicp: { readonly primaries: number; readonly transfer: number } | null;
}

const nothing: Embedded = { orientation: 1, icc: null, cicp: null };
/** Profiles of printers have a megabyte or two. */
const largestProfile = 8 * 1024 * 1024;

const latin1 = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads nothing but what lies between the pixels; what is damaged counts as not there. */
export function embeddedIn(file: Uint8Array, format: string): Embedded {
  if (format === 'png') return inPng(file);
  if (format === 'jpeg') return inJpeg(file);
  return format === 'webp' ? inWebp(file) : nothing;
}

function inPng(file: Uint8Array): Embedded {
  const view = viewOf(file);
  let { orientation, icc, cicp } = nothing;
  let isSrgb = false;
  for (let at = 8; at + 12 <= file.length; at += 12 + view.getUint32(at)) {
    const data = file.subarray(at + 8, at + 8 + view.getUint32(at));
    switch (latin1(file, at + 4, 4)) {
      case 'iCCP':
        icc = inflated(data.subarray(data.indexOf(0) + 2));
        break;
      case 'sRGB':
        isSrgb = true;
        break;
      case 'cICP':
        if (data.length === 4) cicp = { primaries: data[0]!, transfer: data[1]! };
        break;
      case 'eXIf':
        orientation = orientationIn(data);
    }
  }
  return { orientation, icc: isSrgb ? null : icc, cicp };
}

function inflated(data: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(data, { maxOutputLength: largestProfile });
  } catch {
    return null;
  }
}

/** A profile above 64 KB comes in numbered pieces, in any order (ICC.1, annex B.4). */
function inJpeg(file: Uint8Array): Embedded {
  const view = viewOf(file);
  const pieces: Uint8Array[] = [];
  let orientation: Orientation = 1;
  for (let at = 2; at + 4 <= file.length && file[at] === 0xff; ) {
    const marker = file[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const data = file.subarray(at + 4, at + 2 + view.getUint16(at + 2));
    if (marker === 0xe1 && latin1(data, 0, 6) === 'Exif\0\0') orientation = orientationIn(data);
    else if (marker === 0xe2 && latin1(data, 0, 12) === 'ICC_PROFILE\0') pieces[data[12]!] = data.subarray(14);
    else if (isFrame(marker)) break;
    at += 2 + view.getUint16(at + 2);
  }
  return { ...nothing, orientation, icc: joined(pieces) };
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array | null =>
  pieces.length === 0 ? null : Buffer.concat(pieces.filter(Boolean));

function inWebp(file: Uint8Array): Embedded {
  const view = viewOf(file);
  let { orientation, icc } = nothing;
  for (let at = 12; at + 8 <= file.length; ) {
    const length = view.getUint32(at + 4, true);
    const data = file.subarray(at + 8, at + 8 + length);
    const kind = latin1(file, at, 4);
    if (kind === 'ICCP') icc = data;
    if (kind === 'EXIF') orientation = orientationIn(data);
    at += 8 + length + (length & 1);
  }
  return { ...nothing, orientation, icc };
}
