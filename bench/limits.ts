/** What a figure may be: at most, at least, or both. */
export interface Limit {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What is promised of the figures, by benchmark. Other figures are there to be compared from one time to the next. */
export const limits: Readonly<Record<string, Readonly<Record<string, Limit>>>> = {
  overhead: {
    addedMsPerStepP50: { atMost: 0.3 },
    ratio: { atMost: 1.05 },
    addedMsPerStepWaitingP50: { atMost: 0.15 },
  },
  'cold-start': { ratio: { atMost: 1.6 }, repeatDeviceCalls: { atMost: 0 }, repeatRatio: { atMost: 0.5 } },
  schedule: { msAt1000: { atMost: 0.3 }, msAt10000: { atMost: 0.6 } },
  predict: { predictedOverMeasured: { atLeast: 0.9, atMost: 1.1 } },
  busy: { idealOverWall: { atLeast: 0.93 }, deviceBusyShare: { atLeast: 0.95 } },
  burst: {
    imagesPerSecondRatioFast: { atLeast: 0.97 },
    imagesPerSecondRatioBackground: { atLeast: 1 },
    firstPictureRatioFast: { atMost: 1.6 },
    meanFinishRatioFast: { atMost: 1.05 },
    outOfOrderFast: { atMost: 0 },
  },
  conditioning: { memoryHitOverEncode: { atMost: 0.01 }, diskHitOverEncode: { atMost: 0.05 } },
  switch: { loadsAfterFirst: { atMost: 0 }, loadsPerRunTight: { atMost: 0.2 } },
  'batch-sizes': { capLoss: { atMost: 0.05 } },
  lanes: {
    throughputRatioFast: { atLeast: 1.2 },
    throughputRatioBackground: { atLeast: 1.05 },
    aloneRatio: { atMost: 1.05 },
  },
  tiers: { stepsBeforeItsFirst: { atMost: 1 }, latencyRatio: { atMost: 1.5 } },
  submit: {
    secondsFor1000: { atMost: 3 },
    restartSeconds: { atMost: 2 },
    listMs: { atMost: 50 },
    bytesPerWaitingRun: { atMost: 4096 },
    coreBlockedMsP99: { atMost: 10 },
  },
  editor: {
    panP95Ratio500: { atMost: 1.15 },
    dragP95Ratio500: { atMost: 1.15 },
    panP95Ratio2000: { atMost: 1.25 },
    editScriptMs2000: { atMost: 16 },
    openSeconds2000: { atMost: 1.5 },
    heapGrowthKbPer1000Edits: { atMost: 2048 },
    usableSeconds: { atMost: 2 },
    compressedKb: { atMost: 700 },
  },
  packs: {
    tokenizeMs: { atMost: 1 },
    openMs: { atMost: 100 },
    openMemoryMb: { atMost: 8 },
    samplerShareOfStep: { atMost: 0.03 },
  },
  webgpu: { ratio: { atMost: 0.9 }, leakedBuffers: { atMost: 0 } },
  fused: { largestDifference: { atMost: 1e-5 } },
  edges: { edgeShare: { atMost: 0.02 }, copiesEachWay: { atMost: 1 } },
  equal: { maxLevels: { atMost: 1 }, deterministicDiffers: { atMost: 0 } },
  'two-devices': { imagesPerSecondRatio: { atLeast: 1.9 }, transferShare: { atMost: 0.01 } },
  article: { busyShareA100: { atLeast: 0.9 }, orderBroken: { atMost: 0 } },
  jitter: { p99OverP50: { atMost: 1.35 } },
  lab: { predictedOverMeasured: { atLeast: 0.9, atMost: 1.1 } },
  soak: {
    coreBytesPerRunAfterGc: { atMost: 4096 },
    liveTensorsAtEnd: { atMost: 0 },
    handlesGrowth: { atMost: 0 },
  },
};

/** Whether a figure is what was promised; null where nothing was. */
export function holds(bench: string, figure: string, value: number): boolean | null {
  const limit = limits[bench]?.[figure];
  if (!limit) return null;
  return value <= (limit.atMost ?? Number.POSITIVE_INFINITY) && value >= (limit.atLeast ?? Number.NEGATIVE_INFINITY);
}
