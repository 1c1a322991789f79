/** What the latents of a family of models look like. */
export interface LatentFormat {
  readonly channels: number;
  /** Pixels of a cell along a side. */
  readonly downscale: number;
  /** What the denoiser sees is (vae - shift) * scale. */
  readonly scale: number;
  readonly shift: number;
  /** Where each channel has its own: (vae - mean) / std comes first. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** To RGB in -1..1, for previews: rows of 3 for each channel, then what is added. */
  readonly factors: readonly (readonly [number, number, number])[];
  readonly bias: readonly [number, number, number];
}

/** Of ComfyUI, found by fitting to decoded pictures. A latent of Flux 2 has each of its 32 rows four times, for 2x2 pixels. */
export const latentFormats = {
  SD15: {
    channels: 4,
    downscale: 8,
    scale: 0.18215,
    shift: 0,
    factors: [
      [0.3512, 0.2297, 0.3227],
      [0.325, 0.4974, 0.235],
      [-0.2829, 0.1762, 0.2721],
      [-0.212, -0.2616, -0.7177],
    ],
    bias: [0, 0, 0],
  },
  SDXL: {
    channels: 4,
    downscale: 8,
    scale: 0.13025,
    shift: 0,
    factors: [
      [0.3651, 0.4232, 0.4341],
      [-0.2533, -0.0042, 0.1068],
      [0.1076, 0.1111, -0.0362],
      [-0.3165, -0.2492, -0.2188],
    ],
    bias: [0.1084, -0.0175, -0.0011],
  },
  Playground25: {
    channels: 4,
    downscale: 8,
    scale: 0.5,
    shift: 0,
    mean: [-1.6574, 1.886, -1.383, 2.5155],
    std: [8.4927, 5.9022, 6.5498, 5.2299],
    factors: [
      [0.392, 0.4054, 0.4549],
      [-0.2634, -0.0196, 0.0653],
      [0.0568, 0.1687, -0.0755],
      [-0.3112, -0.2359, -0.2076],
    ],
    bias: [0, 0, 0],
  },
  SD3: {
    channels: 16,
    downscale: 8,
    scale: 1.5305,
    shift: 0.0609,
    factors: [
      [-0.0922, -0.0175, 0.0749],
      [0.0311, 0.0633, 0.0954],
      [0.1994, 0.0927, 0.0458],
      [0.0856, 0.0339, 0.0902],
      [0.0587, 0.0272, -0.0496],
      [-0.0006, 0.1104, 0.0309],
      [0.0978, 0.0306, 0.0427],
      [-0.0042, 0.1038, 0.1358],
      [-0.0194, 0.002, 0.0669],
      [-0.0488, 0.013, -0.0268],
      [0.0922, 0.0988, 0.0951],
      [-0.0278, 0.0524, -0.0542],
      [0.0332, 0.0456, 0.0895],
      [-0.0069, -0.003, -0.081],
      [-0.0596, -0.0465, -0.0293],
      [-0.1448, -0.1463, -0.1189],
    ],
    bias: [0.2394, 0.2135, 0.1925],
  },
  Flux: {
    channels: 16,
    downscale: 8,
    scale: 0.3611,
    shift: 0.1159,
    factors: [
      [-0.0346, 0.0244, 0.0681],
      [0.0034, 0.021, 0.0687],
      [0.0275, -0.0668, -0.0433],
      [-0.0174, 0.016, 0.0617],
      [0.0859, 0.0721, 0.0329],
      [0.0004, 0.0383, 0.0115],
      [0.0405, 0.0861, 0.0915],
      [-0.0236, -0.0185, -0.0259],
      [-0.0245, 0.025, 0.118],
      [0.1008, 0.0755, -0.0421],
      [-0.0515, 0.0201, 0.0011],
      [0.0428, -0.0012, -0.0036],
      [0.0817, 0.0765, 0.0749],
      [-0.1264, -0.0522, -0.1103],
      [-0.028, -0.0881, -0.0499],
      [-0.1262, -0.0982, -0.0778],
    ],
    bias: [-0.0329, -0.0718, -0.0851],
  },
  Flux2: {
    channels: 128,
    downscale: 16,
    scale: 1,
    shift: 0,
    factors: [
      [0.0058, 0.0113, 0.0073],
      [0.0495, 0.0443, 0.0836],
      [-0.0099, 0.0096, 0.0644],
      [0.2144, 0.3009, 0.3652],
      [0.0166, -0.0039, -0.0054],
      [0.0157, 0.0103, -0.016],
      [-0.0398, 0.0902, -0.0235],
      [-0.0052, 0.0095, 0.0109],
      [-0.3527, -0.2712, -0.1666],
      [-0.0301, -0.0356, -0.018],
      [-0.0107, 0.0078, 0.0013],
      [0.0746, 0.009, -0.0941],
      [0.0156, 0.0169, 0.007],
      [-0.0034, -0.004, -0.0114],
      [0.0032, 0.0181, 0.008],
      [-0.0939, -0.0008, 0.0186],
      [0.0018, 0.0043, 0.0104],
      [0.0284, 0.0056, -0.0127],
      [-0.0024, -0.0022, -0.003],
      [0.1207, -0.0026, 0.0065],
      [0.0128, 0.0101, 0.0142],
      [0.0137, -0.0072, -0.0007],
      [0.0095, 0.0092, -0.0059],
      [0, -0.0077, -0.0049],
      [-0.0465, -0.0204, -0.0312],
      [0.0095, 0.0012, -0.0066],
      [0.029, -0.0034, 0.0025],
      [0.022, 0.0169, -0.0048],
      [-0.0332, -0.0457, -0.0468],
      [-0.0085, 0.0389, 0.0609],
      [-0.0076, 0.0003, -0.0043],
      [-0.0111, -0.046, -0.0614],
    ],
    bias: [-0.0329, -0.0718, -0.0851],
  },
  Wan21: {
    channels: 16,
    downscale: 8,
    scale: 1,
    shift: 0,
    factors: [
      [-0.1299, -0.1692, 0.2932],
      [0.0671, 0.0406, 0.0442],
      [0.3568, 0.2548, 0.1747],
      [0.0372, 0.2344, 0.142],
      [0.0313, 0.0189, -0.0328],
      [0.0296, -0.0956, -0.0665],
      [-0.3477, -0.4059, -0.2925],
      [0.0166, 0.1902, 0.1975],
      [-0.0412, 0.0267, -0.1364],
      [-0.1293, 0.074, 0.1636],
      [0.068, 0.3019, 0.1128],
      [0.0032, 0.0581, 0.0639],
      [-0.1251, 0.0927, 0.1699],
      [0.006, -0.0633, 0.0005],
      [0.3477, 0.2275, 0.295],
      [0.1984, 0.0913, 0.1861],
    ],
    bias: [-0.1835, -0.0868, -0.336],
  },
} as const satisfies Record<string, LatentFormat>;

/** A VAE's latent [channels, cells] as the denoiser sees it. */
export const intoModel = (format: LatentFormat, latent: ArrayLike<number>): Float64Array =>
  Float64Array.from(latent, (value, i) => {
    const { mean, std } = channelOf(format, i, latent.length);
    return ((value - mean) / std - format.shift) * format.scale;
  });

/** And back to what the VAE decodes. */
export const outOfModel = (format: LatentFormat, latent: ArrayLike<number>): Float64Array =>
  Float64Array.from(latent, (value, i) => {
    const { mean, std } = channelOf(format, i, latent.length);
    return (value / format.scale + format.shift) * std + mean;
  });

function channelOf({ channels, mean, std }: LatentFormat, at: number, length: number) {
  const channel = Math.floor((at * channels) / length);
  return { mean: mean?.[channel] ?? 0, std: std?.[channel] ?? 1 };
}
