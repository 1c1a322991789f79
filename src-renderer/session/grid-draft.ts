import type { Json } from '../../src-main/model/json.ts';
import { type Field, valueIn } from './fields.ts';
import { type GridAxis, mostCells } from './grid.ts';
import { entryOf, type GridMistake, isGridField, readValues } from './grid-values.ts';
import type { OpenGraph } from './open-graph.ts';

/** One side of a grid as a person has entered it so far. */
export interface DraftAxis {
  readonly field: Field;
  readonly text: string;
  readonly ticked: readonly Json[];
}

/** A grid that is ready to run, or what keeps it from that. */
export type GridPlan =
  | { readonly ok: true; readonly columns: GridAxis; readonly rows: GridAxis | null; readonly cells: number }
  | {
      readonly ok: false;
      readonly columns: GridMistake | null;
      readonly rows: GridMistake | null;
      readonly of?: 'same' | 'cells';
    };

/** Inputs of the form that a grid can go through. */
export const gridFields = (open: OpenGraph): readonly Field[] => open.fields.get().filter(isGridField);

/** The field that comes to mind first: how long or how strongly it is drawn, else any number that is no seed. */
export const firstField = (fields: readonly Field[]): Field | undefined =>
  fields.find(({ input }) => input === 'steps') ??
  fields.find(({ spec }) => spec.kind === 'int' || spec.kind === 'float') ??
  fields[0];

/** Begins with the value that the form has, or with every choice. */
export function draftOf(open: OpenGraph, field: Field): DraftAxis {
  const { values } = open.form.get();
  const now = valueIn(field, values);
  const { spec } = field;
  if (entryOf(field) !== 'ticks') return { field, text: String(now ?? ''), ticked: [] };
  return {
    field,
    text: '',
    ticked: spec.kind === 'choice' ? spec.choices : spec.kind === 'bool' ? [false, true] : [now],
  };
}

function axisOf({ field, text, ticked }: DraftAxis): GridAxis | GridMistake {
  const { name, label } = field;
  if (entryOf(field) === 'ticks')
    return ticked.length > 0 ? { name, label, values: ticked } : { code: 'empty', part: '' };
  const read = readValues(field, text);
  return read.ok ? { name, label, values: read.values } : read.mistake;
}

const isMistake = (side: GridAxis | GridMistake | null): side is GridMistake => side !== null && 'code' in side;

export function planOf(across: DraftAxis, down: DraftAxis | null): GridPlan {
  const [columns, rows] = [axisOf(across), down && axisOf(down)];
  if (isMistake(columns) || isMistake(rows))
    return { ok: false, columns: isMistake(columns) ? columns : null, rows: isMistake(rows) ? rows : null };
  const nothing = { ok: false, columns: null, rows: null } as const;
  if (rows?.name === columns.name) return { ...nothing, of: 'same' };
  const cells = columns.values.length * (rows?.values.length ?? 1);
  return cells > mostCells ? { ...nothing, of: 'cells' } : { ok: true, columns, rows, cells };
}
