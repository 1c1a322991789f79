import type { NodeId } from '../../src-main/model/ids.ts';
import type { PageTexts } from '../../src-main/texts/page-texts.ts';
import type { Refusal } from '../canvas/gestures.ts';
import { wordsOfType } from '../session/names.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import type { KeptPreferences } from '../session/preferences.ts';

/** Why a link was not made, in the words that stand on the canvas. */
export function refusalText(
  texts: PageTexts,
  why: Refusal,
  open: OpenGraph,
  { state }: Pick<KeptPreferences, 'state'>,
): string {
  if (why.reason === 'circle') return texts.canvas.circle;
  const wordsOf = (id: string) => {
    const node = open.graph.get().nodes[id as NodeId];
    const words = node ? wordsOfType(open, node.type, texts, state.get().language) : null;
    return { words, title: (node?.title && (texts.graphWords[node.title] ?? node.title)) || (words?.title ?? id) };
  };
  const slotOf = (id: string, name: string): string => {
    const { words } = wordsOf(id);
    return words?.outputs[name] ?? words?.inputs[name]?.label ?? name;
  };
  const held = slotOf(why.held.node.key, why.held.slot.name);
  return why.reason === 'type'
    ? texts.canvas.wrongType(held, slotOf(why.at.node.key, why.at.slot.name))
    : texts.canvas.noFit(held, wordsOf(why.node.key).title);
}
