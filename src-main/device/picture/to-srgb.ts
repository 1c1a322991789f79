import type { Embedded } from './embedded.ts';
import { type Curve, type Matrix, type Profile, readProfile } from './icc.ts';

/** A way from the values of a picture file to those of sRGB; colours that sRGB does not have become its nearest border. */
export type ToSrgb =
  | { readonly kind: 'rgb'; readonly curves: readonly [Curve, Curve, Curve]; readonly matrix: Matrix }
  | { readonly kind: 'grey'; readonly curve: Curve };

export interface Colors {
  /** Null where the values are those of sRGB already, or are taken for such. */
  readonly toSrgb: ToSrgb | null;
  /** A profile that could not be followed. */
  readonly ignored: string | null;
}

/** sRGB's primaries under D50, as its own profile has them (IEC 61966-2-1; ICC's sRGB2014.icc). */
const srgbToXyz: Matrix = [0.43607, 0.38515, 0.14307, 0.22249, 0.71687, 0.06061, 0.01392, 0.09708, 0.7141];
/** Display P3's (SMPTE EG 432-1 with a white of D65, adapted), for PNG files that say so by number. */
const p3ToXyz: Matrix = [0.51512, 0.29198, 0.1571, 0.2412, 0.69225, 0.06657, -0.00105, 0.04189, 0.78407];

const srgbCurve: Curve = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
export const srgbLevel = (light: number): number =>
  255 * (light <= 0.0031308 ? 12.92 * Math.max(0, light) : 1.055 * Math.min(1, light) ** (1 / 2.4) - 0.055);

const fromXyz = inverted(srgbToXyz);

/** What has to be done to the colours of a file. */
export function colorsOf({ icc, cicp }: Pick<Embedded, 'icc' | 'cicp'>, isGrey: boolean): Colors {
  const asTheyAre: Colors = { toSrgb: null, ignored: null };
  if (cicp) return byNumbers(cicp);
  if (!icc) return asTheyAre;
  const profile = readProfile(icc);
  if (profile.kind === 'other') return { toSrgb: null, ignored: profile.name };
  if (profile.kind === 'grey') {
    // A profile of grey says nothing about colours.
    if (!isGrey) return { toSrgb: null, ignored: '' };
    return isSrgb(profile) ? asTheyAre : { toSrgb: profile, ignored: null };
  }
  const toSrgb = throughXyz(profile);
  return isSrgb(toSrgb) ? asTheyAre : { toSrgb, ignored: null };
}

const throughXyz = ({ curves, toXyz }: Extract<Profile, { kind: 'rgb' }>): ToSrgb => ({
  kind: 'rgb',
  curves,
  matrix: product(fromXyz, toXyz),
});

/** H.273: primaries 1 are sRGB's and 12 are P3's; transfers 1, 6 and 13 are shown as sRGB's; 16 and 18 are those of HDR. */
function byNumbers({ primaries, transfer }: NonNullable<Embedded['cicp']>): Colors {
  const isPlain = transfer === 13 || transfer === 1 || transfer === 6;
  if (primaries === 1 && isPlain) return { toSrgb: null, ignored: null };
  if (primaries !== 12 || !isPlain) return { toSrgb: null, ignored: `H.273 ${primaries}/${transfer}` };
  const curves = [srgbCurve, srgbCurve, srgbCurve] as const;
  return { toSrgb: throughXyz({ kind: 'rgb', curves, toXyz: p3ToXyz }), ignored: null };
}

/** Most profiles are sRGB's in one of its many spellings: no colour changes by more than a level. */
function isSrgb(way: ToSrgb): boolean {
  const levels = Array.from({ length: 18 }, (_, i) => i * 15);
  if (way.kind === 'grey') return levels.every((level) => Math.abs(srgbLevel(way.curve(level / 255)) - level) <= 1);
  const { curves, matrix } = way;
  const lights = curves.map((curve) => levels.map((level) => curve(level / 255)));
  return levels.every((r, i) =>
    levels.every((g, j) =>
      levels.every((b, k) =>
        [r, g, b].every((level, row) => {
          const light = [i, j, k].reduce((sum, at, c) => sum + matrix[row * 3 + c]! * lights[c]![at]!, 0);
          return Math.abs(srgbLevel(light) - level) <= 1;
        }),
      ),
    ),
  );
}

function product(a: Matrix, b: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, i) =>
    [0, 1, 2].reduce((sum, k) => sum + a[Math.floor(i / 3) * 3 + k]! * b[k * 3 + (i % 3)]!, 0),
  ) as unknown as Matrix;
}

function inverted([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const [x, y, z] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const all = [x, c * h - b * i, b * f - c * e, y, a * i - c * g, c * d - a * f, z, b * g - a * h, a * e - b * d];
  const size = a * x + b * y + c * z;
  return all.map((value) => value / size) as unknown as Matrix;
}
