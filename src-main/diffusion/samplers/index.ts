import { euler } from './euler.ts';
import { heun } from './heun.ts';
import type { Sampler } from './sampler.ts';

/** Samplers under the names that ComfyUI gave them. */
export const samplers = { euler, heun } as const satisfies Record<string, Sampler>;

export type SamplerName = keyof typeof samplers;
export const samplerNames = Object.keys(samplers) as readonly SamplerName[];
