import { readRules, type UsedPart } from '../../src-main/engine/affinity-rules.ts';
import { placed } from '../../src-main/engine/placing.ts';
import type { Device } from '../../src-main/model/device.ts';
import type { StepId } from '../../src-main/model/ids.ts';
import type { PartName } from '../../src-main/model/pack.ts';
import type { Random } from '../build/random.ts';
import { type StepSketch, stepOf } from '../build/world.ts';

const targets = ['text-encoder', 'denoiser', 'vae', 'vae-decoder', 'encode', 'decode', 'save', 'early'];

function randomRule(random: Random, ids: readonly string[]): string {
  const target = random.pick(targets);
  const sign = random.chance(0.4) ? '~=' : '=';
  const where = random.pick([
    () => random.pick(ids),
    () => `!${random.pick(ids)}`,
    () => `${random.pick(ids)}|${random.pick(ids)}`,
    () => `same-as(${random.pick(targets.filter((name) => name !== target))})`,
    () => 'same-as(denoiser)',
    () => '*',
  ]);
  const place = where();
  return place === `same-as(${target})` ? `${target}${sign}*` : `${target}${sign}${place}`;
}

/** The rules of a few graphs, one list for each. */
export function randomRules(random: Random, devices: readonly Device[]): (readonly string[])[] {
  const ids = devices.map(({ id }) => id as string);
  return Array.from({ length: 1 + random.below(3) }, () =>
    Array.from({ length: random.below(4) }, () => randomRule(random, ids)),
  );
}

const parts: Readonly<Record<string, PartName>> = { te: 'text-encoder', dn: 'denoiser', vae: 'vae-decoder' };

/** What planning makes of rules; those that cannot be kept together are left out, as their graph would not run. */
export function withRules(
  sketches: readonly StepSketch[],
  devices: readonly string[],
  rules: readonly string[],
): readonly StepSketch[] {
  if (rules.length === 0) return sketches;
  const nodes = sketches.map(({ id }) => id);
  const known = devices.map((id) => ({ id, provider: 'sim' })) as never as Parameters<typeof readRules>[2];
  // A node that this graph has not is no rule of it.
  const held = readRules([{ from: 'graph', pack: '', rules }], nodes, known).rules;
  const unplaced = new Map(
    sketches.map((sketch) => {
      const [name = '', pack = ''] = (sketch.part ?? '').split('@');
      const part = parts[name];
      const used: UsedPart[] = part ? [{ pack, part }] : [];
      return [sketch.id as StepId, { step: stepOf(sketch, devices), parts: used }];
    }),
  );
  const { steps, problems } = placed(unplaced, held, known);
  if (problems.length > 0) return sketches;
  return sketches.map((sketch) => {
    const { allowed, placing } = steps.get(sketch.id as StepId)!;
    return { ...sketch, allowed, ...(placing ? { placing } : {}) };
  });
}
