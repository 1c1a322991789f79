import type { RunListing } from '../../src-main/contract/calls.ts';
import type { GraphId } from '../../src-main/model/ids.ts';
import { wordsOf } from '../session/fields.ts';
import { namesIn } from '../session/names.ts';
import { useCell, useStudio, useTexts } from './place.tsx';

/** What a person would call a run: its prompt, else the title of its graph. */
export function useRunWords(): (run: Pick<RunListing, 'graphId' | 'overrides' | 'title'>) => string {
  const { texts } = useTexts();
  const templates = useCell(useStudio().templates);
  return ({ graphId, overrides, title }) => {
    const open = templates.find((one) => one.open.base.id === graphId)?.open;
    const words = open ? wordsOf(open.fields.get(), overrides) : '';
    const prompt = typeof overrides.prompt === 'string' ? overrides.prompt.trim() : '';
    return words || prompt || (texts.graphWords[title] ?? title) || texts.queue.untitled;
  };
}

/** What a person would call a node of any graph that is known here: its own title, or that of its type, else its id. */
export function useNodeTitles(): (graphId: GraphId | null, nodeId: string) => string {
  const { texts, language } = useTexts();
  const templates = useCell(useStudio().templates);
  return (graphId, nodeId) => {
    const open = templates.find((one) => one.open.base.id === graphId)?.open;
    return open ? namesIn(open, texts, language, 'graph').title(nodeId) : nodeId;
  };
}
