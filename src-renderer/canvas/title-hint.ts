import type { Graph } from '../../src-main/model/graph.ts';
import { groupTitleHeight } from '../session/ground.ts';
import type { CanvasNode, PointerAt } from './canvas-node.ts';
import { isCut } from './canvas-text.ts';
import { groundAt } from './ground-hands.ts';
import type { Theme } from './theme.ts';

export interface HintLooks {
  readonly ctx: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** Zoomed out so far that text cannot be read. */
  readonly isSmall: boolean;
}

const pad = 12;
/** The mark before the title of a node. */
const mark = 16;
/** What a step says of itself at the other end. */
const state = 64;

/** The whole title of the node or group whose title is pointed at, where not all of it can be read; else ''. */
export function titleHint(
  { canvasX, canvasY }: PointerAt,
  node: CanvasNode | null,
  graph: Graph,
  titleOf: (id: string) => { readonly title: string; readonly hasState: boolean },
  { ctx, theme, isSmall }: HintLooks,
): string {
  if (node) {
    if (canvasY >= node.pos[1]) return '';
    const { title, hasState } = titleOf(node.key);
    const room = (node.form?.width ?? 0) - 2 * pad - mark - (hasState ? state : 0);
    return isSmall || isCut(ctx, `600 13px ${theme.font}`, title, room) ? title : '';
  }
  const hit = groundAt(graph, [canvasX, canvasY]);
  const group = hit?.mark.kind === 'group' ? graph.groups[hit.mark.id] : undefined;
  if (!group || canvasY > group.at[1] + groupTitleHeight) return '';
  return isSmall || isCut(ctx, `600 14px ${theme.font}`, group.title, group.size[0] - 2 * pad) ? group.title : '';
}
