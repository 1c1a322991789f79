import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { type Theme, themeOf } from '../canvas/theme.ts';
import { useTexts } from './place.tsx';
import { useThemeChanges } from './theme-changes.ts';

interface Props {
  /** Oldest first. */
  readonly samples: readonly { readonly at: number; readonly value: number }[];
  readonly now: number;
  readonly spanMs: number;
  readonly most: number;
  readonly color: keyof Pick<Theme, 'ember' | 'good'>;
  readonly say: (value: number) => string;
  /** What it shows, for whoever cannot see it. */
  readonly label: string;
}

const heightPx = 112;

/** A value over the last minutes, up to now at the right edge. */
export function TimeChart({ samples, now, spanMs, most, color, say, label }: Props) {
  const { texts } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const theme = useThemeChanges();
  const data: UPlot.AlignedData = [samples.map(({ at }) => (at - now) / 60_000), samples.map(({ value }) => value)];
  const said = useRef({ say, texts });
  said.current = { say, texts };

  // biome-ignore lint/correctness/useExhaustiveDependencies: its colours are read when it is made, so it is made anew with the theme.
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new UPlot(
      optionsOf(themeOf(element), color, element.clientWidth, spanMs / 60_000, most, said),
      [[], []],
      element,
    );
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [color, spanMs, most, theme, texts]);

  useEffect(() => plot.current?.setData(data));

  return <div ref={place} className="time-chart" role="img" aria-label={label} />;
}

type Said = { readonly current: { readonly say: Props['say']; readonly texts: ReturnType<typeof useTexts>['texts'] } };

function optionsOf(
  theme: Theme,
  color: Props['color'],
  width: number,
  minutes: number,
  most: number,
  said: Said,
): UPlot.Options {
  const font = `11px ${theme.font}`;
  const grid = { stroke: theme.line, width: 1 };
  const stroke = theme.quiet;
  const timeOf = (at: number): string => {
    const { devices } = said.current.texts.machine;
    return at >= 0 ? devices.now : devices.minutesAgo(Math.round(-at));
  };
  return {
    width,
    height: heightPx,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: () => [-minutes, 0] }, y: { range: () => [0, most] } },
    axes: [
      {
        stroke,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 28,
        gap: 8,
        splits: () => Array.from({ length: minutes + 1 }, (_, i) => -i).reverse(),
        values: (_, splits) => splits.map(timeOf),
      },
      {
        stroke,
        font,
        grid,
        ticks: { show: false },
        size: 56,
        gap: 4,
        splits: () => [0, most / 2, most],
        values: (_, splits) => splits.map((value) => said.current.say(value)),
      },
    ],
    series: [
      {},
      {
        stroke: theme[color],
        fill: `color-mix(in srgb, ${theme[color]} 16%, transparent)`,
        width: 1.5,
        points: { show: false },
      },
    ],
  };
}
