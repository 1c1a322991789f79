import { X } from 'lucide-react';
import { useState } from 'react';
import { closeTab, movedTab, tabBeside } from '../session/tabs.ts';
import { useCell, usePlace, useTexts } from './place.tsx';
import { useTitleOf } from './template-title.ts';
import { useCommands } from './use-commands.ts';

/** The graphs that are open, in an order that is dragged. */
export function TabStrip() {
  const { studio, savedFiles } = usePlace();
  const { texts } = useTexts();
  const { preferences } = studio;
  const { tabs, template: shown, panel } = useCell(preferences.state);
  const templates = useCell(studio.templates);
  const titleOf = useTitleOf();
  const saved = useCell(savedFiles.saved);
  const [dragged, setDragged] = useState<string | null>(null);
  const open = tabs.flatMap((name) => templates.find((one) => one.name === name) ?? []);

  const show = (name: string | null): void => {
    if (name === null) return;
    studio.openTemplate(name);
    preferences.change({ panel: 'create' });
  };
  const close = (name: string): void => {
    if (tabs.length > 1) show(closeTab(preferences, name));
  };
  useCommands({
    'file.next': () => show(tabBeside(preferences, 1)),
    'file.previous': () => show(tabBeside(preferences, -1)),
    ...(tabs.length > 1 && shown !== null ? { 'file.close': () => close(shown) } : {}),
  });

  return (
    <div className="tab-strip" role="tablist" aria-label={texts.top.tabs}>
      {open.map((one) => {
        const isShown = one.name === shown;
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: dragging and the middle button are the mouse's; keys have the tab.
          <div
            key={one.name}
            className={`graph-tab ${isShown && panel === 'create' ? 'shown' : ''}`}
            role="presentation"
            draggable
            onDragStart={() => setDragged(one.name)}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              if (dragged !== one.name) preferences.change({ tabs: beside(tabs, dragged, one.name) });
            }}
            onAuxClick={(event) => event.button === 1 && close(one.name)}
          >
            <button
              type="button"
              role="tab"
              aria-selected={isShown}
              title={titleOf(one)}
              tabIndex={isShown ? 0 : -1}
              onClick={() => show(one.name)}
              onKeyDown={(event) => {
                const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined;
                if (step === undefined) return;
                show(tabBeside(preferences, step));
                event.currentTarget.closest('[role=tablist]')?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
              }}
            >
              {titleOf(one)}
              {saved.get(one.name)?.isCurrent === false && (
                <span className="unsaved" role="img" aria-label={texts.top.notSaved(saved.get(one.name)!.fileName)} />
              )}
            </button>
            {open.length > 1 && (
              <button
                type="button"
                className="close-tab"
                tabIndex={-1}
                aria-label={texts.top.closeTab(titleOf(one))}
                onClick={() => close(one.name)}
              >
                <X size={12} aria-hidden />
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

/** A tab that is dragged over another takes its place; which side depends on where it comes from. */
function beside(tabs: readonly string[], moved: string, over: string): readonly string[] {
  const isForward = tabs.indexOf(moved) < tabs.indexOf(over);
  return movedTab(tabs, moved, isForward ? (tabs[tabs.indexOf(over) + 1] ?? null) : over);
}
