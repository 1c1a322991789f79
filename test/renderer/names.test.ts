import { expect, test } from 'vitest';
import { disconnect, setLooks } from '../../src-main/model/edits.ts';
import { flatten } from '../../src-main/model/flat-graph.ts';
import { linkIdOf } from '../../src-main/model/graph.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { problemsOfNode } from '../../src-main/model/problems.ts';
import { problemLine } from '../../src-main/texts/say.ts';
import { pageTexts } from '../../src-main/texts/say-page.ts';
import { namesIn } from '../../src-renderer/session/names.ts';
import { openGraph } from '../../src-renderer/session/open-graph.ts';
import * as subgraphs from '../../src-renderer/session/subgraph-commands.ts';
import { memoryStorage, specs, templateFile } from './fake-core-calls.ts';

function opened() {
  const read = readGraph(JSON.stringify(templateFile('text-to-image')), { name: 'text-to-image' });
  if (!read.ok) throw new Error('text-to-image');
  return openGraph({ graph: read.value, specs, storage: memoryStorage() });
}

test('what is wrong with a link is said in the words that stand on the node', () => {
  const open = opened();
  open.change('disconnect', (draft) => disconnect(draft, linkIdOf({ node: 'positive' as NodeId, input: 'encoder' })));
  const { flat } = flatten(open.graph.get(), specs);
  const [found] = problemsOfNode(flat, specs, flat.get('positive' as never)!);
  const said = (language: 'en' | 'zh') => problemLine(found!, language, namesIn(open, pageTexts(language), language));
  expect(said('zh')).toBe('节点“提示词”的输入“文本编码器”没有连接。请连接一个类型为文本编码器的输出。');
  expect(said('en')).toContain('“Encoder” of the node “Prompt”');
});

test('a node is called by its own title, then by that of its type, then by its id', () => {
  const open = opened();
  const names = () => namesIn(open, pageTexts('zh'), 'zh');
  expect(names().title('decode')).toBe('潜空间解码');
  open.change('look', (draft) => setLooks(draft, ['decode' as NodeId], { title: '变成图片' }));
  expect(names().title('decode')).toBe('变成图片');
  expect(names().title('nobody')).toBe('nobody');
  expect(names().label('decode', 'nothing', 'input')).toBe('nothing');
  expect(names().label('open', 'text-encoder', 'output')).toBe('文本编码器');
});

test('a node in a subgraph is called with those around it, and its inputs as inside', () => {
  const open = opened();
  open.selection.set(new Set(['sample', 'decode'] as NodeId[]));
  subgraphs.makeSubgraph(open, '画');
  const names = namesIn(open, pageTexts('zh'), 'zh');
  expect(names.title('subgraph/sample')).toBe('画 › 采样');
  expect(names.label('subgraph/sample', 'cfg', 'input')).toBe('引导强度');
  expect(names.label('subgraph', 'denoiser', 'input')).toBe('去噪模型');
});
