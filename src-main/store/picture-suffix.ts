import type { Suffixes } from './files.ts';

/** Pictures have the endings by which other programs know them. */
export const pictureSuffixes: Suffixes = {
  all: ['.png', '.jpg', '.webp'],
  of: (bytes) => (bytes[0] === 0xff ? '.jpg' : bytes[0] === 0x52 ? '.webp' : '.png'),
};
