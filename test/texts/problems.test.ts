import { expect, test } from 'vitest';
import { type ErrorCode, type ErrorValues, type Problem, problem } from '../../src-main/model/errors.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { problems as chinese } from '../../src-main/texts/chinese/problems.ts';
import { problems as english } from '../../src-main/texts/english/problems.ts';
import { languages } from '../../src-main/texts/language.ts';
import { problemLine, sayProblem } from '../../src-main/texts/say.ts';

const codes = Object.keys(english) as ErrorCode[];

/** Each value is a word that names it, so that a sentence shows which ones it used; a forgotten one reads `undefined`. */
function sampleOf(code: ErrorCode): { used: Set<string>; found: Problem } {
  const used = new Set<string>();
  const numbers = [
    'bytes',
    'limit',
    'line',
    'column',
    'count',
    'version',
    'known',
    'length',
    'needed',
    'hot',
    'tile',
    'budget',
    'width',
    'height',
  ];
  const isNumber = (name: string) =>
    name === 'known' ? ['graph.newer', 'node.newer', 'store.newer'].includes(code) : numbers.includes(name);
  const values = new Proxy({} as Record<string, unknown>, {
    get(_target, name) {
      used.add(String(name));
      if (name === 'what') return 'nodes';
      if (name === 'end') return 'from';
      if (name === 'kind' && code === 'pack.weightsFile') return 'lora';
      if (name === 'format' && code === 'image.formatNotRead') return 'heic';
      return isNumber(String(name)) ? 4096 : `some ${String(name)}`;
    },
  });
  return { used, found: { code, values } as unknown as Problem };
}

const say = (table: typeof english, { code, values }: Problem) =>
  (table[code] as (values: unknown) => { message: string; remedy: string })(values);

test.each(codes)('%s is said in both languages, with the same values and nothing left over', (code) => {
  const [inEnglish, inChinese] = [sampleOf(code), sampleOf(code)];
  const texts = { en: say(english, inEnglish.found), zh: say(chinese, inChinese.found) };
  for (const language of languages)
    for (const text of [texts[language].message, texts[language].remedy]) {
      expect(text.length).toBeGreaterThan(3);
      expect(text).not.toMatch(/undefined|null|NaN|\[object|\$\{|[{}]/);
      if (code !== 'bug') expect(text).not.toContain(code);
      expect(text).toMatch(language === 'en' ? /[.?]$/ : /[。？]$/);
    }
  expect(texts.zh.message).toMatch(/[一-鿿]/);
  expect(texts.zh.remedy).toMatch(/[一-鿿]/);
  expect(texts.en.message + texts.en.remedy).not.toMatch(/[一-鿿，。：]/);
  expect([...inChinese.used].sort()).toEqual([...inEnglish.used].sort());
});

const at = { nodeId: 'decode' as NodeId, input: 'vae' };

test('a sentence says where, what, why and what to do', () => {
  const values: ErrorValues['input.outOfRange'] = { node: 'n1', input: 'steps', value: '0', min: '1', max: '1000' };
  expect(problemLine(problem('input.outOfRange', values), 'en')).toBe(
    '“steps” of the node “n1” is 0, which is outside 1 to 1000. Choose a value from 1 to 1000.',
  );
  expect(problemLine(problem('input.outOfRange', values), 'zh')).toBe(
    '节点“n1”的“steps”为 0，超出了 1 到 1000 的范围。请取 1 到 1000 之间的值。',
  );
});

test('a problem at a node that its values do not name says the node, by its title', () => {
  const found = problem('pack.missing', { pack: 'sdxl', known: 'starter' }, at);
  expect(sayProblem(found, 'en', { title: () => 'Decode' }).where).toBe('Decode, vae');
  expect(problemLine(found, 'zh', { title: () => '解码' })).toMatch(/^节点“解码”的“vae”：找不到/);
});

test('a node inside the sentence is called by its title', () => {
  const found = problem('input.missing', { node: 'n7', input: 'vae', type: 'vae' }, { nodeId: 'n7' as NodeId });
  expect(sayProblem(found, 'en', { title: () => 'Decode' }).message).toBe(
    'Nothing is connected to “vae” of the node “Decode”.',
  );
});

test('parts and types are words, not names in code', () => {
  const found = problem('pack.partMissing', { pack: 'mine', part: 'vae-decoder', path: 'vae_decoder/model.onnx' });
  expect(problemLine(found, 'en')).toContain('lacks its VAE decoder');
  expect(problemLine(found, 'zh')).toContain('缺少VAE 解码器');
});

test('a size limit of a pack reads as a list or as multiples', () => {
  const said = (allowed: string) =>
    problemLine(problem('pack.sizeNotAllowed', { pack: 'p', width: 1, height: 2, allowed }), 'en');
  expect(said('16')).toContain('multiples of 16');
  expect(said('64×64, 96×96')).toContain('It takes: 64×64, 96×96.');
});

test('what a hostile file wrote reaches no terminal and is not endless', () => {
  const name = `\u001b[31mred\u202e\u0007\n${'x'.repeat(100_000)}`;
  const line = problemLine(problem('graph.foreign', { name, found: 'a list' }), 'en');
  expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(line.length).toBeLessThan(700);
});

test('a reason that ends with a full stop does not double it', () => {
  expect(problemLine(problem('bug', { reason: 'It broke.' }), 'en')).toContain('It broke. This');
});

test('inputs and outputs are called as they are labelled, wherever a sentence names one', () => {
  const names = {
    title: (node: string) => `<${node}>`,
    label: (node: string, slot: string, side: string) => `<${node} ${side} ${slot}>`,
  };
  const said = (found: Problem) => problemLine(found, 'zh', names);
  const here = { nodeId: 'n7' as NodeId, input: 'text-encoder' };
  expect(said(problem('input.missing', { node: 'n7', input: 'text-encoder', type: 'text-encoder' }, here))).toBe(
    '节点“<n7>”的输入“<n7 input text-encoder>”没有连接。请连接一个类型为文本编码器的输出。',
  );
  expect(said(problem('pack.missing', { pack: 'p', known: '' }, here))).toMatch(
    /^节点“<n7>”的“<n7 input text-encoder>”：/,
  );
  expect(said(problem('link.missingInput', { node: 'n7', input: 'a', known: 'b, c' }))).toMatch(
    /“<n7 input a>”.*<n7 input b>, <n7 input c>/,
  );
  expect(said(problem('link.missingOutput', { node: 'n7', output: 'a', known: 'b' }))).toMatch(
    /“<n7 output a>”.*<n7 output b>/,
  );
  expect(said(problem('link.wrongType', { from: 'o/n1.a', to: 'n2.b', given: 'vae', wanted: 'latent' }))).toContain(
    '从“<o/n1> · <o/n1 output a>”到“<n2> · <n2 input b>”',
  );
  expect(said(problem('link.missingNode', { node: 'n1', end: 'from', link: 'n1.a -> n2.b' }))).toContain(
    '“<n1> · <n1 output a> -> <n2> · <n2 input b>”',
  );
  expect(said(problem('graph.cycle', { nodes: 'n1 -> n2' }))).toContain('<n1> -> <n2>');
  expect(said(problem('input.notPlanned', { node: 'n1', input: 'width', source: 'n2' }))).toContain('“<n2>”');
});

test('where nobody knows labels, names stay as files have them', () => {
  const found = problem('link.wrongType', { from: 'n1.a', to: 'n2.b', given: 'vae', wanted: 'latent' });
  expect(problemLine(found, 'en')).toContain('“n1.a”');
  expect(problemLine(found, 'en', { title: () => 'no' })).toContain('“n1.a”');
});
