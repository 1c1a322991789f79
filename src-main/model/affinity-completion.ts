import { tokensOf } from './affinity.ts';
import { partTargets } from './affinity-targets.ts';
import type { Device } from './device.ts';

export interface Completion {
  /** Where the word begins that an option replaces; it ends at the cursor. */
  readonly from: number;
  readonly options: readonly string[];
}

/** What may stand where the cursor is, of what this graph and this machine have. */
export function completeAffinity(
  text: string,
  cursor: number,
  known: { readonly nodes: readonly string[]; readonly devices: readonly Pick<Device, 'id' | 'provider'>[] },
): Completion {
  const before = text.slice(0, cursor);
  const word = /[^\s=|!*(),~]*$/.exec(before)![0];
  const from = cursor - word.length;
  const tokens = tokensOf(before.slice(0, from)).map((token) => token.text);
  const rule = tokens.slice(tokens.lastIndexOf(',') + 1);
  const options = optionsAfter(rule, known).filter((option) => option.startsWith(word) && option !== word);
  return { from, options };
}

function optionsAfter(rule: readonly string[], { nodes, devices }: Parameters<typeof completeAffinity>[2]): string[] {
  const targets = [...new Set([...partTargets, ...nodes])];
  const places = [...new Set(devices.flatMap(({ id, provider }) => [provider as string, id as string]))];
  const last = rule.at(-1);
  const sign = rule.findIndex((token) => token === '=' || token === '~=');
  if (last === undefined) return targets;
  if (sign < 0) return ['=', '~='];
  if (rule[sign + 1] === 'same-as') {
    if (last === 'same-as') return ['('];
    if (last === '(') return targets.filter((name) => name !== rule[0]);
    return last === ')' ? [','] : [')'];
  }
  if (last === '=' || last === '~=') return [...places, '!', '*', 'same-as('];
  if (last === '|') return [...places, '!', '*'];
  return last === '!' ? places : ['|', ','];
}
