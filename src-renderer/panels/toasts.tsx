import { X } from 'lucide-react';
import { IconButton } from './icon-button.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';

/** What is told once. A list that is always there, so that a screen reader hears what is added. */
export function Toasts() {
  const { notices } = useStudio();
  const { texts } = useTexts();
  return (
    <ul className="toasts" aria-live="polite">
      {useCell(notices.list).map((notice) => (
        <li key={notice.id} className={`toast ${notice.kind}`}>
          {notice.kind === 'said' ? <p>{notice.say(texts)}</p> : <ProblemNote problems={notice.problems} />}
          {notice.kind === 'said' && notice.action && (
            <button
              type="button"
              className="toast-action"
              onClick={() => {
                notices.dismiss(notice.id);
                notice.action?.work();
              }}
            >
              {notice.action.name(texts)}
            </button>
          )}
          {notice.kind === 'problems' && (
            <IconButton icon={X} label={texts.said.dismiss} onClick={() => notices.dismiss(notice.id)} />
          )}
        </li>
      ))}
    </ul>
  );
}
