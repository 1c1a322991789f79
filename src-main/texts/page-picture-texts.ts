import type { Sentence } from './sentence.ts';

/** The gallery, one picture, two side by side, and pictures that come from elsewhere. */
export interface GalleryTexts {
  readonly count: (pictures: number) => string;
  readonly search: string;
  readonly clearSearch: string;
  readonly graph: string;
  readonly allGraphs: string;
  readonly pack: string;
  readonly allPacks: string;
  readonly untitled: string;
  readonly thumbnails: string;
  readonly list: string;
  readonly nothingFound: Sentence;
  readonly showAll: string;
  readonly selected: (pictures: number) => string;
  readonly selectNone: string;
  readonly open: string;
  readonly compare: string;
  readonly openGraph: string;
  readonly useAsInput: string;
  readonly useValues: string;
  readonly copy: string;
  readonly copied: string;
  readonly cannotCopy: string;
  readonly download: string;
  readonly showFile: string;
  readonly remove: string;
  readonly removed: (pictures: number) => string;
  readonly undo: string;
  readonly usedAs: (input: string) => string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly details: string;
  readonly prompt: string;
  readonly madeBy: string;
  readonly packs: string;
  readonly fileSize: string;
  readonly took: string;
  readonly made: string;
  readonly loading: string;
  readonly compareHeading: string;
  readonly divider: string;
  readonly dividerAt: (percent: number) => string;
  readonly slider: string;
  readonly sideBySide: string;
  readonly swap: string;
  readonly first: string;
  readonly second: string;
  readonly offeredHeading: (pictures: number) => string;
  readonly offeredAbout: (pictures: number) => string;
  readonly chooseOne: string;
  readonly takeAs: (input: string) => string;
  readonly noInput: Sentence;
  readonly cancel: string;
  readonly tooManyFiles: (most: number) => string;
  readonly tooManyDownloads: (most: number) => string;
}

/** A table of pictures, one for each pair of values. */
export interface GridTexts {
  readonly heading: string;
  readonly open: string;
  readonly about: string;
  readonly columns: string;
  readonly rows: string;
  readonly noRows: string;
  readonly valuesOf: (label: string) => string;
  readonly numbersHelp: string;
  readonly linesHelp: string;
  readonly seedsHelp: string;
  readonly noFields: Sentence;
  readonly mistakes: Readonly<
    Record<'empty' | 'notANumber' | 'outside' | 'tooMany' | 'badRange', (part: string) => string>
  >;
  readonly sameInput: string;
  readonly tooManyCells: (most: number) => string;
  readonly run: (pictures: number) => string;
  /** While it cannot be said how many. */
  readonly runNone: string;
  readonly size: (columns: number, rows: number) => string;
  readonly progress: (done: number, total: number) => string;
  readonly failed: (cells: number) => string;
  readonly again: string;
  readonly back: string;
  readonly retry: string;
  readonly retryFailed: string;
  readonly cancelRest: string;
  readonly export: string;
  readonly exported: string;
  readonly exportedSmaller: (percent: number) => string;
  readonly cannotExport: string;
  readonly cell: (column: string, row: string) => string;
  readonly removedPicture: string;
  readonly yes: string;
  readonly no: string;
}
