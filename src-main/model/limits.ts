/** Sizes that are refused before memory is taken. */
export const limits = {
  graphBytes: 32 * 1024 * 1024,
  graphDepth: 64,
  nodes: 20_000,
  links: 80_000,
  subgraphDepth: 16,
  textChars: 100_000,
  nameChars: 200,
  titleChars: 1000,
  /** Encoded picture files, before they are read. */
  imageFileBytes: 256 * 1024 * 1024,
  /** Width times height, read from the header before decoding. */
  imagePixels: 64 * 1024 * 1024,
  imageSidePx: 16_384,
  jsonHeaderBytes: 64 * 1024 * 1024,
  batchFileBytes: 64 * 1024 * 1024,
  runsPerSubmission: 10_000,
  imagesPerRun: 256,
  sigmas: 100_000,
} as const;
