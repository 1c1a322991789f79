import {
  ArrowDownToLine,
  ArrowUpToLine,
  Check,
  CircleSlash,
  Clock,
  Copy,
  Ellipsis,
  GripVertical,
  type LucideIcon,
  Pause,
  Play,
  RotateCcw,
  SlidersHorizontal,
  TriangleAlert,
  X,
} from 'lucide-react';
import type { ComponentProps } from 'react';
import type { QueueStatus, RunListing } from '../../src-main/contract/calls.ts';
import { isOver, type RunState } from '../../src-main/model/run.ts';
import type { PageTexts } from '../../src-main/texts/page-texts.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { agoText, spanText } from '../../src-main/texts/say-page.ts';
import { copyText } from './copy-text.ts';
import { IconButton } from './icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from './menu.tsx';
import { useNamesOf } from './names.ts';
import { useCell, usePlace, useStudio, useTexts } from './place.tsx';
import { ProgressRing } from './progress-ring.tsx';
import { useRunWords } from './run-words.ts';

interface Props {
  readonly row: RunListing;
  readonly handle: ComponentProps<'button'>;
  readonly onMoveBy: (by: -1 | 1) => void;
}

export function QueueRow({ row, handle, onMoveBy }: Props) {
  const { texts } = useTexts();
  const { act } = useStudio();
  const words = useRunWords()(row);
  const { runId, state } = row;
  const canMove = state === 'queued' || state === 'paused';
  return (
    <div className={`queue-row ${state}`}>
      {canMove ? (
        <button
          type="button"
          className="drag-handle"
          aria-label={`${texts.queue.drag}: ${words}`}
          title={texts.queue.dragHelp}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            onMoveBy(event.key === 'ArrowUp' ? -1 : 1);
          }}
          {...handle}
        >
          <GripVertical size={16} aria-hidden />
        </button>
      ) : (
        <span className="drag-handle" />
      )}
      <RunMark row={row} />
      <div className="queue-words">
        <span className="queue-title" title={words}>
          {words}
        </span>
        <RowDetail row={row} />
      </div>
      <div className="queue-actions">
        {state === 'paused' && (
          <IconButton
            icon={Play}
            label={texts.queue.resumeRun}
            onClick={() => void act((calls) => calls.resume([runId]))}
          />
        )}
        {(state === 'queued' || state === 'running') && (
          <IconButton
            icon={Pause}
            label={texts.queue.pauseRun}
            onClick={() => void act((calls) => calls.pause([runId]))}
          />
        )}
        {isOver(state) ? (
          <IconButton
            icon={RotateCcw}
            label={texts.queue.retry}
            onClick={() => void act((calls) => calls.retry([runId]))}
          />
        ) : (
          <IconButton icon={X} label={texts.queue.cancel} onClick={() => void act((calls) => calls.cancel([runId]))} />
        )}
        <RowMenu row={row} words={words} canMove={canMove} />
      </div>
    </div>
  );
}

export function RowMenu({ row: { runId }, words, canMove }: { row: RunListing; words: string; canMove: boolean }) {
  const studio = useStudio();
  const { texts } = useTexts();
  const { act, queue } = studio;
  const move = (to: 'front' | 'back') => {
    queue.waiting.moved([runId], to);
    void act((calls) => calls.move([runId], to));
  };
  const copyId = () =>
    void studio.notices.attempt(async () => {
      await copyText(runId);
      studio.notices.say(({ said }) => said.copied(runId));
    });
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={texts.queue.actions(words)} />}>
      {canMove && (
        <>
          <MenuItem icon={ArrowUpToLine} onSelect={() => move('front')}>
            {texts.queue.toFront}
          </MenuItem>
          <MenuItem icon={ArrowDownToLine} onSelect={() => move('back')}>
            {texts.queue.toBack}
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={SlidersHorizontal} onSelect={() => void studio.takeValuesOf(runId)}>
        {texts.queue.useValues}
      </MenuItem>
      <MenuItem icon={Copy} onSelect={copyId}>
        {texts.queue.copyId}
      </MenuItem>
    </Menu>
  );
}

const icons: Readonly<Record<RunState, LucideIcon>> = {
  queued: Clock,
  running: Clock,
  paused: Pause,
  interrupted: Clock,
  done: Check,
  failed: TriangleAlert,
  cancelled: CircleSlash,
};

export function RunMark({ row }: { row: RunListing }) {
  const { files } = usePlace();
  const { texts } = useTexts();
  const image = row.state === 'done' ? row.images[0] : undefined;
  if (image)
    return <img className="queue-mark" src={files.imageAddress(image.digest)} alt={texts.states.done} loading="lazy" />;
  if (row.state === 'running') return <ProgressRing progress={row.progress} label={texts.states.running} />;
  const Icon = icons[row.state];
  return (
    <span className={`queue-mark ${row.state}`} role="img" aria-label={texts.states[row.state]}>
      <Icon size={16} aria-hidden />
    </span>
  );
}

function RowDetail({ row }: { row: RunListing }) {
  const { texts, language } = useTexts();
  const names = useNamesOf(row.graphId);
  const status = useCell(useStudio().queue.status);
  const problem = row.problems[0];
  if (row.state === 'failed' && problem) {
    const { message, remedy } = sayProblem(problem, language, names);
    return (
      <span className="queue-detail failed" title={`${message} ${remedy}`}>
        {message}
      </span>
    );
  }
  return <span className="queue-detail">{detailsOf(row, texts, status).join(' · ')}</span>;
}

function detailsOf(row: RunListing, texts: PageTexts, status: QueueStatus | null): string[] {
  const { state, progress, startsInMs, endsInMs } = row;
  const tier = texts.tiers[row.tier];
  if (state === 'running') {
    const steps = progress ? texts.stage.step(progress.done, progress.total) : texts.stage.preparing;
    return [steps, endsInMs === null ? tier : texts.queue.endsIn(spanText(texts, endsInMs))];
  }
  // What is paused has an estimate, as if it were not.
  const isHeld = status !== null && (status.paused || status.pausedTiers.includes(row.tier));
  if (state === 'queued' && startsInMs !== null && !isHeld)
    return [tier, texts.queue.startsIn(spanText(texts, startsInMs))];
  if (isOver(state) && row.ended !== null) {
    const ago = agoText(texts, Math.max(0, Date.now() - row.ended));
    return state === 'done' && row.ms > 0
      ? [ago, texts.stage.took(spanText(texts, row.ms))]
      : [texts.states[state], ago];
  }
  return [tier, texts.states[state]];
}
