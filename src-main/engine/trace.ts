import type { Event } from '../model/events.ts';
import type { Tracer } from '../model/ports.ts';
import { laid, type Noted, type Process, processes } from './trace-lanes.ts';

/** About 200 bytes each; who wants to see more than the latest so many asks for a shorter time. */
const mostNoted = 100_000;

/**
 * What happened when, in the Chrome trace format that Perfetto opens: lanes for devices, for runs, and for what the core,
 * its store and its sockets do. It exists only where somebody asked for it.
 */
export class Trace implements Tracer {
  readonly #most: number;
  /** Events come from a core with a clock of its own: what its devices did is moved by what separates the two. */
  readonly #ofOthers: boolean;
  #noted: Noted[] = [];
  #lagMs = Number.POSITIVE_INFINITY;

  constructor({ most = mostNoted, ofOthers = false }: { readonly most?: number; readonly ofOthers?: boolean } = {}) {
    this.#most = most;
    this.#ofOthers = ofOthers;
  }

  /** `nowMs` is the core's clock when the event was heard. */
  add(event: Event, nowMs: number): void {
    switch (event.type) {
      case 'batch.finished': {
        const { deviceId, part, rows, runs, batchId, startMs, ms, copied } = event;
        this.#note('devices', deviceId, `${partName(part)} × ${rows}`, startMs, startMs + ms, {
          part,
          rows,
          runs,
          batchId,
          ...copied,
        });
        this.#lagMs = Math.min(this.#lagMs, nowMs - startMs - ms);
        break;
      }
      case 'part.loaded': {
        const { deviceId, part, bytes, startMs, ms } = event;
        this.#note('devices', deviceId, `load ${partName(part)}`, startMs, startMs + ms, { part, bytes });
        this.#lagMs = Math.min(this.#lagMs, nowMs - startMs - ms);
        break;
      }
      case 'job.changed': {
        const { runId, nodeId, jobId, state, ms } = event;
        if (state === 'done' || state === 'failed')
          this.#note('runs', runId, nodeId, nowMs - ms, nowMs, { state, jobId });
        else if (state === 'reused') this.#note('runs', runId, `${nodeId} reused`, nowMs, null, { jobId });
        break;
      }
      case 'job.retried':
        this.#note('runs', event.runId, `${event.nodeId} again`, nowMs, null, {});
        break;
      case 'run.changed':
        this.#note('runs', event.runId, event.state, nowMs, null, {});
        break;
      case 'device.changed':
        if (event.state === 'lost') this.#note('devices', event.device.id, 'lost', nowMs, null, {});
        break;
      default:
    }
  }

  span(...[process, lane, name, startMs, endMs, args = {}]: Parameters<Tracer['span']>): void {
    this.#note(process, lane, name, startMs, endMs, args);
  }

  json(): string {
    const lagMs = this.#ofOthers && Number.isFinite(this.#lagMs) ? this.#lagMs : 0;
    const noted = this.#noted
      .slice(-this.#most)
      .map((one) => (one.process === 'devices' && one.endMs !== null ? moved(one, lagMs) : one));
    const lanes = Map.groupBy(noted, ({ process, lane }) => `${process} ${lane}`);
    const traceEvents: object[] = [];
    let tid = 0;
    for (const [index, process] of processes.entries()) {
      const pid = index + 1;
      const here = [...lanes.values()].filter(([first]) => first!.process === process);
      if (here.length > 0) traceEvents.push({ name: 'process_name', ph: 'M', pid, tid: 0, args: { name: process } });
      for (const lane of here)
        for (const [copy, entries] of laid(lane).entries()) {
          tid++;
          const name = copy === 0 ? lane[0]!.lane : `${lane[0]!.lane} (${copy + 1})`;
          traceEvents.push({ name: 'thread_name', ph: 'M', pid, tid, args: { name } });
          for (const { ts, dur, of } of entries) {
            const at = { name: of.name, cat: process, ts, pid, tid, args: of.args };
            traceEvents.push(dur === null ? { ...at, ph: 'i', s: 't' } : { ...at, ph: 'X', dur });
          }
        }
    }
    return JSON.stringify({ displayTimeUnit: 'ms', traceEvents });
  }

  #note(
    process: Process,
    lane: string,
    name: string,
    startMs: number,
    endMs: number | null,
    args: Readonly<Record<string, unknown>>,
  ): void {
    this.#noted.push({ process, lane, name, startMs, endMs, args });
    if (this.#noted.length >= 2 * this.#most) this.#noted = this.#noted.slice(-this.#most);
  }
}

const moved = (one: Noted, byMs: number): Noted => ({ ...one, startMs: one.startMs + byMs, endMs: one.endMs! + byMs });

const partName = (key: string): string => key.split('@', 1)[0]!;
