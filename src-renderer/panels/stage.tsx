import { CircleSlash, Copy, ImageIcon, PauseCircle, SlidersHorizontal } from 'lucide-react';
import { useId, useState } from 'react';
import { isOver, type RunImage } from '../../src-main/model/run.ts';
import { spanText } from '../../src-main/texts/say-page.ts';
import { wordsOf } from '../session/fields.ts';
import { msLeft, type RunHere, runToShow } from '../session/runs-here.ts';
import { copyText } from './copy-text.ts';
import { IconButton } from './icon-button.tsx';
import { PictureView } from './picture-view.tsx';
import { useCell, useNow, usePlace, useStudio, useTexts } from './place.tsx';
import { PreviewCanvas } from './preview-canvas.tsx';
import { ProblemNote } from './problem-note.tsx';
import { ProgressBar } from './progress-bar.tsx';

/** The run of this graph that is of interest now: how far it is, and its pictures. */
export function Stage() {
  const studio = useStudio();
  const { texts } = useTexts();
  const heading = useId();
  const template = useCell(studio.template);
  const runs = useCell(studio.runs);
  const run = template && runToShow(runs, ({ graphId }) => graphId === template.open.base.id);
  return (
    <section className="stage" aria-labelledby={heading}>
      <h2 id={heading} className="visually-hidden">
        {texts.stage.heading}
      </h2>
      {run ? <RunShown run={run} /> : <EmptyStage />}
    </section>
  );
}

function EmptyStage() {
  const { texts } = useTexts();
  const { message, remedy } = texts.stage.empty;
  return (
    <>
      <div className="stage-picture empty">
        <ImageIcon size={32} aria-hidden />
        <p>
          <strong>{message}</strong>
          {remedy}
        </p>
      </div>
      <p className="stage-line" />
    </>
  );
}

function RunShown({ run }: { run: RunHere }) {
  const { files } = usePlace();
  const { texts } = useTexts();
  const [opened, setOpened] = useState<number | null>(null);
  const words = useWordsOf();
  const { images, state } = run;
  const [first, ...more] = images;
  const showsPicture = first && state === 'done';
  const before = useLatestPicture(run);
  return (
    <>
      <div className={`stage-picture ${showsPicture || run.preview ? '' : 'empty'}`}>
        {showsPicture ? (
          <button type="button" onClick={() => setOpened(0)} aria-label={texts.pictures.open(words)}>
            <img className="stage-image" src={files.imageAddress(first.digest)} alt={texts.stage.pictureOf(words)} />
          </button>
        ) : run.preview ? (
          <PreviewCanvas preview={run.preview} />
        ) : (
          <>
            {before && !isOver(state) && (
              <img className="stage-before" src={files.imageAddress(before.digest)} alt="" />
            )}
            <StateMark run={run} />
          </>
        )}
        {showsPicture && more.length > 0 && (
          <ul className="stage-more">
            {more.slice(0, 5).map((image, i) => (
              <li key={image.digest}>
                <button type="button" onClick={() => setOpened(i + 1)} aria-label={texts.pictures.open('')}>
                  <img src={files.imageAddress(image.digest)} alt="" />
                </button>
              </li>
            ))}
            {more.length > 5 && <li className="more-count">+{more.length - 5}</li>}
          </ul>
        )}
      </div>
      <RunProgress run={run} />
      {(run.problems.length > 0 || run.warnings.length > 0) && (
        <div className="stage-problems">
          <ProblemNote problems={run.problems} />
          <ProblemNote problems={run.warnings} kind="warning" />
        </div>
      )}
      <PictureView images={images} count={images.length} at={opened} onMove={setOpened} />
    </>
  );
}

function StateMark({ run }: { run: RunHere }) {
  const { texts } = useTexts();
  const status = useCell(useStudio().queue.status);
  const others = status ? status.counts.running + status.counts.queued - 1 : 0;
  const isWaiting = run.state === 'queued' || run.state === 'interrupted';
  const said = {
    queued: status?.paused
      ? texts.stage.queuePaused
      : others > 0
        ? texts.stage.waitingBehind(others)
        : texts.stage.waiting,
    interrupted: texts.stage.waiting,
    paused: texts.states.paused,
    running: run.steps ? texts.states.running : texts.stage.preparing,
    done: texts.stage.noPicture,
    failed: texts.stage.failed,
    cancelled: texts.stage.cancelled,
  }[run.state];
  const Icon =
    run.state === 'cancelled' || run.state === 'failed'
      ? CircleSlash
      : run.state === 'paused' || (isWaiting && status?.paused)
        ? PauseCircle
        : ImageIcon;
  return (
    <>
      <Icon size={32} aria-hidden className={run.state === 'running' ? 'breathing' : ''} />
      <p>
        <strong>{said}</strong>
      </p>
    </>
  );
}

function RunProgress({ run }: { run: RunHere }) {
  const { texts } = useTexts();
  const isRunning = run.state === 'running';
  const now = useNow(isRunning);
  const { steps } = run;
  if (run.state === 'done') return <RunDone run={run} />;
  if (!isRunning) return <p className="stage-line" />;
  const left = msLeft(run, now);
  const isLast = steps !== null && steps.done === steps.total;
  return (
    <div className="stage-line">
      <ProgressBar done={steps?.done ?? 0} total={steps?.total ?? 0} />
      <span role="status">
        {!steps ? texts.stage.preparing : isLast ? texts.stage.finishing : texts.stage.step(steps.done, steps.total)}
      </span>
      {left !== null && !isLast && <span className="quiet">{texts.stage.left(spanText(texts, left))}</span>}
    </div>
  );
}

function RunDone({ run }: { run: RunHere }) {
  const studio = useStudio();
  const { texts } = useTexts();
  const seed = run.images[0]?.seed ?? null;
  const copySeed = () =>
    void studio.notices.attempt(async () => {
      await copyText(seed ?? '');
      studio.notices.say(({ said }) => said.copied(seed ?? ''));
    });
  return (
    <div className="stage-line quiet">
      <span>{run.ms > 0 ? texts.stage.took(spanText(texts, run.ms)) : texts.states.done}</span>
      <span className="spring" />
      {seed !== null && (
        <span className="stage-seed">
          {texts.pictures.seed} <b>{seed}</b>
          <IconButton icon={Copy} label={texts.pictures.copySeed} onClick={copySeed} />
        </span>
      )}
      <IconButton
        icon={SlidersHorizontal}
        label={texts.pictures.useValues}
        onClick={() => void studio.takeValuesOf(run.runId)}
      />
    </div>
  );
}

/** While a picture comes, the one before it stays in sight. */
function useLatestPicture({ graphId }: RunHere): RunImage | undefined {
  const runs = useCell(useStudio().runs);
  return Object.values(runs).findLast((one) => one.graphId === graphId && one.images.length > 0)?.images[0];
}

/** What the open form says of its picture. */
function useWordsOf(): string {
  const template = useCell(useStudio().template);
  return template ? wordsOf(template.open.fields.get(), template.open.form.get().values) : '';
}
