import { useTexts } from './place.tsx';

/** `total` 0: it moves, though nobody knows how far. */
export function ProgressBar({ done, total }: { done: number; total: number }) {
  const { texts } = useTexts();
  const share = total > 0 ? done / total : 0;
  return (
    <div
      className={`progress-bar ${total > 0 ? '' : 'unknown'}`}
      role="progressbar"
      aria-label={texts.states.running}
      aria-valuemin={0}
      aria-valuemax={Math.max(1, total)}
      {...(total > 0 ? { 'aria-valuenow': done } : {})}
    >
      <div style={total > 0 ? { transform: `scaleX(${share})` } : {}} />
    </div>
  );
}
