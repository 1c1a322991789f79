import { ArrowDownToLine, ArrowUpToLine, type LucideIcon, Pause, Play, RotateCcw, X } from 'lucide-react';
import { useEffect, useId, useMemo, useState } from 'react';
import type { Asked } from '../../src-main/contract/calls.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { type Tier, tiers } from '../../src-main/model/run.ts';
import type { QueuePageTexts } from '../../src-main/texts/page-queue-texts.ts';
import { placeBefore, type RunList } from '../session/run-list.ts';
import { type RunSelection, runSelection } from '../session/run-selection.ts';
import type { StudioCalls } from '../session/studio-calls.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { EmptyQueue, PausedNote, QueueButtons, type QueueTab, QueueTabs } from './queue-panel.tsx';
import { QueueTable } from './queue-table.tsx';
import { RunExplanation } from './run-explanation.tsx';

/** The queue as a whole page: every run with what is known of it, what is done to several, and why one is where it is. */
export function QueuePage() {
  const studio = useStudio();
  const { texts } = useTexts();
  const heading = useId();
  const [tab, setTab] = useState<QueueTab>('waiting');
  const [tier, setTier] = useState<Tier | null>(null);
  const list = studio.queue[tab];
  useEffect(() => {
    list.only(tier);
    // The queue beside the stage shows every run.
    return () => list.only(null);
  }, [list, tier]);
  return (
    <section className="wide-panel queue-page" aria-labelledby={heading}>
      <header className="wide-head">
        <h2 id={heading}>{texts.queue.heading}</h2>
        <QueueTabs heading={heading} tab={tab} onTab={setTab} />
        <TierFilter tier={tier} onTier={setTier} />
        <span className="spring" />
        <QueueButtons />
      </header>
      <PausedNote />
      <div className="queue-page-body" id={`${heading}-list`} role="tabpanel" aria-labelledby={`${heading}-${tab}`}>
        <Runs key={`${tab} ${tier}`} list={list} tab={tab} tier={tier} />
      </div>
    </section>
  );
}

function TierFilter({ tier, onTier }: { tier: Tier | null; onTier: (tier: Tier | null) => void }) {
  const { texts } = useTexts();
  return (
    <select
      className="input tier-filter"
      aria-label={texts.queuePage.filter}
      value={tier ?? ''}
      onChange={({ target }) => onTier(tiers.find((one) => one === target.value) ?? null)}
    >
      <option value="">{texts.queuePage.everyTier}</option>
      {tiers.map((one) => (
        <option key={one} value={one}>
          {texts.tiers[one]}
        </option>
      ))}
    </select>
  );
}

interface RunsProps {
  readonly list: RunList;
  readonly tab: QueueTab;
  readonly tier: Tier | null;
}

function Runs({ list, tab, tier }: RunsProps) {
  const studio = useStudio();
  const { texts } = useTexts();
  const { total, rows, problems } = useCell(list.state);
  const selection = useMemo(() => runSelection(list), [list]);
  const [at, setAt] = useState(0);
  const [isExplaining, setExplaining] = useState(false);
  const row = rows[at];

  // A run that left the list is not picked any more; where some rows are not here, nobody knows.
  useEffect(() => {
    const known = new Set(Object.values(rows).map(({ runId }) => runId));
    if (known.size === total) selection.drop([...selection.ids.get()].filter((id) => !known.has(id)));
  }, [rows, total, selection]);

  const inOrder = (ids: ReadonlySet<RunId>): RunId[] => {
    const places = new Map(Object.entries(rows).map(([key, { runId }]) => [runId, Number(key)]));
    return [...ids].sort(
      (a, b) => (places.get(a) ?? Number.POSITIVE_INFINITY) - (places.get(b) ?? Number.POSITIVE_INFINITY),
    );
  };
  const move = (ids: RunId[], to: Asked<'runs.move'>['to']): void => {
    list.moved(ids, to);
    void studio.act((calls) => calls.move(ids, to));
  };
  const moveFrom = (from: number, to: number): void => {
    const moved = rows[from];
    if (!moved) return;
    const picked = selection.ids.get();
    const ids = picked.has(moved.runId) ? picked : new Set([moved.runId]);
    const where = placeBefore(list.state.get(), ids, to);
    if (where !== null) move(inOrder(ids), where);
  };
  const cancel = (): void => {
    const picked = selection.ids.get();
    const ids = picked.size > 0 ? inOrder(picked) : row ? [row.runId] : [];
    if (tab === 'waiting' && ids.length > 0) void studio.act((calls) => inPortions(ids, calls.cancel));
  };

  if (total === 0)
    return tier === null ? <EmptyQueue tab={tab} /> : <p className="empty-note">{texts.queuePage.emptyTier}</p>;
  return (
    <>
      <div className="queue-page-main">
        <ProblemNote problems={problems.filter(({ code }) => code !== 'port.closed')} />
        <PickedBar tab={tab} selection={selection} idsOf={inOrder} onMove={move} />
        <QueueTable
          list={list}
          tab={tab}
          selection={selection}
          at={at}
          onAt={(next) => {
            setAt(next);
            setExplaining(true);
          }}
          onMove={moveFrom}
          onCancel={cancel}
        />
      </div>
      {isExplaining && row && (
        <RunExplanation row={row} rows={Object.values(rows)} onClose={() => setExplaining(false)} />
      )}
    </>
  );
}

/** As many as the core takes at once. */
const mostAtOnce = 1_000;

async function inPortions(ids: readonly RunId[], work: (ids: RunId[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < ids.length; from += mostAtOnce) await work(ids.slice(from, from + mostAtOnce));
}

interface PickedProps {
  readonly tab: QueueTab;
  readonly selection: RunSelection;
  readonly idsOf: (ids: ReadonlySet<RunId>) => RunId[];
  readonly onMove: (ids: RunId[], to: 'front' | 'back') => void;
}

/** What can be done to the runs that are picked. */
function PickedBar({ tab, selection, idsOf, onMove }: PickedProps) {
  const studio = useStudio();
  const { texts } = useTexts();
  const picked = useCell(selection.ids);
  const said = texts.queuePage;
  if (picked.size === 0) return null;
  const ids = idsOf(picked);
  const act = (
    done: keyof QueuePageTexts['done'],
    work: (calls: StudioCalls) => (ids: RunId[]) => Promise<unknown>,
  ): void =>
    void studio.act(async (calls) => {
      await inPortions(ids, work(calls));
      studio.notices.say(({ queuePage }) => queuePage.done[done](ids.length));
    });
  return (
    <div className="picked-bar" role="toolbar" aria-label={said.selected(picked.size)}>
      <strong>{said.selected(picked.size)}</strong>
      {tab === 'waiting' ? (
        <>
          <Order icon={ArrowUpToLine} label={texts.queue.toFront} onClick={() => onMove(ids, 'front')} />
          <Order icon={ArrowDownToLine} label={texts.queue.toBack} onClick={() => onMove(ids, 'back')} />
          <Order icon={Pause} label={texts.queue.pauseRun} onClick={() => act('paused', ({ pause }) => pause)} />
          <Order icon={Play} label={texts.queue.resumeRun} onClick={() => act('resumed', ({ resume }) => resume)} />
          <Order icon={X} label={texts.queue.cancel} onClick={() => act('cancelled', ({ cancel }) => cancel)} danger />
        </>
      ) : (
        <Order icon={RotateCcw} label={texts.queue.retry} onClick={() => act('retried', ({ retry }) => retry)} />
      )}
      <span className="spring" />
      <Order icon={X} label={said.clearSelection} onClick={selection.clear} />
    </div>
  );
}

interface OrderProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly danger?: boolean;
}

function Order({ icon: Icon, label, onClick, danger = false }: OrderProps) {
  return (
    <button type="button" className={`bar-button ${danger ? 'danger' : ''}`} onClick={onClick}>
      <Icon size={16} aria-hidden />
      {label}
    </button>
  );
}
