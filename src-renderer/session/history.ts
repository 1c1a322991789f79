import { applyPatches, enablePatches, type Patch, produceWithPatches } from 'immer';
import { type Cell, cell } from './cell.ts';

enablePatches();

/** What undo and redo would do next: the labels of the gestures, or null. */
export interface Undoable {
  readonly undo: string | null;
  readonly redo: string | null;
}

/**
 * A value and everything that was done to it. A gesture begins with `mark`; all edits until the next mark are one step
 * of undo, however many there are. What is undone is data (patches), so nothing is copied and nothing is called twice.
 */
export interface History<T> {
  readonly value: Cell<T>;
  readonly undoable: Cell<Undoable>;
  /**
   * Begins a gesture. With a key, a mark of the same key goes on with the gesture that is open: typing into one field
   * is one step until something else is done, or the field is left.
   */
  mark(label: string, key?: string): void;
  edit(recipe: (draft: T) => void): void;
  /** Ends the gesture: the next mark of the same key is another step. */
  close(): void;
  /** Takes back the open gesture and forgets it. One that changed nothing leaves the step before it alone. */
  bail(): void;
  undo(): boolean;
  redo(): boolean;
  /** A change that no person made, such as the seed of the next run: it is no step. */
  amend(recipe: (draft: T) => void): void;
  /** Hears every change with its patches, whatever made it. */
  onChange(listener: (next: T, patches: readonly Patch[]) => void): () => void;
}

export type { Patch };

interface Step {
  readonly label: string;
  forth: Patch[];
  back: Patch[];
}

interface Gesture {
  readonly label: string;
  readonly key: string | null;
  /** Null until it changed something. */
  step: Step | null;
  /** What could be redone before it, which comes back when it is bailed out of. */
  undone: Step[];
}

/** Whether a step set one value and these set it again: a slider that is dragged is one patch, however long. */
const replacesAgain = ({ forth: [first, ...others] }: Step, [again, ...more]: readonly Patch[]): boolean =>
  first !== undefined &&
  again?.op === 'replace' &&
  first.op !== 'remove' &&
  others.length + more.length === 0 &&
  first.path.length === again.path.length &&
  first.path.every((part, i) => part === again.path[i]);

export function history<T extends object>(first: T): History<T> {
  const value = cell(first);
  const undoable = cell<Undoable>({ undo: null, redo: null });
  const done: Step[] = [];
  let undone: Step[] = [];
  let open: Gesture | null = null;
  const listeners = new Set<(next: T, patches: readonly Patch[]) => void>();

  const show = (next: T, patches: readonly Patch[]): void => {
    const [undo, redo] = [done.at(-1)?.label ?? null, undone.at(-1)?.label ?? null];
    const known = undoable.get();
    if (known.undo !== undo || known.redo !== redo) undoable.set({ undo, redo });
    if (next === value.get()) return;
    value.set(next);
    for (const listener of [...listeners]) listener(next, patches);
  };
  const apply = (patches: readonly Patch[]): void => show(applyPatches(value.get(), patches as Patch[]), patches);

  return {
    value,
    undoable,
    mark(label, key) {
      if (open && key !== undefined && open.key === key) return;
      open = { label, key: key ?? null, step: null, undone: [] };
    },
    edit(recipe) {
      const [next, forth, back] = produceWithPatches(value.get(), (draft) => void recipe(draft as T));
      if (forth.length === 0) return;
      open ??= { label: '', key: null, step: null, undone: [] };
      if (open.step && replacesAgain(open.step, forth))
        open.step.forth = [{ ...open.step.forth[0]!, value: forth[0]!.value }];
      else if (open.step) {
        open.step.forth.push(...forth);
        open.step.back.unshift(...back);
      } else {
        open.step = { label: open.label, forth, back };
        open.undone = undone;
        undone = [];
        done.push(open.step);
      }
      show(next, forth);
    },
    close() {
      open = null;
    },
    bail() {
      const gesture = open;
      open = null;
      if (!gesture?.step) return;
      done.pop();
      undone = gesture.undone;
      apply(gesture.step.back);
    },
    undo() {
      open = null;
      const step = done.pop();
      if (!step) return false;
      undone.push(step);
      apply(step.back);
      return true;
    },
    redo() {
      open = null;
      const step = undone.pop();
      if (!step) return false;
      done.push(step);
      apply(step.forth);
      return true;
    },
    amend(recipe) {
      const [next, forth] = produceWithPatches(value.get(), (draft) => void recipe(draft as T));
      show(next, forth);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
