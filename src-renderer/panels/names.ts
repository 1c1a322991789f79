import type { GraphId } from '../../src-main/model/ids.ts';
import type { Names } from '../../src-main/texts/say.ts';
import { namesIn } from '../session/names.ts';
import { useCell, useStudio, useTexts } from './place.tsx';

/** Those of the graph that is shown. */
export function useNames(of: 'level' | 'graph' = 'level'): Names {
  const { texts, language } = useTexts();
  const template = useCell(useStudio().template);
  return template ? namesIn(template.open, texts, language, of) : asTheyAre;
}

/** Those of the graph that a run was made from, where it is open here. */
export function useNamesOf(graphId: GraphId): Names {
  const { texts, language } = useTexts();
  const open = useCell(useStudio().templates).find((one) => one.open.base.id === graphId)?.open;
  return open ? namesIn(open, texts, language, 'graph') : asTheyAre;
}

const asTheyAre: Names = { title: (node) => node };
