// One picture by hand, as a whole process: `node picture.mjs PACK PROMPT STEPS CFG SEED THREADS OUT`.
import { writeFileSync } from 'node:fs';
import { decode, encode, openPack, pair, sample } from './pipeline.mjs';

const [folder, prompt, steps, cfg, seed, threads, out] = process.argv.slice(2);
const pack = await openPack(folder, Number(threads));
const both = pair(await encode(pack, prompt), await encode(pack, ''));
const latent = await sample(pack, both, { steps: Number(steps), cfg: Number(cfg), seed: Number(seed), size: 64 });
writeFileSync(out, await decode(pack, latent));
