const radius = 9;
const around = 2 * Math.PI * radius;

/** A ring that fills; without steps it turns. */
export function ProgressRing({
  progress,
  label,
}: {
  progress: { readonly done: number; readonly total: number } | null;
  label: string;
}) {
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0.25;
  return (
    <svg className="queue-mark ring" viewBox="0 0 24 24" role="img" aria-label={label}>
      <circle cx="12" cy="12" r={radius} />
      <g className={progress ? '' : 'spin'}>
        <circle
          cx="12"
          cy="12"
          r={radius}
          className="ring-done"
          strokeDasharray={`${around * share} ${around}`}
          transform="rotate(-90 12 12)"
        />
      </g>
    </svg>
  );
}
