import { Cpu, TriangleAlert } from 'lucide-react';
import { type ReactNode, useId, useMemo } from 'react';
import type { DeviceStatus } from '../../src-main/contract/calls.ts';
import type { PartKey } from '../../src-main/model/ids.ts';
import type { PartName } from '../../src-main/model/pack.ts';
import { residentText, spanText } from '../../src-main/texts/say-page.ts';
import { bytesText } from '../../src-main/texts/sentence.ts';
import { type DeviceSample, historyMs } from '../session/machine.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { usePolled } from './polled.ts';
import { TimeChart } from './time-chart.tsx';

const everyMs = 1_000;
const minuteMs = 60_000;

/** A card for each device: what it does, what lies on it, and how it was in the last minutes. */
export function DevicesPanel() {
  const studio = useStudio();
  const { texts } = useTexts();
  const heading = useId();
  const devices = useCell(studio.devices);
  const history = useCell(studio.machine.history);
  usePolled(studio.machine.lookAtDevices, everyMs);
  const { none } = texts.machine.devices;
  return (
    <section className="wide-panel" aria-labelledby={heading}>
      <header className="wide-head">
        <h2 id={heading}>{texts.machine.devices.heading}</h2>
      </header>
      <div className="wide-body">
        {devices.length === 0 && (
          <div className="empty-note">
            <Cpu size={24} aria-hidden />
            <p>
              <strong>{none.message}</strong>
              {none.remedy}
            </p>
          </div>
        )}
        <ul className="device-cards">
          {devices.map((status) => (
            <DeviceCard key={status.device.id} status={status} samples={history[status.device.id] ?? []} />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Up to the budget, or near the peak where that would be a flat line at the bottom. */
function memoryScale(samples: readonly DeviceSample[], budget: number): number {
  const peak = Math.max(0, ...samples.map(({ bytes }) => bytes));
  return peak === 0 || peak > budget / 4 ? budget : peak * 1.25;
}

/** As many whole minutes as there are samples for. */
function spanOf(samples: readonly DeviceSample[]): number {
  const ms = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
  return Math.min(historyMs, Math.max(1, Math.ceil(ms / minuteMs)) * minuteMs);
}

const percent = (share: number): number => Math.round(share * 100);

function DeviceCard({ status, samples }: { status: DeviceStatus; samples: readonly DeviceSample[] }) {
  const { texts } = useTexts();
  const heading = useId();
  const said = texts.machine.devices;
  const { device, state, residentBytes, busyNow } = status;
  return (
    <li className="card device-card" aria-labelledby={heading} data-device={device.id}>
      <div className="card-head">
        <span className={`dot ${state}`} />
        <h3 id={heading}>{device.id}</h3>
        <span className="quiet">{device.label}</span>
        <span className="spring" />
        <span className="tag">{device.provider}</span>
        <span className="tag">{said.threads(device.threads)}</span>
        <span className={`tag state ${state}`}>{said.states[state]}</span>
      </div>
      {state === 'lost' && (
        <p className="card-warning" role="status">
          <TriangleAlert size={16} aria-hidden />
          <span>
            <strong>{said.lost.message}</strong> {said.lost.remedy}
          </span>
        </p>
      )}
      <div className="device-charts">
        <Chart
          title={said.busy}
          now={`${percent(busyNow)}%`}
          samples={samples}
          value={({ busy }) => busy}
          most={1}
          color="ember"
          say={(share) => `${percent(share)}%`}
          label={said.busyChart(percent(busyNow), percent(Math.max(busyNow, ...samples.map(({ busy }) => busy))))}
        />
        <Chart
          title={said.memory}
          now={bytesText(residentBytes)}
          samples={samples}
          value={({ bytes }) => bytes}
          most={memoryScale(samples, device.budgetBytes)}
          color="good"
          say={bytesText}
          label={said.memoryChart(bytesText(residentBytes), bytesText(device.budgetBytes))}
        />
      </div>
      <Facts status={status} />
      <Resident status={status} />
    </li>
  );
}

interface ChartProps {
  readonly title: string;
  readonly now: string;
  readonly samples: readonly DeviceSample[];
  readonly value: (sample: DeviceSample) => number;
  readonly most: number;
  readonly color: 'ember' | 'good';
  readonly say: (value: number) => string;
  readonly label: string;
}

function Chart({ title, now, samples, value, ...rest }: ChartProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: which value of a sample is shown does not change.
  const shown = useMemo(() => samples.map((sample) => ({ at: sample.at, value: value(sample) })), [samples]);
  return (
    <div className="device-chart">
      <div className="chart-head">
        <span>{title}</span>
        <strong>{now}</strong>
      </div>
      <TimeChart samples={shown} now={samples.at(-1)?.at ?? 0} spanMs={spanOf(samples)} {...rest} />
    </div>
  );
}

function Facts({ status }: { status: DeviceStatus }) {
  const { texts } = useTexts();
  const said = texts.machine.devices;
  const { busyShare, rowsWaiting, restarts, queueMs } = status;
  const queue = queueMs === null ? said.queueUnknown : queueMs === 0 ? said.queueEmpty : spanText(texts, queueMs);
  return (
    <dl className="facts">
      <Fact name={said.lastMinute}>{percent(busyShare)}%</Fact>
      <Fact name={said.rowsWaiting}>{rowsWaiting}</Fact>
      <Fact name={said.queue}>{queue}</Fact>
      <Fact name={said.restarts}>{restarts}</Fact>
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Resident({ status: { device, resident, residentBytes } }: { status: DeviceStatus }) {
  const { texts } = useTexts();
  const said = texts.machine.devices;
  const nameOf = usePartName();
  const shareOf = (bytes: number) => `${Math.min(100, (100 * bytes) / Math.max(1, device.budgetBytes))}%`;
  return (
    <div className="resident">
      <div className="chart-head">
        <h4>{said.resident}</h4>
        <span className="quiet">{said.ofBudget(bytesText(residentBytes), bytesText(device.budgetBytes))}</span>
      </div>
      <div className="budget-bar" aria-hidden>
        {resident.map(({ part, bytes }) => (
          <span key={part} style={{ width: shareOf(bytes) }} />
        ))}
      </div>
      {resident.length === 0 ? (
        <p className="quiet">{said.noneResident}</p>
      ) : (
        <ul className="resident-list">
          {resident
            .toSorted((a, b) => b.bytes - a.bytes)
            .map((held) => {
              const { part, bytes } = held;
              const { pack, name } = nameOf(part);
              return (
                <li key={part}>
                  <span className="resident-name">
                    {name} <span className="quiet">{pack ?? said.unknownPart}</span>
                    <span className="quiet resident-why" data-why={held.why}>
                      {residentText(texts, held)}
                    </span>
                  </span>
                  <span className="share-bar" aria-hidden>
                    <span style={{ width: `${(100 * bytes) / Math.max(1, residentBytes)}%` }} />
                  </span>
                  <span className="number-cell">{bytesText(bytes)}</span>
                </li>
              );
            })}
        </ul>
      )}
    </div>
  );
}

/** What people call a part, and the pack that it is of; null where that is not here any more. */
export function usePartName(): (part: PartKey) => { readonly name: string; readonly pack: string | null } {
  const { texts } = useTexts();
  const packs = useCell(useStudio().packs);
  return (part) => {
    const name = part.split('@', 1)[0] as PartName;
    const facts = packs.find((one) => one.facts?.parts.some(({ key }) => key === part))?.facts;
    return { name: texts.machine.parts[name] ?? name, pack: facts ? facts.title || facts.ref.packId : null };
  };
}
