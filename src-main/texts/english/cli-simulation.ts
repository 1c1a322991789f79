import type { SimulationTexts } from '../cli-simulation-texts.ts';

const runs = (n: number): string => (n === 1 ? '1 run' : `${n} runs`);

export const simulation: SimulationTexts = {
  working: 'simulating …',
  recorded: (n, file) => `${runs(n)} written to ${file}.`,
  failed: (n) => `${runs(n)} failed in the simulation; of the first:`,
  total: (n, images, duration, perMinute) =>
    `Simulated: ${runs(n)} with ${images === 1 ? '1 picture' : `${images} pictures`} in ${duration}, ${perMinute.toFixed(1)} pictures a minute.`,
  energy: (wattHours) => `Simulated energy of the cards: ${wattHours.toFixed(wattHours < 10 ? 2 : 0)} Wh.`,
  columns: {
    tier: 'TIER',
    runs: 'RUNS',
    wait: ['STARTS AFTER p50', 'p95', 'MAX'],
    done: ['DONE AFTER p50', 'p95', 'MAX'],
    device: 'DEVICE',
    busy: 'BUSY',
    calls: 'CALLS',
    rows: 'ROWS EACH',
    loads: 'LOADS',
    loaded: 'LOADED',
    brought: 'BROUGHT',
  },
};
