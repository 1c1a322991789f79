import type { OpenTemplate } from '../session/studio.ts';
import { useTexts } from './place.tsx';

/** What a graph is called, in the page's language where it came with Kiln. */
export function useTitleOf(): (one: OpenTemplate) => string {
  const { texts } = useTexts();
  return ({ open, isOwn, name }) =>
    texts.graphWords[open.base.title] ?? (open.base.title || (isOwn ? texts.top.untitled : name));
}
