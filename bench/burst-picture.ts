import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { ask } from './ask.ts';
import { fillTable, openBench, prompts, runQueue } from './queue.ts';

// `node bench/burst-picture.ts FILE.svg`: one burst as the bare loop computes it, one run after the other, and as Kiln
// does, over the same seconds. A call is as high as it has rows.

interface Call {
  readonly part: string;
  readonly startMs: number;
  readonly ms: number;
  readonly rows?: number;
}

const runs = 48;
const steps = 8;
const [file = 'burst.svg'] = process.argv.slice(2);
const colours: Readonly<Record<string, string>> = {
  'text-encoder': '#7b61c9',
  denoiser: '#e07a3f',
  'vae-decoder': '#3f8f5f',
  upscaler: '#3f8f5f',
};
const width = 1000;
const margin = 20;
const laneHeight = 96;
const mostRows = 16;

const list = (first: number) =>
  Array.from({ length: runs }, (_, i) => ({ prompt: prompts[i % prompts.length]!, seed: first + i }));

const { bare, kiln } = await measure();
const allMs = Math.max(...[...bare, ...kiln].map(({ startMs, ms }) => startMs + ms));
writeFileSync(file, svg());

async function measure(): Promise<{ bare: readonly Call[]; kiln: readonly Call[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const loop = fork(path.join(import.meta.dirname, 'bare/burst.mjs'));
  const bench = await openBench({ strangers: true });
  try {
    await ask(loop, { open: path.join(import.meta.dirname, '../models/starter'), threads: availableParallelism() });
    await ask(loop, { runs: list(1), steps, folder });
    await fillTable(bench, steps);
    const { calls } = await ask<{ calls: Call[] }>(loop, { runs: list(1000), steps, folder });
    const overrides = list(2000).map(({ prompt, seed }) => ({ prompt, seed: String(seed), steps, cfg: 1 }));
    const { batches, startMs } = await runQueue(bench, overrides, 'background');
    return { bare: calls, kiln: batches.map((batch) => ({ ...batch, startMs: batch.startMs - startMs })) };
  } finally {
    await bench.close();
    loop.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function lane(title: string, calls: readonly Call[], top: number): string {
  const x = (ms: number) => margin + ((width - 2 * margin) * ms) / allMs;
  const endMs = Math.max(...calls.map(({ startMs, ms }) => startMs + ms));
  const bars = calls.map(({ part, startMs, ms, rows = 1 }) => {
    const height = Math.max(6, (laneHeight * rows) / mostRows);
    const colour = colours[part.split('@')[0]!] ?? '#888';
    const at = `x="${x(startMs).toFixed(2)}" y="${(top + laneHeight - height).toFixed(2)}"`;
    return `<rect ${at} width="${Math.max(0.3, x(startMs + ms) - x(startMs)).toFixed(2)}" height="${height.toFixed(2)}" fill="${colour}"/>`;
  });
  const end = `<text x="${x(endMs).toFixed(0)}" y="${top - 8}" text-anchor="end">${(endMs / 1000).toFixed(2)} s</text>`;
  return `<text x="${margin}" y="${top - 8}" font-weight="600">${title}</text>${end}
<line x1="${margin}" x2="${width - margin}" y1="${top + laneHeight}" y2="${top + laneHeight}" stroke="#999"/>
${bars.join('\n')}`;
}

function svg(): string {
  const tops = [40, 40 + laneHeight + 50] as const;
  const height = tops[1] + laneHeight + 40;
  const names = [
    ['prompts', 'text-encoder'],
    ['steps', 'denoiser'],
    ['decoding and enlarging', 'upscaler'],
  ] as const;
  const legend = names.map(
    ([name, part], i) =>
      `<rect x="${margin + i * 190}" y="${height - 24}" width="12" height="12" fill="${colours[part]}"/><text x="${margin + i * 190 + 18}" y="${height - 13}">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13" fill="#333">
<title>One burst of runs as two traces: one at a time, and Kiln</title>
<rect width="100%" height="100%" fill="#fff"/>
${lane(`One at a time: ${runs} runs, a bare loop`, bare, tops[0])}
${lane(`Kiln: the same ${runs} runs, rows of different runs in one call`, kiln, tops[1])}
${legend.join('\n')}
</svg>
`;
}
