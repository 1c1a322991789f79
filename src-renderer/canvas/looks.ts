import type { GraphNode } from '../../src-main/model/graph.ts';
import type { NodeWords } from '../../src-main/texts/node-words.ts';
import type { CanvasSlot } from './canvas-node.ts';
import type { Pictures } from './pictures.ts';
import type { NodeStatus } from './status.ts';
import type { Theme } from './theme.ts';

/** All that a node's looks come from. */
export interface Looks {
  readonly theme: Theme;
  readonly words: NodeWords | null;
  readonly title: string;
  readonly status: NodeStatus | null;
  readonly isSelected: boolean;
  readonly isHovered: boolean;
  /** Inputs that are linked; their values are not shown. */
  readonly isLinked: (input: string) => boolean;
  /** Whether the seed of an input is kept; null where the form does not offer it. */
  readonly isLocked: (node: GraphNode, input: string) => boolean | null;
  /** Of what is being dragged: slots that do not fit are faint. */
  readonly fits: (slot: CanvasSlot, isInput: boolean) => boolean;
  readonly pictures: Pictures;
  /** Zoomed out so far that text cannot be read. */
  readonly isSmall: boolean;
  readonly say: { readonly unknown: string; readonly reused: string; readonly seconds: (s: string) => string };
}
