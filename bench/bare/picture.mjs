// One picture by hand, as a whole process: `node picture.mjs PACK PROMPT STEPS CFG SEED THREADS OUT`.
import { writeFileSync } from 'node:fs';
import { decode, encode, openPack, pair, sample } from './pipeline.mjs';

const [folder, prompt, steps, cfg, seed, threads, out] = process.argv.slice(2);
const pack = await openPack(folder, Number(threads));
const positive = await encode(pack, prompt);
const both = cfg === '1' ? positive : pair(positive, await encode(pack, ''));
const latent = await sample(pack, both, { steps: Number(steps), cfg: Number(cfg), seed: Number(seed), size: 64 });
writeFileSync(out, await decode(pack, latent));
