import type { Where } from '../model/affinity.ts';
import { devicesAt } from '../model/affinity-targets.ts';
import { type Problem, problem } from '../model/errors.ts';
import type { DeviceId, StepId } from '../model/ids.ts';
import type { Placing, Step } from '../model/run.ts';
import { type HeldRule, holding, type KnownDevice, means, type UsedPart } from './affinity-rules.ts';

// What rules of placement make of the steps of a plan: which devices are left to each, which are wished for, and which
// steps go together. A step whose rules leave it no device is a problem.

/** A step as far as it is planned. */
export interface Unplaced {
  readonly step: Step;
  readonly parts: readonly UsedPart[];
}

export interface Placed {
  readonly steps: ReadonlyMap<StepId, Step>;
  readonly problems: readonly Problem[];
}

/** A step, and the one that a rule binds it to. */
interface Tie {
  readonly step: StepId;
  readonly other: StepId;
  readonly rule: HeldRule;
}

/** `steps` in the order of the plan. */
export function placed(
  steps: ReadonlyMap<StepId, Unplaced>,
  rules: readonly HeldRule[],
  devices: readonly KnownDevice[],
): Placed {
  if (rules.length === 0) return { steps: new Map([...steps].map(([id, { step }]) => [id, step])), problems: [] };
  const found = new Map<StepId, Found>();
  const links = linksOf(steps);
  const problems = new Map<HeldRule, Problem>();
  const ties: Tie[] = [];
  for (const [id, { step, parts }] of steps) {
    const held = holding(rules, id, parts);
    const own: Found = { allowed: step.allowed, wished: [], rules: [] };
    found.set(id, own);
    for (const rule of held) {
      const { where, isWish } = rule.rule;
      if (where.kind === 'same-as') {
        const other = partner(steps, links, id, where.target);
        if (other === null) continue;
        ties.push({ step: id, other, rule });
        own.rules.push(rule);
        continue;
      }
      const left = narrowed(isWish && own.wished.length > 0 ? own.wished : own.allowed, where, devices);
      if (left.length > 0) {
        own[isWish ? 'wished' : 'allowed'] = left;
        if (where.named.length + where.not.length > 0) own.rules.push(rule);
      } else if (!isWish) problems.set(rule, problems.get(rule) ?? noDevice(rule, step, devices));
    }
  }
  const groups = together(steps.keys(), ties, found, (tie) => {
    const { nodeId } = steps.get(tie.step)!.step;
    const { text, from, pack } = tie.rule;
    const values = { rule: text, from, pack, node: tie.step, other: tie.other };
    problems.set(tie.rule, problems.get(tie.rule) ?? problem('affinity.apart', values, { nodeId }));
  });
  const isTied = new Set(ties.flatMap(({ step, other }) => [step, other]));
  const finished = [...steps].map(([id, { step }]): [StepId, Step] => {
    const { allowed, wished, rules: held } = found.get(id)!;
    if (held.length === 0 && !isTied.has(id)) return [id, step];
    const placing: Placing = {
      rules: held.map(({ text, from, pack }) => ({ rule: text, from, pack })),
      wished: wished.filter((device) => allowed.includes(device)),
      beside: besides(id, groups.get(id)!, ties),
    };
    return [id, { ...step, allowed, placing }];
  });
  return { steps: new Map(finished), problems: [...problems.values()] };
}

interface Found {
  allowed: readonly DeviceId[];
  wished: readonly DeviceId[];
  /** Those that asked for something that can be had. */
  readonly rules: HeldRule[];
}

const narrowed = (
  from: readonly DeviceId[],
  where: Extract<Where, { kind: 'devices' }>,
  devices: readonly KnownDevice[],
): DeviceId[] => {
  const these = devicesAt(where, devices);
  return from.filter((id) => these.includes(id));
};

const noDevice = ({ text, from, pack }: HeldRule, { id, nodeId }: Step, devices: readonly KnownDevice[]): Problem =>
  problem(
    'affinity.noDevice',
    { rule: text, from, pack, node: id, devices: devices.map((device) => device.id).join(', ') },
    { nodeId },
  );

interface Links {
  readonly up: ReadonlyMap<StepId, readonly StepId[]>;
  readonly down: ReadonlyMap<StepId, readonly StepId[]>;
}

function linksOf(steps: ReadonlyMap<StepId, Unplaced>): Links {
  const up = new Map<StepId, StepId[]>();
  const down = new Map<StepId, StepId[]>();
  for (const [id, { step }] of steps) {
    const sources = Object.values(step.inputs).flatMap((source) => ('step' in source ? [source.step] : []));
    up.set(id, sources);
    for (const source of sources) down.set(source, [...(down.get(source) ?? []), id]);
  }
  return { up, down };
}

/** Of the steps that a target means the nearest: up the links, else down them, else the first. None for what it means itself. */
function partner(steps: ReadonlyMap<StepId, Unplaced>, links: Links, of: StepId, target: string): StepId | null {
  const isMeant = (id: StepId) => means(target, id, steps.get(id)!.parts);
  if (isMeant(of)) return null;
  return (
    nearestAlong(links.up, of, isMeant) ??
    nearestAlong(links.down, of, isMeant) ??
    [...steps.keys()].find(isMeant) ??
    null
  );
}

function nearestAlong(
  next: ReadonlyMap<StepId, readonly StepId[]>,
  from: StepId,
  isMeant: (id: StepId) => boolean,
): StepId | null {
  // What is added while it is gone through is gone through as well: nearest first.
  const seen = new Set([from]);
  for (const id of seen) {
    if (isMeant(id)) return id;
    for (const one of next.get(id) ?? []) seen.add(one);
  }
  return null;
}

/** Steps that must go together become one group, which may go where all of them may; who may not is left apart. */
function together(
  ids: Iterable<StepId>,
  ties: readonly Tie[],
  found: ReadonlyMap<StepId, Found>,
  onApart: (tie: Tie) => void,
): ReadonlyMap<StepId, readonly StepId[]> {
  const groups = new Map<StepId, readonly StepId[]>([...ids].map((id) => [id, [id]]));
  for (const tie of ties.filter(({ rule }) => !rule.rule.isWish)) {
    const [a, b] = [groups.get(tie.step)!, groups.get(tie.other)!];
    if (a === b) continue;
    const [one, other] = [found.get(tie.step)!, found.get(tie.other)!];
    const allowed = one.allowed.filter((id) => other.allowed.includes(id));
    if (allowed.length === 0) {
      onApart(tie);
      continue;
    }
    // Whoever of them is placed first decides for all, so a wish of one is a wish of all.
    const common = one.wished.filter((id) => other.wished.includes(id));
    const wished = common.length > 0 ? common : one.wished.length > 0 ? one.wished : other.wished;
    const all = [...a, ...b];
    for (const id of all) {
      groups.set(id, all);
      Object.assign(found.get(id)!, { allowed, wished });
    }
  }
  return groups;
}

const besides = (id: StepId, group: readonly StepId[], ties: readonly Tie[]): Placing['beside'] => {
  const musts = group.filter((other) => other !== id);
  const wishes = ties
    .filter(({ rule }) => rule.rule.isWish)
    .flatMap(({ step, other }) => (step === id ? [other] : other === id ? [step] : []))
    .filter((other) => !musts.includes(other));
  return [
    ...musts.map((step) => ({ step, must: true })),
    ...[...new Set(wishes)].map((step) => ({ step, must: false })),
  ];
};
