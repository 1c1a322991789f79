import { GripVertical } from 'lucide-react';
import type { ComponentProps } from 'react';
import type { QueueStatus, RunListing } from '../../src-main/contract/calls.ts';
import { isOver } from '../../src-main/model/run.ts';
import type { PageTexts } from '../../src-main/texts/page-texts.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { agoText, spanText } from '../../src-main/texts/say-page.ts';
import { useNamesOf } from './names.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { RowMenu, RunMark } from './queue-row.tsx';
import { useRunWords } from './run-words.ts';

interface Props {
  readonly row: RunListing;
  /** In line, from 1; null where it does not wait. */
  readonly place: number | null;
  readonly isPicked: boolean;
  readonly onPick: () => void;
  readonly handle: ComponentProps<'button'>;
}

/** The cells of one run in the wide queue. Keys of the whole table do what its buttons do. */
export function QueueLine({ row, place, isPicked, onPick, handle }: Props) {
  const { texts, language } = useTexts();
  const words = useRunWords()(row);
  const canMove = row.state === 'queued' || row.state === 'paused';
  const graph = texts.graphWords[row.title] ?? row.title;
  return (
    <>
      <td className="pick-cell">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isPicked}
          aria-label={texts.queuePage.select(words)}
          onClick={(event) => event.stopPropagation()}
          onChange={onPick}
        />
      </td>
      <td className="handle-cell">
        {canMove && (
          <button
            type="button"
            className="drag-handle"
            tabIndex={-1}
            aria-label={`${texts.queue.drag}: ${words}`}
            title={texts.queue.dragHelp}
            onClick={(event) => event.stopPropagation()}
            {...handle}
          >
            <GripVertical size={16} aria-hidden />
          </button>
        )}
      </td>
      <td>
        <RunMark row={row} />
      </td>
      <td className="queue-title" title={words}>
        {words}
      </td>
      <td className="graph-cell" title={graph}>
        {graph}
      </td>
      <td>{texts.tiers[row.tier]}</td>
      <td className={`state-cell ${row.state}`}>{texts.states[row.state]}</td>
      <td>
        <Progress row={row} />
      </td>
      <td className="time-cell submitted-cell">{timeText(row.created, language)}</td>
      <td className="time-cell">
        <When row={row} />
      </td>
      <Where row={row} place={place} />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: it only keeps clicks on the menu from picking the row. */}
      <td onClick={(event) => event.stopPropagation()}>
        <RowMenu row={row} words={words} canMove={canMove} />
      </td>
    </>
  );
}

function Progress({ row: { state, progress, ms } }: { row: RunListing }) {
  const { texts } = useTexts();
  if (state === 'running')
    return (
      <span className="progress-cell">
        <ProgressBar done={progress?.done ?? 0} total={progress?.total ?? 0} />
        <small>{progress ? `${progress.done}/${progress.total}` : ''}</small>
      </span>
    );
  return <span className="quiet">{state === 'done' && ms > 0 ? texts.stage.took(spanText(texts, ms)) : '–'}</span>;
}

function When({ row }: { row: RunListing }) {
  const { texts } = useTexts();
  const status = useCell(useStudio().queue.status);
  if (row.ended !== null && isOver(row.state)) return agoText(texts, Math.max(0, Date.now() - row.ended));
  return row.endsInMs === null || heldBy(row, status, texts) !== null ? '–' : spanText(texts, row.endsInMs);
}

function Where({ row, place }: { row: RunListing; place: number | null }) {
  const { texts, language } = useTexts();
  const names = useNamesOf(row.graphId);
  const status = useCell(useStudio().queue.status);
  const [problem] = row.problems;
  if (row.state === 'failed' && problem) {
    const { message, remedy } = sayProblem(problem, language, names);
    return (
      <td className="where-cell failed" title={`${message} ${remedy}`}>
        {message}
      </td>
    );
  }
  const held = heldBy(row, status, texts);
  const words =
    row.deviceIds.length > 0
      ? row.deviceIds.join(', ')
      : (held ?? (place === null ? '–' : texts.queuePage.inLine(place)));
  return (
    <td className="where-cell" title={words}>
      {words}
    </td>
  );
}

/** What keeps a waiting run from its turn; null where nothing does. */
function heldBy({ state, tier }: RunListing, status: QueueStatus | null, texts: PageTexts): string | null {
  if (state === 'paused') return texts.states.paused;
  if (state !== 'queued' || !status) return null;
  if (status.paused) return texts.queuePage.heldQueue;
  return status.pausedTiers.includes(tier) ? texts.queuePage.heldTier : null;
}

/** The time of today, else the day, too. */
function timeText(at: number, language: string): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(
    language,
    isToday ? { timeStyle: 'medium' } : { dateStyle: 'short', timeStyle: 'short' },
  ).format(at);
}
