import { useEffect, useRef } from 'react';
import { matchKeyBindingPress, parseKeybinding } from 'tinykeys';
import { type CommandId, commandIds, type Handlers, scopeOf } from '../session/commands.ts';
import { useStudio } from './place.tsx';

/** While the component is shown, these commands are its business. Null where it can do none of them just now. */
export function useCommands(handlers: Handlers | null): void {
  const { commands } = useStudio();
  const latest = useRef(handlers);
  latest.current = handlers;
  const ids = Object.keys(handlers ?? {}).join();
  useEffect(() => {
    if (ids === '') return;
    const entries = ids.split(',').map((id) => [id, () => latest.current?.[id as CommandId]?.()]);
    return commands.handle(Object.fromEntries(entries) as Handlers);
  }, [commands, ids]);
}

/** Where a person writes, the browser's own undo is what they mean. */
export const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(target.type)));

const isGraph = (target: EventTarget | null): boolean =>
  target instanceof HTMLCanvasElement && target.closest('.graph-canvas') !== null;

const isFloating = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') !== null;

function counts(id: CommandId, target: EventTarget | null): boolean {
  const scope = scopeOf(id);
  if (scope === 'everywhere') return true;
  return scope === 'canvas' ? isGraph(target) : !isWriting(target) && !isFloating(target);
}

/** One listener for all keys of all commands. */
export function useCommandKeys(): void {
  const { commands } = useStudio();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const { bindings } = commands;
      const id = commandIds.find(
        (one) => counts(one, event.target) && bindings.get()[one].some((keys) => isPressed(keys, event)),
      );
      if (id === undefined) return;
      // A key that is held down moves, but does nothing twice that takes a decision.
      const isHeld = event.repeat && !repeated.has(id);
      if (isHeld || commands.run(id)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [commands]);
}

const repeated: ReadonlySet<CommandId> = new Set(['graph.undo', 'graph.redo', 'graph.zoomIn', 'graph.zoomOut']);

function isPressed(keys: string, event: KeyboardEvent): boolean {
  const [press, ...more] = parseKeybinding(keys);
  return press !== undefined && more.length === 0 && matchKeyBindingPress(event, press);
}
