import { useState } from 'react';
import type { Problem } from '../../src-main/model/errors.ts';
import type { NoticeWay } from '../../src-main/model/notices.ts';
import { useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';

const ways: readonly NoticeWay[] = ['desktop', 'webhook', 'email'];

/** Tells somebody now, in each of the ways; what is in the way of it is said here. */
export function TryNotices() {
  const studio = useStudio();
  const { texts } = useTexts();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isTrying, setTrying] = useState(false);
  const said = texts.settings.engine;
  const tell = async (way: NoticeWay): Promise<void> => {
    setTrying(true);
    await studio.notices.attempt(async () => {
      const found = (await studio.calls.testNotice(way)).problems;
      setProblems(found);
      if (found.length === 0 && way !== 'desktop')
        studio.notices.say((now) => now.settings.engine.tested(now.settings.engine.ways[way]));
    });
    setTrying(false);
  };
  return (
    <div className="settings-row engine-setting">
      <div className="setting-words">
        {said.tryNotices}
        <small className="quiet">{said.tryNoticesHelp}</small>
      </div>
      <div className="setting-value">
        {ways.map((way) => (
          <button key={way} type="button" className="quiet-button" disabled={isTrying} onClick={() => void tell(way)}>
            {said.ways[way]}
          </button>
        ))}
      </div>
      <ProblemNote problems={problems} />
    </div>
  );
}
