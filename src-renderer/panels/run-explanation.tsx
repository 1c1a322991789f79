import { X } from 'lucide-react';
import { useCallback, useEffect, useId, useState } from 'react';
import type { Explanation, RunListing } from '../../src-main/contract/calls.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import type { JobState } from '../../src-main/model/run.ts';
import { isOver } from '../../src-main/model/run.ts';
import { shortSpanText } from '../../src-main/texts/amounts.ts';
import { agoText } from '../../src-main/texts/say-page.ts';
import { IconButton } from './icon-button.tsx';
import { useStudio, useTexts } from './place.tsx';
import { usePolled } from './polled.ts';
import { ProblemNote } from './problem-note.tsx';
import { useNodeTitles, useRunWords } from './run-words.ts';

interface Props {
  readonly row: RunListing;
  /** Of runs that are named in it, those that are known. */
  readonly rows: readonly RunListing[];
  readonly onClose: () => void;
}

const everyMs = 2_000;

/** Why a run is where it is: what goes before it, where its steps are, and what they wait for. */
export function RunExplanation({ row, rows, onClose }: Props) {
  const { calls } = useStudio();
  const { texts } = useTexts();
  const heading = useId();
  const said = texts.queuePage;
  const { runId, state } = row;
  const [found, setFound] = useState<Explanation | null>(null);
  const wordsOf = useRunWords();
  const ask = useCallback(async () => setFound(await calls.explain(runId)), [calls, runId]);
  usePolled(ask, everyMs, !isOver(state));
  // Also where it was moved meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place or state has other reasons.
  useEffect(() => {
    ask().catch(() => setFound(null));
  }, [ask, state, row.place]);
  const shown = found?.runId === runId ? found : null;
  return (
    <aside className="explanation" aria-labelledby={heading}>
      <div className="card-head">
        <h3 id={heading}>{said.why}</h3>
        <span className="spring" />
        <IconButton icon={X} label={said.closeWhy} onClick={onClose} />
      </div>
      <p className="explanation-words">{wordsOf(row)}</p>
      <p className="quiet">
        {texts.states[state]} · {texts.tiers[row.tier]}
        {isOver(state) && row.ended !== null && ` · ${said.over(agoText(texts, Math.max(0, Date.now() - row.ended)))}`}
      </p>
      <ProblemNote problems={row.problems} />
      {shown && <Before found={shown} rows={rows} />}
      {shown && shown.jobs.length > 0 && <Jobs found={shown} graphId={row.graphId} />}
      <Values row={row} />
    </aside>
  );
}

function Before({ found, rows }: { found: Explanation; rows: readonly RunListing[] }) {
  const { texts } = useTexts();
  const said = texts.queuePage;
  const wordsOf = useRunWords();
  const named = found.before.slice(0, 5);
  return (
    <>
      {found.state === 'queued' && <p>{found.beforeCount === 0 ? said.first : said.goesAfter(found.beforeCount)}</p>}
      {found.state === 'queued' && named.length > 0 && (
        <ol className="before">
          {named.map((id) => {
            const row = rows.find(({ runId }) => runId === id);
            return <li key={id}>{row ? wordsOf(row) : id}</li>;
          })}
          {found.beforeCount > named.length && <li className="quiet">{said.more(found.beforeCount - named.length)}</li>}
        </ol>
      )}
      {found.overtaken > 0 && <p>{said.overtaken(found.overtaken)}</p>}
    </>
  );
}

function Jobs({ found, graphId }: { found: Explanation; graphId: RunListing['graphId'] }) {
  const { texts } = useTexts();
  const said = texts.queuePage;
  const titleOf = useNodeTitles();
  /** Of where it is: a person's rules, and what spoke for that device of several. */
  const reasonsFor = ({ deviceId, chosenBy, placing }: Explanation['jobs'][number]): string[] =>
    [
      placing ? said.placing({ ...placing, beside: placing.beside.map((id) => titleOf(graphId, id as NodeId)) }) : '',
      deviceId !== null && chosenBy ? said.chosen(deviceId, chosenBy) : '',
    ].filter(Boolean);
  return (
    <>
      <h4>{said.steps}</h4>
      <ul className="explained-jobs">
        {found.jobs.map((job) => {
          const facts = [
            job.deviceId !== null ? said.onDevice(job.deviceId) : '',
            job.company.length > 0 ? said.company(job.company.length) : '',
            job.waitsFor.length > 0 ? said.waitsFor(job.waitsFor.map((id) => titleOf(graphId, id)).join(', ')) : '',
            job.rowsAhead > 0 ? said.rowsAhead(job.rowsAhead) : '',
            ...Object.entries(job.finishMs).map(([device, ms]) => said.finish(device, shortSpanText(ms))),
          ];
          return (
            <li key={job.nodeId} className={job.state}>
              <span>{titleOf(graphId, job.nodeId)}</span>
              <small>{[said.jobStates[job.state as JobState] ?? job.state, ...facts].filter(Boolean).join(', ')}</small>
              {reasonsFor(job).map((reason) => (
                <small key={reason} className="quiet">
                  {reason}
                </small>
              ))}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Values({ row }: { row: RunListing }) {
  const { texts } = useTexts();
  const values = Object.entries(row.overrides);
  if (values.length === 0) return null;
  return (
    <>
      <h4>{texts.queuePage.values}</h4>
      <dl className="run-values">
        {values.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
