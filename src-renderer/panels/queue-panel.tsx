import { CirclePause, CirclePlay, Ellipsis, ListX, Pause, Play, RotateCcw, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { RunState, Tier } from '../../src-main/model/run.ts';
import { tiers } from '../../src-main/model/run.ts';
import { IconButton } from './icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from './menu.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { QueueRows } from './queue-rows.tsx';
import { TabList } from './tab-list.tsx';

const queueTabs = ['waiting', 'over'] as const;
export type QueueTab = (typeof queueTabs)[number];

export function QueuePanel() {
  const heading = useId();
  const [tab, setTab] = useState<QueueTab>('waiting');
  return (
    <section className="panel queue" aria-labelledby={heading}>
      <QueueHead heading={heading} />
      <QueueTabs heading={heading} tab={tab} onTab={setTab} />
      <div className="queue-list" id={`${heading}-list`} role="tabpanel" aria-labelledby={`${heading}-${tab}`}>
        <QueueList tab={tab} />
      </div>
    </section>
  );
}

/** What is paused, then the runs. */
export function QueueList({ tab }: { tab: QueueTab }) {
  const list = useStudio().queue[tab];
  const { total, problems } = useCell(list.state);
  return (
    <>
      <PausedNote />
      <ProblemNote problems={problems.filter(({ code }) => code !== 'port.closed')} />
      {total === 0 ? <EmptyQueue tab={tab} /> : <QueueRows key={tab} list={list} />}
    </>
  );
}

interface TabsProps {
  readonly heading: string;
  readonly tab: QueueTab;
  readonly onTab: (tab: QueueTab) => void;
}

export function QueueTabs({ heading, tab, onTab }: TabsProps) {
  const { texts } = useTexts();
  const counts = countsOf(useCell(useStudio().queue.status)?.counts);
  return (
    <TabList
      id={heading}
      panelId={`${heading}-list`}
      tabs={queueTabs}
      tab={tab}
      onTab={onTab}
      labelOf={(name) => texts.queue[name]}
      countOf={(name) => counts[name]}
      labelledBy={heading}
    />
  );
}

export function EmptyQueue({ tab }: { tab: QueueTab }) {
  const { texts } = useTexts();
  const empty = tab === 'waiting' ? texts.queue.empty : texts.queue.emptyOver;
  return (
    <div className="empty-note">
      <ListX size={24} aria-hidden />
      <p>
        <strong>{empty.message}</strong>
        {empty.remedy}
      </p>
    </div>
  );
}

export function countsOf(counts: Readonly<Record<RunState, number>> | undefined): Readonly<Record<QueueTab, number>> {
  if (!counts) return { waiting: 0, over: 0 };
  return {
    waiting: counts.running + counts.queued + counts.paused + counts.interrupted,
    over: counts.done + counts.failed + counts.cancelled,
  };
}

function QueueHead({ heading }: { heading: string }) {
  const { texts } = useTexts();
  return (
    <div className="panel-head">
      <h2 id={heading}>{texts.queue.heading}</h2>
      <span className="spring" />
      <QueueButtons />
    </div>
  );
}

/** Pauses and resumes; what else can be done to all of them is in its menu. */
export function QueueButtons() {
  const studio = useStudio();
  const { texts } = useTexts();
  const status = useCell(studio.queue.status);
  const isPaused = status?.paused ?? false;
  const { act, cancelAll, clear, retryFailed } = useQueueActions();
  return (
    <>
      <IconButton
        icon={isPaused ? Play : Pause}
        label={isPaused ? texts.queue.resume : texts.queue.pause}
        pressed={isPaused}
        onClick={() => void act((calls) => (isPaused ? calls.resumeQueue() : calls.pauseQueue()))}
      />
      <Menu trigger={<IconButton icon={Ellipsis} label={texts.queue.menu} />}>
        {tiers.map((tier) => {
          const isTierPaused = status?.pausedTiers.includes(tier) ?? false;
          const say = isTierPaused ? texts.queue.resumeTier : texts.queue.pauseTier;
          return (
            <MenuItem
              key={tier}
              icon={isTierPaused ? CirclePlay : CirclePause}
              onSelect={() => void act((calls) => (isTierPaused ? calls.resumeQueue(tier) : calls.pauseQueue(tier)))}
            >
              {say(texts.tiers[tier])}
            </MenuItem>
          );
        })}
        <MenuSeparator />
        <MenuItem icon={RotateCcw} onSelect={retryFailed} disabled={!status?.counts.failed}>
          {texts.queue.retryFailed}
        </MenuItem>
        <MenuItem icon={Trash2} onSelect={clear} disabled={countsOf(status?.counts).over === 0}>
          {texts.queue.clear}
        </MenuItem>
        <MenuItem icon={ListX} danger onSelect={cancelAll} disabled={countsOf(status?.counts).waiting === 0}>
          {texts.queue.cancelAll}
        </MenuItem>
      </Menu>
    </>
  );
}

function useQueueActions() {
  const studio = useStudio();
  const { act, calls } = studio;
  return {
    act,
    cancelAll: () =>
      void act(async () => {
        for (;;) {
          const { runs } = await calls.runs({ states: ['queued', 'paused', 'interrupted', 'running'], count: 1000 });
          if (runs.length === 0) return;
          await calls.cancel(runs.map(({ runId }) => runId));
          // Running ones leave at their next step; they need no second asking.
          if (runs.every(({ state }) => state === 'running')) return;
        }
      }),
    clear: () =>
      void act(async () => {
        const { removed } = await calls.clear();
        studio.notices.say(({ said }) => said.cleared(removed));
      }),
    retryFailed: () =>
      void act(async () => {
        const { runs } = await calls.runs({ states: ['failed'], count: 1000 });
        if (runs.length > 0) await calls.retry(runs.map(({ runId }) => runId));
      }),
  };
}

export function PausedNote() {
  const { texts } = useTexts();
  const status = useCell(useStudio().queue.status);
  if (!status || (!status.paused && status.pausedTiers.length === 0)) return null;
  const nameOf = (tier: Tier) => texts.tiers[tier];
  return (
    <p className="paused-note" role="status">
      <Pause size={16} aria-hidden />
      {status.paused ? texts.queue.paused : texts.queue.tierPaused(status.pausedTiers.map(nameOf).join(', '))}
    </p>
  );
}
