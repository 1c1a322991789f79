import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { RunListing } from '../../src-main/contract/calls.ts';
import { placeBefore, type RunList } from '../session/run-list.ts';
import { type Drag, useDragRows } from './drag-rows.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { QueueRow } from './queue-row.tsx';

const rowPx = 56;

/** However many runs there are, only those in sight are drawn, and only their pages are asked for. */
export function QueueRows({ list }: { list: RunList }) {
  const studio = useStudio();
  const { texts } = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const { total, rows } = useCell(list.state);
  const count = total ?? 0;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 6,
  });
  const shown = virtual.getVirtualItems();
  const [first, end] = [shown[0]?.index ?? 0, (shown.at(-1)?.index ?? 0) + 1];
  useEffect(() => list.show(first, Math.max(end, 1)), [list, first, end]);

  /** Puts a waiting run before the row that is at `to` now. */
  const move = (row: RunListing, to: number): void => {
    const where = placeBefore(list.state.get(), new Set([row.runId]), to);
    if (where === null) return;
    list.moved([row.runId], where);
    void studio.act((calls) => calls.move([row.runId], where));
  };
  const drag: Drag = useDragRows({ scroller, rowPx, count, onDrop: (from, to) => rows[from] && move(rows[from], to) });

  return (
    <div ref={scroller} className="queue-scroll">
      <ul className="queue-rows" aria-label={texts.queue.list} style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => (
          <li
            key={rows[index]?.runId ?? index}
            aria-setsize={count}
            aria-posinset={index + 1}
            className={`queue-place ${drag.from === index ? 'dragged' : ''}`}
            style={{ transform: `translateY(${start}px)` }}
          >
            {rows[index] ? (
              <QueueRow
                row={rows[index]}
                handle={drag.handle(index)}
                onMoveBy={(by) => {
                  const to = index + (by < 0 ? -1 : 2);
                  if (to < 0 || to > count || !rows[index]) return;
                  move(rows[index], to);
                  studio.notices.say(({ queue }) => queue.movedTo(index + by + 1));
                }}
              />
            ) : (
              <div className="placeholder row" />
            )}
          </li>
        ))}
        {drag.to !== null && (
          <li className="drop-line" aria-hidden style={{ transform: `translateY(${drag.to * rowPx}px)` }} />
        )}
      </ul>
    </div>
  );
}
