import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Json } from '../../src-main/model/json.ts';

const read = (name: string) => (): { readonly [name: string]: Json } =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, `../../graphs/${name}.kiln.json`), 'utf8'));

/** Graphs that come with Kiln, as their files. */
export const templates = { textToImage: read('text-to-image'), stableDiffusion: read('stable-diffusion') };
