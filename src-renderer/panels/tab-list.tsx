interface Props<T extends string> {
  /** Begins the ids of its tabs; that of a tab's panel is `panelId`. */
  readonly id: string;
  readonly panelId: string;
  readonly tabs: readonly T[];
  readonly tab: T;
  readonly onTab: (tab: T) => void;
  readonly labelOf: (tab: T) => string;
  readonly countOf?: (tab: T) => number;
  /** What they are tabs of: its own words, or the id of what says it. */
  readonly label?: string;
  readonly labelledBy?: string;
}

/** Tabs of one panel: arrow keys go from one to the next. */
export function TabList<T extends string>(props: Props<T>) {
  const { id, panelId, tabs, tab, onTab, labelOf, countOf, label, labelledBy } = props;
  const go = (by: number): void => {
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!;
    onTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} aria-labelledby={labelledBy}>
      {tabs.map((name) => {
        const count = countOf?.(name) ?? 0;
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={tab === name}
            aria-controls={panelId}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => onTab(name)}
            onKeyDown={(event) => {
              const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
              if (by === undefined) return;
              event.preventDefault();
              go(by);
            }}
          >
            {labelOf(name)}
            {count > 0 && <span className="count">{count}</span>}
          </button>
        );
      })}
    </div>
  );
}
