import { describe, expect, test } from 'vitest';
import { type Mistake, parseAffinity, printAffinity, type Rule, type Where } from '../../src-main/model/affinity.ts';
import { completeAffinity } from '../../src-main/model/affinity-completion.ts';
import { closeness, devicesAt, mayBeDevice, meansNode, partsOf } from '../../src-main/model/affinity-targets.ts';
import { type Random, randomOf } from '../build/random.ts';

const devices = [
  { id: 'cpu', provider: 'cpu' },
  { id: 'cuda:0', provider: 'cuda' },
  { id: 'cuda:1', provider: 'cuda' },
] as never as Parameters<typeof devicesAt>[1];
const must = (target: string, where: Where): Rule => ({ target, isWish: false, where });
const on = (...named: string[]): Where => ({ kind: 'devices', named, not: [] });

test('rules name what is placed, and where: devices, kinds of devices, or where something else is', () => {
  expect(parseAffinity('text-encoder=cpu, denoiser = cuda:0 | cuda:1,vae=same-as( denoiser )')).toEqual({
    rules: [
      must('text-encoder', on('cpu')),
      must('denoiser', on('cuda:0', 'cuda:1')),
      must('vae', { kind: 'same-as', target: 'denoiser' }),
    ],
    mistakes: [],
  });
  expect(parseAffinity('outer/抽样~=!cuda:1|cuda, decode=*, ').rules).toEqual([
    { target: 'outer/抽样', isWish: true, where: { kind: 'devices', named: ['cuda'], not: ['cuda:1'] } },
    must('decode', on()),
  ]);
  expect(parseAffinity('  ')).toEqual({ rules: [], mistakes: [] });
});

test.each<[string, ...Mistake[]]>([
  ['=cpu', { column: 1, found: '=', expected: 'target' }],
  ['vae', { column: 4, found: '', expected: 'sign' }],
  ['vae cpu', { column: 5, found: 'cpu', expected: 'sign' }],
  ['vae ~ cpu', { column: 5, found: '~', expected: 'sign' }],
  ['vae=', { column: 5, found: '', expected: 'where' }],
  ['vae=cpu|', { column: 9, found: '', expected: 'device' }],
  ['vae=!', { column: 6, found: '', expected: 'device' }],
  ['vae=!*', { column: 6, found: '*', expected: 'device' }],
  ['vae=cpu|same-as(denoiser)', { column: 9, found: 'same-as', expected: 'device' }],
  ['vae=cpu cuda', { column: 9, found: 'cuda', expected: 'comma' }],
  ['vae=same-as', { column: 12, found: '', expected: 'open' }],
  ['vae=same-as()', { column: 13, found: ')', expected: 'other' }],
  ['vae=same-as(vae)', { column: 13, found: 'vae', expected: 'other' }],
  ['vae=same-as(denoiser', { column: 21, found: '', expected: 'close' }],
  ['vae=, x, y=cpu', { column: 5, found: ',', expected: 'where' }, { column: 8, found: ',', expected: 'sign' }],
])('%s: every rule that cannot be read says where, and what was expected there', (text, ...mistakes) => {
  expect(parseAffinity(text).mistakes).toEqual(mistakes);
});

test('a rule that cannot be read does not spoil the others', () => {
  expect(parseAffinity('vae=|, denoiser=cpu').rules).toEqual([must('denoiser', on('cpu'))]);
});

const names = ['vae', 'text-encoder', 'a/b', 'n1', '样本', 'control-net', 'same-as2'];
const places = ['cpu', 'cuda', 'cuda:0', 'sim:12', 'webgpu:0'];

function randomRule(random: Random): Rule {
  const list = () => Array.from({ length: random.below(3) }, () => random.pick(places));
  const target = random.pick(names);
  const other = random.pick(names.filter((name) => name !== target));
  const where: Where = random.chance(0.3)
    ? { kind: 'same-as', target: other }
    : { kind: 'devices', named: list(), not: list() };
  return { target, isWish: random.chance(0.5), where };
}

test('what is printed is read as it was, 500 seeds', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = randomOf(seed);
    const rules = Array.from({ length: random.below(5) }, () => randomRule(random));
    expect(parseAffinity(printAffinity(rules)), `seed ${seed}`).toEqual({ rules, mistakes: [] });
  }
});

test('no text breaks the reader, and every mistake lies inside it, 500 seeds', () => {
  const pieces = [...names, ...places, '=', '~=', '~', '|', '!', '*', '(', ')', ',', ' ', 'same-as', '\n', '"'];
  for (let seed = 1; seed <= 500; seed++) {
    const random = randomOf(seed);
    const text = Array.from({ length: random.below(14) }, () => random.pick(pieces)).join('');
    const { rules, mistakes } = parseAffinity(text);
    for (const { column, found } of mistakes)
      expect(text.slice(column - 1, column - 1 + found.length), `seed ${seed}`).toBe(found);
    expect(parseAffinity(printAffinity(rules)).rules, `seed ${seed}`).toEqual(rules);
  }
});

test('a kind stands for every device of it, and what is excluded is left out of what is named', () => {
  const left = (text: string) =>
    devicesAt(parseAffinity(`x=${text}`).rules[0]!.where as Extract<Where, { kind: 'devices' }>, devices);
  expect(left('cuda')).toEqual(['cuda:0', 'cuda:1']);
  expect(left('*')).toEqual(['cpu', 'cuda:0', 'cuda:1']);
  expect(left('!cuda:1')).toEqual(['cpu', 'cuda:0']);
  expect(left('cuda|!cuda:0')).toEqual(['cuda:1']);
  expect(left('cuda:1|cpu')).toEqual(['cpu', 'cuda:1']);
  expect(left('cuda:7')).toEqual([]);
  expect([mayBeDevice('cuda:7', devices), mayBeDevice('webgpu', []), mayBeDevice('cdua', devices)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a family of parts is less special than one part, one part less than a node, and a node less than one inside it', () => {
  expect(partsOf('vae')).toEqual(['vae-encoder', 'vae-decoder']);
  expect(partsOf('text-encoder')).toEqual(['text-encoder', 'text-encoder-2', 'text-encoder-3']);
  const order = ['text-encoder', 'vae', 'vae-decoder', 'outer', 'outer/inner'];
  expect([...order].sort((a, b) => closeness(a) - closeness(b))).toEqual(order);
  expect(['outer', 'outer/inner', 'out', 'vae'].map((name) => meansNode(name, 'outer/inner'))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe('at every place of a rule it is known what may stand there', () => {
  const known = { nodes: ['sample', 'decode'], devices };
  const at = (text: string) => completeAffinity(text, text.length, known);
  test.each<[string, number, readonly string[]]>([
    ['den', 0, ['denoiser']],
    ['vae=cpu, sa', 9, ['sample']],
    ['vae ', 4, ['=', '~=']],
    ['vae=cu', 4, ['cuda', 'cuda:0', 'cuda:1']],
    ['vae=', 4, ['cpu', 'cuda', 'cuda:0', 'cuda:1', '!', '*', 'same-as(']],
    ['vae~=s', 5, ['same-as(']],
    ['vae=!c', 5, ['cpu', 'cuda', 'cuda:0', 'cuda:1']],
    ['vae=cpu|', 8, ['cpu', 'cuda', 'cuda:0', 'cuda:1', '!', '*']],
    ['vae=cpu ', 8, ['|', ',']],
    ['vae=same-as(de', 12, ['denoiser', 'decode']],
    ['vae=same-as(denoiser', 12, []],
    ['vae=same-as(denoiser ', 21, [')']],
    ['vae=same-as(denoiser)', 21, [',']],
  ])('%s', (text, from, options) => {
    expect(at(text)).toEqual({ from, options });
  });
});
