import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import type { MonitoredRun } from '../../src-main/contract/monitor.ts';
import type { PartKey } from '../../src-main/model/ids.ts';
import { shortSpanText } from '../../src-main/texts/amounts.ts';
import { spanText } from '../../src-main/texts/say-page.ts';
import type { Bar, Timeline, TimelineRow } from '../session/timeline.ts';
import { usePartName } from './devices-panel.tsx';
import { useTexts } from './place.tsx';
import { useNodeTitles, useRunWords } from './run-words.ts';

interface Props {
  readonly timeline: Timeline;
  readonly runs: readonly MonitoredRun[];
}

interface Pointed {
  readonly row: number;
  readonly id: string;
  /** Where the bar is on the page. */
  readonly x: number;
  readonly y: number;
}

/** Work over time: a row for each node or device, a bar for each job or call. Arrow keys go from bar to bar. */
export function TimelineView({ timeline, runs }: Props) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const { rows, ticks, cuts } = timeline;
  const [current, setCurrent] = useState({ row: 0, bar: 0 });
  const row = Math.min(current.row, rows.length - 1);
  const bar = Math.min(current.bar, (rows[row]?.bars.length ?? 1) - 1);

  const point = (at: number, id: string, element: HTMLElement): void => {
    const box = element.getBoundingClientRect();
    setPointed({ row: at, id, x: Math.min(box.left + box.width / 2, window.innerWidth - 176), y: box.top });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moved(event.key, rows, row, bar);
    if (!next) return;
    event.preventDefault();
    setCurrent(next);
    place.current?.querySelector<HTMLElement>(`[data-at="${next.row} ${next.bar}"]`)?.focus();
  };
  const shown = pointed && rows[pointed.row];
  const shownBar = shown?.bars.find(({ id }) => id === pointed?.id);
  return (
    // biome-ignore lint/a11y/useSemanticElements: bars at places in rows are a figure; the same as a table is one click away.
    <div
      ref={place}
      className="timeline"
      role="group"
      aria-label={`${said.timeline}. ${said.timelineHelp}`}
      onKeyDown={onKeyDown}
    >
      <div className="timeline-axis" aria-hidden>
        <span />
        <div>
          {ticks.map(({ left, ms }) => (
            <span key={ms} style={{ left: `${100 * left}%` }}>
              {shortSpanText(ms)}
            </span>
          ))}
          {cuts.map(({ left, ms }) => (
            <i
              key={left}
              className="timeline-cut"
              style={{ left: `${100 * left}%` }}
              title={said.cut(spanText(texts, ms))}
            />
          ))}
        </div>
      </div>
      {rows.map((one, at) => (
        <div key={`${one.graphId} ${one.name}`} className="timeline-row" data-name={one.name}>
          <RowName row={one} />
          <div className="timeline-track">
            {ticks.map(({ left, ms }) => (
              <i key={ms} className="timeline-tick" style={{ left: `${100 * left}%` }} />
            ))}
            <div className="timeline-lanes" style={{ height: one.lanes * lanePx(one.lanes) }}>
              {one.bars.map((drawn, index) => (
                <BarButton
                  key={drawn.id}
                  bar={drawn}
                  px={lanePx(one.lanes)}
                  at={`${at} ${index}`}
                  tabIndex={at === row && index === bar ? 0 : -1}
                  label={<Words bar={drawn} row={one} runs={runs} />}
                  onPoint={(element) => point(at, drawn.id, element)}
                  onFocus={() => setCurrent({ row: at, bar: index })}
                  onLeave={() => setPointed(null)}
                />
              ))}
            </div>
          </div>
        </div>
      ))}
      {pointed && shown && shownBar && (
        <div className="timeline-tip" role="tooltip" style={{ left: pointed.x, top: pointed.y }}>
          <Words bar={shownBar} row={shown} runs={runs} />
        </div>
      )}
    </div>
  );
}

/** Where an arrow key leads from a bar; null for other keys, and at the ends. */
function moved(
  key: string,
  rows: readonly TimelineRow[],
  row: number,
  bar: number,
): { row: number; bar: number } | null {
  const bars = rows[row]?.bars ?? [];
  if (key === 'ArrowRight') return bar + 1 < bars.length ? { row, bar: bar + 1 } : null;
  if (key === 'ArrowLeft') return bar > 0 ? { row, bar: bar - 1 } : null;
  if (key === 'Home') return { row, bar: 0 };
  if (key === 'End') return { row, bar: bars.length - 1 };
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const to = row + (key === 'ArrowUp' ? -1 : 1);
  const there = rows[to];
  if (!there) return null;
  const left = bars[bar]?.left ?? 0;
  const distances = there.bars.map((one) => Math.abs(one.left - left));
  return { row: to, bar: distances.indexOf(Math.min(...distances)) };
}

/** Many lanes are thin ones. */
const lanePx = (lanes: number): number => (lanes > 3 ? 8 : 20);

interface BarProps {
  readonly bar: Bar;
  readonly px: number;
  readonly at: string;
  readonly tabIndex: number;
  readonly label: ReactNode;
  readonly onPoint: (element: HTMLElement) => void;
  readonly onFocus: () => void;
  readonly onLeave: () => void;
}

function BarButton({ bar, px, at, tabIndex, label, onPoint, onFocus, onLeave }: BarProps) {
  return (
    <button
      type="button"
      className={`timeline-bar ${bar.state}`}
      data-at={at}
      tabIndex={tabIndex}
      style={{ left: `${100 * bar.left}%`, width: `${100 * bar.width}%`, top: bar.lane * px + 1, height: px - 2 }}
      onPointerEnter={(event) => onPoint(event.currentTarget)}
      onPointerLeave={onLeave}
      onFocus={(event) => {
        onFocus();
        onPoint(event.currentTarget);
      }}
      onBlur={onLeave}
    >
      <span className="visually-hidden">{label}</span>
    </button>
  );
}

function RowName({ row: { name, graphId, count, ms } }: { row: TimelineRow }) {
  const { texts } = useTexts();
  const titleOf = useNodeTitles();
  const title = titleOf(graphId, name);
  return (
    <div className="timeline-name">
      <span className="timeline-title" title={title}>
        {title}
      </span>
      <small>
        {count === 0 ? texts.machine.monitor.states.reused : texts.machine.monitor.together(count, shortSpanText(ms))}
      </small>
    </div>
  );
}

/** All about a bar, in two lines. */
function Words({ bar, row, runs }: { bar: Bar; row: TimelineRow; runs: readonly MonitoredRun[] }) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const titleOf = useNodeTitles();
  const wordsOf = useRunWords();
  const nameOf = usePartName();
  const of = bar.runs.flatMap((id) => runs.find(({ runId }) => runId === id) ?? []);
  const part = nameOf(bar.what as PartKey);
  const title =
    bar.state === 'call'
      ? said.call(part.name, bar.rows)
      : bar.state === 'load'
        ? said.load(part.name)
        : titleOf(row.graphId, bar.what);
  const isJob = bar.state !== 'call' && bar.state !== 'load';
  const facts = [
    bar.calls > 1 ? `${bar.calls} ×` : '',
    isJob ? said.states[bar.state] : '',
    bar.state === 'reused' ? '' : shortSpanText(bar.ms),
    isJob && bar.deviceId !== null ? bar.deviceId : '',
    isJob ? '' : (part.pack ?? ''),
  ];
  return (
    <>
      <strong>{title}</strong>
      <span> {facts.filter(Boolean).join(' · ')}</span>
      {of.length > 0 && <small> {of.slice(0, 3).map(wordsOf).join(', ') + (of.length > 3 ? ' …' : '')}</small>}
    </>
  );
}
