import type { colorNames } from '../model/colors.ts';

/** What the canvas of a graph says beside its nodes. */
export interface CanvasTexts {
  readonly noFit: (output: string, node: string) => string;
  readonly wrongType: (output: string, input: string) => string;
  readonly circle: string;
  readonly searchChoices: string;
  readonly noChoice: string;
  readonly rename: string;
  readonly nodeTitle: string;
  readonly color: string;
  readonly noColor: string;
  readonly colors: Readonly<Record<(typeof colorNames)[number], string>>;
  readonly group: string;
  readonly groupTitle: string;
  readonly newGroup: string;
  readonly ungroup: string;
  readonly removeWithNodes: string;
  readonly menu: string;
  readonly addNote: string;
  readonly note: string;
  readonly noteEmpty: string;
  readonly editNote: string;
  readonly removeNote: string;
  readonly addPoint: string;
  readonly removePoint: string;
  readonly removePoints: string;
  readonly align: string;
  readonly alignTo: Readonly<Record<'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom', string>>;
  readonly spread: Readonly<Record<'across' | 'down', string>>;
  readonly snap: string;
  readonly minimap: string;
  readonly fitSelection: string;
  readonly selectionHelp: string;
}
