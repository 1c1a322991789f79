import { readFileSync } from 'node:fs';
import { readLooseJson } from './loose-json.ts';

/** A run that diffusers made, as `cases/index.json` lists it. */
export interface Case {
  readonly id: string;
  readonly pack: string;
  readonly kind: 'text-to-image' | 'image-to-image' | 'inpaint' | 'controlnet' | 'denoise-rows';
  readonly prompt: string | readonly string[];
  readonly negativePrompt: string | readonly string[] | null;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly guidance: number;
  readonly cfg: number;
  readonly seed: number | readonly number[];
  readonly scheduler?: { readonly class: string; readonly config: Readonly<Record<string, unknown>> } | null;
  readonly strength?: number;
  readonly eta?: number;
  readonly controlScale?: number;
  readonly controlStart?: number;
  readonly controlEnd?: number;
  readonly maxSequenceLength?: number;
  readonly batch: number;
  readonly draws: readonly string[];
  readonly file: string;
  readonly tolerance: { readonly latents?: number; readonly image?: number; readonly output?: number };
}

export function casesOf(index: string): readonly Case[] {
  const read = readLooseJson(readFileSync(index, 'utf8'));
  const list = Array.isArray(read) ? read : (read as { cases?: unknown }).cases;
  return Array.isArray(list) ? (list as Case[]) : [];
}

export const listOf = <T>(value: T | readonly T[], count: number): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : Array<T>(count).fill(value as T);
