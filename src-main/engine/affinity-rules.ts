import { parseAffinity, printRule, type Rule } from '../model/affinity.ts';
import { closeness, mayBeDevice, meansNode, partsOf, partTargets } from '../model/affinity-targets.ts';
import { type Device, providers } from '../model/device.ts';
import { type Problem, problem, type RuleSource } from '../model/errors.ts';
import type { StepId } from '../model/ids.ts';
import { nearest } from '../model/nearest.ts';
import type { PartName } from '../model/pack.ts';

// Rules of placement are given for every graph, for a pack, and in a graph. For each part of a step the most special
// ones hold: a graph's before a pack's before those for every graph, then a node's before a part's before a family's.

/** Rules as they were written in one place. */
export interface GivenRules extends RuleSource {
  readonly rules: readonly string[];
}

export type KnownDevice = Pick<Device, 'id' | 'provider'>;

export interface HeldRule extends RuleSource {
  readonly rule: Rule;
  readonly text: string;
}

/** A part that a step uses. */
export interface UsedPart {
  readonly pack: string;
  readonly part: PartName;
}

export interface RulesRead {
  readonly rules: readonly HeldRule[];
  readonly problems: readonly Problem[];
}

/** Reads all rules, and finds what is wrong with them whatever the plan will be. `nodes` are those that a graph's may name. */
export function readRules(
  given: readonly GivenRules[],
  nodes: readonly string[],
  devices: readonly KnownDevice[],
): RulesRead {
  const rules: HeldRule[] = [];
  const problems: Problem[] = [];
  for (const { from, pack, rules: texts } of given)
    for (const text of texts) {
      const parsed = parseAffinity(text);
      for (const mistake of parsed.mistakes)
        problems.push(problem('affinity.malformed', { text, from, pack, ...mistake }));
      for (const rule of parsed.rules) {
        const held = { rule, text: printRule(rule), from, pack };
        const found = wrongNames(held, from === 'graph' ? nodes : [], devices);
        if (found.length === 0) rules.push(held);
        problems.push(...found);
      }
    }
  return { rules, problems };
}

function wrongNames(held: HeldRule, nodes: readonly string[], devices: readonly KnownDevice[]): Problem[] {
  const { rule, text, from, pack } = held;
  const { target, where } = rule;
  const known = [...partTargets, ...nodes];
  const targets = where.kind === 'same-as' ? [target, where.target] : [target];
  const names = where.kind === 'devices' ? [...where.named, ...where.not] : [];
  const places = [...new Set(devices.flatMap(({ id, provider }) => [id as string, provider as string]))];
  return [
    ...targets
      .filter((name) => partsOf(name).length === 0 && !nodes.some((node) => meansNode(name, node)))
      .map((name) =>
        problem('affinity.unknownTarget', {
          rule: text,
          from,
          pack,
          target: name,
          nearest: nearest(name, known),
          known: partTargets.join(', '),
        }),
      ),
    ...names
      .filter((name) => !mayBeDevice(name, devices))
      .map((name) =>
        problem('affinity.unknownDevice', {
          rule: text,
          from,
          pack,
          device: name,
          nearest: nearest(name, [...places, ...providers]),
          known: places.join(', '),
        }),
      ),
  ];
}

const rankOf = ({ from, rule }: HeldRule): number =>
  1000 * ['settings', 'pack', 'graph'].indexOf(from) + closeness(rule.target);

/** Whether a target means a step, or one of the parts that it uses. */
export const means = (target: string, step: StepId, parts: readonly UsedPart[]): boolean =>
  meansNode(target, step) || parts.some(({ part }) => partsOf(target).includes(part));

/** The rules that hold for a step: those that must be kept, and wishes. One of either kind does not set aside the other. */
export function holding(rules: readonly HeldRule[], step: StepId, parts: readonly UsedPart[]): HeldRule[] {
  const held = new Set<HeldRule>();
  for (const isWish of [false, true]) {
    const ofKind = rules.filter(({ rule }) => rule.isWish === isWish);
    const own = mostSpecial(ofKind.filter(({ rule }) => meansNode(rule.target, step)));
    for (const one of own) held.add(one);
    if (own.length > 0) continue;
    for (const { pack, part } of parts) {
      const concerned = ofKind.filter(
        (one) => partsOf(one.rule.target).includes(part) && (one.from !== 'pack' || one.pack === pack),
      );
      for (const one of mostSpecial(concerned)) held.add(one);
    }
  }
  return [...held];
}

function mostSpecial(rules: readonly HeldRule[]): HeldRule[] {
  const best = Math.max(...rules.map(rankOf));
  return rules.filter((one) => rankOf(one) === best);
}
