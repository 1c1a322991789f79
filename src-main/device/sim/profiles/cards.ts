import type { Card } from '../card.ts';

// Cards whose times are computed from a pack's weights and sizes. Peaks are those of half precision with sums in single
// precision and without sparsity, from the makers' data sheets; 55 % of them are reached, as on the A100 of `call-time.ts`.

const reached = 0.55;
/** TFLOP/s to FLOP/ms. */
const teraflops = (peak: number): number => peak * reached * 1e9;
const gigabytes = (perSecond: number): number => perSecond * 1e6;

/** A copy from memory that is not pinned reaches about half of a bus (estimate). */
const unpinned = 0.5;
/** PCIe 4.0 with 16 lanes, less its protocol: 25 GB/s of 31.5. With 8 lanes half. */
const bus16 = 25;
const bus8 = 12.5;

const sheet = (name: string, peak: number, memory: number, watts: number): string =>
  `${name}: ${peak} TFLOP/s, ${memory} GB/s, ${watts} W (data sheet)`;
const common = [
  `${reached * 100} % of the peak, and the fixed ms of a call: SD-Turbo with onnxruntime on an A100 (tlwu/sd-turbo-onnxruntime)`,
  'PCIe 4.0: 25 GB/s with 16 lanes, 12.5 GB/s with 8; half of that for weights (estimate)',
  'watts while idle and jitter: estimates',
];

export const rtx3090: Card = {
  name: 'rtx3090',
  title: 'RTX 3090 24 GB',
  memoryBytes: 24e9,
  loadBytesPerMs: gigabytes(bus16 * unpinned),
  bringBytesPerMs: gigabytes(bus16 * unpinned),
  watts: { busy: 350, idle: 25 },
  jitter: 0.02,
  times: { kind: 'computed', flopsPerMs: teraflops(71), memoryBytesPerMs: gigabytes(936) },
  sources: [sheet('RTX 3090', 71, 936, 350), ...common],
};

export const rtx4090: Card = {
  name: 'rtx4090',
  title: 'RTX 4090 24 GB',
  memoryBytes: 24e9,
  loadBytesPerMs: gigabytes(bus16 * unpinned),
  bringBytesPerMs: gigabytes(bus16 * unpinned),
  watts: { busy: 450, idle: 25 },
  jitter: 0.02,
  times: { kind: 'computed', flopsPerMs: teraflops(165), memoryBytesPerMs: gigabytes(1008) },
  sources: [sheet('RTX 4090', 165, 1008, 450), ...common],
};

export const a100: Card = {
  name: 'a100',
  title: 'A100 80 GB',
  memoryBytes: 80e9,
  loadBytesPerMs: gigabytes(bus16 * unpinned),
  bringBytesPerMs: gigabytes(bus16 * unpinned),
  watts: { busy: 400, idle: 50 },
  jitter: 0.02,
  times: { kind: 'computed', flopsPerMs: teraflops(312), memoryBytesPerMs: gigabytes(2039) },
  sources: [sheet('A100 SXM 80 GB', 312, 2039, 400), ...common],
};

/** 24 processors of the 128 of an RTX 4090 at 2.37 instead of 2.52 GHz. */
const laptopPeak = 29;
export const laptop: Card = {
  name: 'laptop',
  title: 'RTX 4060 Laptop 8 GB',
  memoryBytes: 8e9,
  loadBytesPerMs: gigabytes(bus8 * unpinned),
  bringBytesPerMs: gigabytes(bus8 * unpinned),
  watts: { busy: 115, idle: 10 },
  jitter: 0.05,
  times: { kind: 'computed', flopsPerMs: teraflops(laptopPeak), memoryBytesPerMs: gigabytes(256) },
  sources: [sheet('RTX 4060 Laptop', laptopPeak, 256, 115), ...common],
};
