import type { ReactNode } from 'react';
import type { MonitorReading } from '../../src-main/contract/monitor.ts';
import { bytesText } from '../../src-main/texts/sentence.ts';
import { useTexts } from './place.tsx';

/** What was counted: pictures, steps, transfers, batches. */
export function MonitorTiles({ reading }: { reading: MonitorReading }) {
  return (
    <div className="tiles">
      <Throughput reading={reading} />
      <Steps reading={reading} />
      <Transfers reading={reading} />
      <Batches reading={reading} />
    </div>
  );
}

function Tile({ name, figure, children }: { name: string; figure: ReactNode; children: ReactNode }) {
  return (
    <section className="card tile" aria-label={name}>
      <h3>{name}</h3>
      <p className="figure">{figure}</p>
      {children}
    </section>
  );
}

const minutesShown = 30;

function Throughput({ reading: { perMinute } }: { reading: MonitorReading }) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const shown = perMinute.slice(-minutesShown);
  const bars = [...Array.from({ length: minutesShown - shown.length }, () => 0), ...shown];
  const most = Math.max(1, ...shown);
  return (
    <Tile name={said.throughput} figure={perMinute.at(-1) ?? 0}>
      <div className="spark" role="img" aria-label={`${said.throughputChart(minutesShown)}: ${shown.join(', ')}`}>
        {bars.map((pictures, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a place is a minute before now.
          <span key={i} style={{ height: `${(100 * pictures) / most}%` }} />
        ))}
      </div>
    </Tile>
  );
}

function Steps({ reading: { counts } }: { reading: MonitorReading }) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const { computed, reused, failed } = counts;
  const all = Math.max(1, computed + reused + failed);
  const parts = [
    { name: 'done', jobs: computed, words: said.computed(computed) },
    { name: 'reused', jobs: reused, words: said.reused(reused) },
    { name: 'failed', jobs: failed, words: said.failed(failed) },
  ].filter(({ name, jobs }) => name !== 'failed' || jobs > 0);
  return (
    <Tile name={said.jobs} figure={computed + reused + failed}>
      <div className="split-bar" aria-hidden>
        {parts.map(({ name, jobs }) => (
          <span key={name} className={name} style={{ width: `${(100 * jobs) / all}%` }} />
        ))}
      </div>
      <ul className="legend">
        {parts.map(({ name, words }) => (
          <li key={name}>
            <i className={name} aria-hidden />
            {words}
          </li>
        ))}
      </ul>
    </Tile>
  );
}

function Transfers({ reading: { counts } }: { reading: MonitorReading }) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const { transfers, fromDisk, copied, loads } = counts;
  return (
    <Tile name={said.transfers} figure={bytesText(transfers.bytes)}>
      <ul className="tile-lines">
        <li>{said.transferred(transfers.count)}</li>
        <li>{said.fromDisk(fromDisk.count, bytesText(fromDisk.bytes))}</li>
        <li>{said.copied(bytesText(copied.toDevice), bytesText(copied.fromDevice))}</li>
        <li>{said.loads(loads.count, bytesText(loads.bytes))}</li>
      </ul>
    </Tile>
  );
}

function Batches({ reading: { counts } }: { reading: MonitorReading }) {
  const { texts } = useTexts();
  const said = texts.machine.monitor;
  const sizes = Object.entries(counts.batches).map(([rows, calls]) => ({ rows: Number(rows), calls }));
  const calls = sizes.reduce((sum, one) => sum + one.calls, 0);
  const rows = sizes.reduce((sum, one) => sum + one.rows * one.calls, 0);
  const most = Math.max(1, ...sizes.map((one) => one.calls));
  const mean = calls === 0 ? '–' : Number((rows / calls).toFixed(1));
  return (
    <Tile
      name={said.batches}
      figure={
        <>
          {mean} <small>{said.rowsPerCall}</small>
        </>
      }
    >
      {calls === 0 ? (
        <p className="quiet">{said.noCalls}</p>
      ) : (
        <ul className="batch-sizes">
          {sizes.map((one) => (
            <li key={one.rows} title={said.callsOfRows(one.calls, one.rows)}>
              <span className="batch-bar" aria-hidden>
                <i style={{ height: `${Math.max(4, (100 * one.calls) / most)}%` }} />
              </span>
              <span aria-hidden>{one.rows}</span>
              <span className="visually-hidden">{said.callsOfRows(one.calls, one.rows)}</span>
            </li>
          ))}
        </ul>
      )}
    </Tile>
  );
}
