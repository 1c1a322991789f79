import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef } from 'react';
import type { RunId } from '../../src-main/model/ids.ts';
import type { RunList } from '../session/run-list.ts';
import type { RunSelection } from '../session/run-selection.ts';
import { type Drag, useDragRows } from './drag-rows.ts';
import { useCell, useTexts } from './place.tsx';
import { QueueLine } from './queue-line.tsx';
import type { QueueTab } from './queue-panel.tsx';

interface Props {
  readonly list: RunList;
  readonly tab: QueueTab;
  readonly selection: RunSelection;
  /** The run that is looked at, by its place. */
  readonly at: number;
  readonly onAt: (at: number) => void;
  /** Puts what is picked, or this row where it is not, before the row that is at `to` now. */
  readonly onMove: (from: number, to: number) => void;
  readonly onCancel: () => void;
}

const rowPx = 48;

/** Runs as a table of which only the rows in sight are drawn. The focus is the table's: arrow keys go through its rows. */
export function QueueTable({ list, tab, selection, at, onAt, onMove, onCancel }: Props) {
  const { texts } = useTexts();
  const said = texts.queuePage;
  const id = useId();
  const scroller = useRef<HTMLTableSectionElement>(null);
  const { total, rows } = useCell(list.state);
  const picked = useCell(selection.ids);
  const count = total ?? 0;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const [first, end] = [shown[0]?.index ?? 0, (shown.at(-1)?.index ?? 0) + 1];
  useEffect(() => list.show(first, Math.max(end, 1)), [list, first, end]);
  const drag: Drag = useDragRows({ scroller, rowPx, count, onDrop: onMove });
  const running = Object.entries(rows).filter(([, { state }]) => state === 'running');
  const placeOf = (index: number): number | null =>
    rows[index]?.state === 'queued' ? index + 1 - running.filter(([key]) => Number(key) < index).length : null;

  const go = (to: number, extend: boolean): void => {
    const next = Math.min(count - 1, Math.max(0, to));
    onAt(next);
    virtual.scrollToIndex(next);
    if (extend) void selection.extend(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const work = keyWork(event);
    if (!work) return;
    event.preventDefault();
    work();
  };
  const keyWork = ({ key, altKey, shiftKey, ctrlKey, metaKey }: KeyboardEvent): (() => void) | null => {
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[key];
    if (by !== undefined && altKey) return () => moveBy(by < 0 ? -1 : 1);
    if (by !== undefined) return () => go(at + by, shiftKey);
    if (key === 'Home') return () => go(0, shiftKey);
    if (key === 'End') return () => go(count - 1, shiftKey);
    if (key === ' ') return () => void selection.toggle(at);
    if (key === 'a' && (ctrlKey || metaKey)) return () => void selection.all();
    if (key === 'Escape' && picked.size > 0) return selection.clear;
    if (key === 'Delete') return onCancel;
    return null;
  };
  const moveBy = (by: -1 | 1): void => {
    const to = at + (by < 0 ? -1 : 2);
    if (to < 0 || to > count) return;
    onMove(at, to);
    onAt(Math.min(count - 1, Math.max(0, at + by)));
  };
  const onClick = (event: MouseEvent, index: number): void => {
    onAt(index);
    if (event.shiftKey) void selection.extend(index);
    else if (event.ctrlKey || event.metaKey) void selection.toggle(index);
  };
  const isPicked = (runId: RunId | undefined): boolean => runId !== undefined && picked.has(runId);
  const { columns } = said;

  return (
    <>
      <p id={`${id}-keys`} className="visually-hidden">
        {said.keys}
      </p>
      <table
        className="queue-table"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table whose rows the keys go through.
        role="grid"
        aria-label={said.table}
        aria-describedby={`${id}-keys`}
        aria-rowcount={count + 1}
        aria-multiselectable
        aria-activedescendant={rows[at] ? `${id}-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr className="queue-line head" aria-rowindex={1}>
            <th scope="col">
              <input
                type="checkbox"
                aria-label={said.selectAll}
                checked={count > 0 && picked.size === count}
                onChange={(event) => void (event.target.checked ? selection.all() : selection.clear())}
              />
            </th>
            <th scope="col" />
            <th scope="col" aria-label={columns.picture} />
            <th scope="col">{columns.run}</th>
            <th scope="col" className="graph-cell">
              {columns.graph}
            </th>
            <th scope="col">{columns.tier}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.progress}</th>
            <th scope="col" className="time-cell submitted-cell">
              {columns.submitted}
            </th>
            <th scope="col" className="time-cell">
              {tab === 'over' ? columns.ended : columns.ends}
            </th>
            <th scope="col">{columns.where}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody ref={scroller} className="queue-scroll">
          <tr aria-hidden className="spacer" style={{ height: virtual.getTotalSize() }} />
          {shown.map(({ index, start }) => {
            const row = rows[index];
            return (
              <tr
                key={row?.runId ?? index}
                id={`${id}-${index}`}
                aria-rowindex={index + 2}
                aria-selected={isPicked(row?.runId)}
                className={`queue-line ${row?.state ?? ''} ${index === at ? 'at' : ''} ${drag.from === index ? 'dragged' : ''}`}
                style={{ transform: `translateY(${start}px)` }}
                onClick={(event) => onClick(event, index)}
              >
                {row ? (
                  <QueueLine
                    row={row}
                    place={placeOf(index)}
                    isPicked={isPicked(row.runId)}
                    onPick={() => void selection.toggle(index)}
                    handle={drag.handle(index)}
                  />
                ) : (
                  <td className="placeholder row" />
                )}
              </tr>
            );
          })}
          {drag.to !== null && (
            <tr aria-hidden className="drop-line" style={{ transform: `translateY(${drag.to * rowPx}px)` }} />
          )}
        </tbody>
      </table>
    </>
  );
}
