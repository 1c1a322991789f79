import { Activity, Download, Pause, Play } from 'lucide-react';
import { useCallback, useId, useMemo, useState } from 'react';
import type { MonitoredRun, MonitorReading } from '../../src-main/contract/monitor.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { shortSpanText } from '../../src-main/texts/amounts.ts';
import { agoText, spanText } from '../../src-main/texts/say-page.ts';
import { type TimelineLook, timelineOf } from '../session/timeline.ts';
import { traceFile } from '../session/trace-file.ts';
import { IconButton } from './icon-button.tsx';
import { MonitorTiles } from './monitor-tiles.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { usePolled } from './polled.ts';
import { ProblemNote } from './problem-note.tsx';
import { useNodeTitles, useRunWords } from './run-words.ts';
import { saveBytes } from './save-bytes.ts';
import { TimelineView } from './timeline-view.tsx';

const everyMs = 1_000;
const runsRead = 20;

/** What was computed lately, where and for how long; and what was counted since the start. */
export function MonitorPanel() {
  const { machine } = useStudio();
  const { texts } = useTexts();
  const heading = useId();
  const reading = useCell(machine.reading);
  const problems = useCell(machine.problems);
  const [isFollowing, setFollowing] = useState(true);
  const read = useCallback(() => machine.readWork(runsRead), [machine]);
  usePolled(read, everyMs, isFollowing);
  const said = texts.machine.monitor;
  return (
    <section className="wide-panel" aria-labelledby={heading}>
      <header className="wide-head">
        <h2 id={heading}>{said.heading}</h2>
        {reading && <span className="count-note">{said.since(spanText(texts, reading.readAt - reading.since))}</span>}
        <span className="spring" />
        <button type="button" className="quiet-button" onClick={() => setFollowing(!isFollowing)}>
          {isFollowing ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
          {isFollowing ? said.pause : said.follow}
        </button>
        {reading && (
          <IconButton
            icon={Download}
            label={`${said.download}. ${said.downloadHelp}`}
            onClick={() => saveBytes('kiln-trace.json', traceFile(reading), 'application/json')}
          />
        )}
      </header>
      <div className="wide-body">
        <ProblemNote problems={problems.filter(({ code }) => code !== 'port.closed')} />
        {reading && <MonitorTiles reading={reading} />}
        {reading && (reading.runs.length > 0 ? <Work reading={reading} /> : <NoWork />)}
      </div>
    </section>
  );
}

function NoWork() {
  const { texts } = useTexts();
  const { none } = texts.machine.monitor;
  return (
    <div className="empty-note">
      <Activity size={24} aria-hidden />
      <p>
        <strong>{none.message}</strong>
        {none.remedy}
      </p>
    </div>
  );
}

type Look = TimelineLook | 'table';
const looks: readonly Look[] = ['nodes', 'devices', 'table'];

function Work({ reading }: { reading: MonitorReading }) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const [look, setLook] = useState<Look>('nodes');
  const [chosen, setChosen] = useState<RunId | null | 'latest'>('latest');
  const runId = chosen === 'latest' ? reading.runs[0]!.runId : chosen;
  const timeline = useMemo(
    () => timelineOf(reading, look === 'devices' ? 'devices' : 'nodes', runId),
    [reading, look, runId],
  );
  return (
    <div className="work">
      <RunChoice
        runs={reading.runs}
        readAt={reading.readAt}
        chosen={runId}
        // The latest stays the latest while new ones come.
        onChoose={(next) => setChosen(next === reading.runs[0]!.runId ? 'latest' : next)}
      />
      <section className="card work-card" aria-label={said.timeline}>
        <div className="card-head">
          <h3>{said.timeline}</h3>
          <span className="quiet">{timeline.ms > 0 && shortSpanText(timeline.ms)}</span>
          <span className="spring" />
          <div className="views" role="radiogroup" aria-label={said.look}>
            {looks.map((one) => (
              // biome-ignore lint/a11y/useSemanticElements: buttons that look like one switch.
              <button key={one} type="button" role="radio" aria-checked={look === one} onClick={() => setLook(one)}>
                {said.looks[one]}
              </button>
            ))}
          </div>
        </div>
        {timeline.rows.length === 0 && <p className="quiet">{said.noWork}</p>}
        {look === 'table' ? (
          <WorkTable reading={reading} runId={runId} />
        ) : (
          timeline.rows.length > 0 && <TimelineView timeline={timeline} runs={reading.runs} />
        )}
      </section>
    </div>
  );
}

interface RunChoiceProps {
  readonly runs: readonly MonitoredRun[];
  readonly readAt: number;
  readonly chosen: RunId | null;
  readonly onChoose: (runId: RunId | null) => void;
}

function RunChoice({ runs, readAt, chosen, onChoose }: RunChoiceProps) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const heading = useId();
  const wordsOf = useRunWords();
  return (
    <section className="card run-choice" aria-labelledby={heading}>
      <div className="card-head">
        <h3 id={heading}>{said.runs}</h3>
      </div>
      <ul>
        {runs.length > 1 && (
          <li>
            <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
              <span>{said.all(runs.length)}</span>
            </button>
          </li>
        )}
        {runs.map((run) => (
          <li key={run.runId}>
            <button type="button" aria-pressed={chosen === run.runId} onClick={() => onChoose(run.runId)}>
              <span className="run-choice-words" title={wordsOf(run)}>
                {wordsOf(run)}
              </span>
              <small>
                {run.end === null
                  ? said.goesOn
                  : `${texts.states[run.state]} · ${shortSpanText(run.end - run.start)} · ${agoText(texts, readAt - run.end)}`}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const mostRows = 300;

/** The same as the timeline, in words and figures; the latest first. */
function WorkTable({ reading, runId }: { reading: MonitorReading; runId: RunId | null }) {
  const { texts, language } = useTexts();
  const said = texts.machine.monitor;
  const wordsOf = useRunWords();
  const titleOf = useNodeTitles();
  const runs = new Map(reading.runs.map((run) => [run.runId, run]));
  const jobs = reading.jobs
    .filter((job) => runId === null || job.runId === runId)
    .toSorted((a, b) => b.start - a.start)
    .slice(0, mostRows);
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const { columns } = said;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section className="table-scroll" aria-label={said.looks.table} tabIndex={0}>
      <table className="data-table">
        <thead>
          <tr>
            {runId === null && <th>{columns.run}</th>}
            <th>{columns.node}</th>
            <th>{columns.state}</th>
            <th>{columns.device}</th>
            <th className="number-cell">{columns.start}</th>
            <th className="number-cell">{columns.took}</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => {
            const run = runs.get(job.runId);
            return (
              <tr key={`${job.runId} ${job.jobId}`}>
                {runId === null && <td className="words">{run && wordsOf(run)}</td>}
                <td>{titleOf(run?.graphId ?? null, job.nodeId)}</td>
                <td>{said.states[job.state]}</td>
                <td>{job.deviceId ?? '–'}</td>
                <td className="number-cell">{clock.format(job.start)}</td>
                <td className="number-cell">{job.state === 'reused' ? '–' : shortSpanText(job.ms)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
