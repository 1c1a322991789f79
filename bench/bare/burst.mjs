// The bare loop as a child: pictures one after the other, equal prompts encoded once, a PNG file for each.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode, encode, openPack, sample } from './pipeline.mjs';

let pack;
process.on('message', async (ask) => {
  if (ask.open) {
    pack = await openPack(ask.open, ask.threads);
    process.send({ opened: true });
    return;
  }
  const known = new Map();
  const finishMs = [];
  const calls = [];
  const start = performance.now();
  const timed = async (part, work) => {
    const startMs = performance.now() - start;
    const made = await work();
    calls.push({ part, startMs, ms: performance.now() - start - startMs });
    return made;
  };
  for (const { prompt, seed } of ask.runs) {
    if (!known.has(prompt)) known.set(prompt, await timed('text-encoder', () => encode(pack, prompt)));
    const picture = { steps: ask.steps, cfg: 1, seed, size: 64 };
    const latent = await timed('denoiser', () => sample(pack, known.get(prompt), picture));
    const png = await timed('upscaler', () => decode(pack, latent));
    writeFileSync(path.join(ask.folder, `${seed}.png`), png);
    finishMs.push(performance.now() - start);
  }
  process.send({ finishMs, calls });
});
process.on('disconnect', () => process.exit(0));
