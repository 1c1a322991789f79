import type { LinkId, NodeId } from '../../src-main/model/ids.ts';
import type { NodeWords } from '../../src-main/texts/node-words.ts';
import type { Area } from '../session/ground.ts';
import type { Mark } from '../session/mark.ts';
import type { Point } from '../session/move.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import type { PointerAt } from './canvas-node.ts';
import type { Refusal } from './gestures.ts';
import type { Looks } from './looks.ts';
import type { Statuses } from './status.ts';

// What the page and the canvas have to say to one another.

/** Where something is on the page, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A link that was let go where nothing is. */
export interface LooseEnd {
  readonly node: NodeId;
  readonly slot: string;
  readonly isOutput: boolean;
}

/** A node with problems that is pointed at, and where its title is. */
export interface Trouble {
  readonly node: NodeId;
  readonly box: Box;
}

/** Something whose words are written where they stand. */
export type Writing = Mark | { readonly kind: 'node'; readonly id: NodeId };

/** What a menu is asked for. */
export type Pointed =
  | { readonly kind: 'node'; readonly id: NodeId }
  | { readonly kind: 'mark'; readonly mark: Mark }
  /** `isPoint`: the link's point of that index, else one that could be put there. */
  | {
      readonly kind: 'link';
      readonly id: LinkId;
      readonly index: number;
      readonly isPoint: boolean;
      readonly at: Point;
    }
  | { readonly kind: 'nothing'; readonly at: Point };

export interface GraphViewOptions {
  readonly element: HTMLCanvasElement;
  readonly open: OpenGraph;
  readonly addresses: { image(digest: string): string; blob(digest: string): string };
  /** A value wants to be edited where it is shown. */
  readonly onEdit: (node: NodeId, input: string, box: Box) => void;
  readonly onPalette: (at: Point, page: PointerAt, loose: LooseEnd | null) => void;
  readonly onMenu: (pointed: Pointed, page: PointerAt) => void;
  readonly onWrite: (what: Writing) => void;
  readonly onRefused: (why: Refusal) => void;
  /** The pointer came to the title of a node with problems, or left it. */
  readonly onTrouble: (trouble: Trouble | null) => void;
}

/** What a person calls things, in the page's language. */
export interface GraphWords {
  readonly nodeOf: (type: string) => NodeWords | null;
  /** Titles that templates give their nodes. */
  readonly titles: Readonly<Record<string, string>>;
  readonly say: Looks['say'];
  readonly noteEmpty: string;
}

export interface GraphView {
  setStatuses(statuses: Statuses): void;
  setWords(words: GraphWords): void;
  /** Whether what is dragged goes by the grid that is drawn; Shift does the same for one drag. */
  setSnap(isOn: boolean): void;
  readTheme(): void;
  /** Brings these nodes, groups and notes, or all there is, into sight. */
  frame(ids?: Iterable<NodeId>, marks?: readonly Mark[]): void;
  /** Moves as little as is needed for these to be in sight. */
  reveal(ids: Iterable<NodeId>): void;
  zoom(by: number): void;
  lookAt(at: Point): void;
  /** The middle of what is in sight, in graph units. */
  middle(): Point;
  inSight(): Area;
  /** Hears of every frame that is drawn. */
  onDrawn(listener: () => void): () => void;
  /** Where the pointer was last, in graph units. */
  pointer(): Point;
  /** A node with its title, in graph units. */
  areaOf(id: NodeId): Area | null;
  /** Where words are written, and how large a graph unit is there. */
  placeOf(what: Writing): { readonly box: Box; readonly scale: number } | null;
  /** The file input of the node at a place of the page; that node is marked until another place is asked about. */
  fileInputAt(page: { clientX: number; clientY: number } | null): { node: NodeId; input: string } | null;
  /** Takes back what a hand is doing. */
  escape(): boolean;
  resize(): void;
  close(): void;
}
