import { setFlagsFromString } from 'node:v8';

/**
 * V8 walks the whole heap whenever some ten MB more lie in buffers outside it, which pictures and tensors do several times a
 * second; this way it waits until heap and buffers have grown by their usual share. For the process, at its start.
 */
export const countOutsideMemoryAsHeap = (): void => setFlagsFromString('--external-memory-accounted-in-global-limit');
