import { z } from 'zod';
import type { Problem, Result } from '../model/errors.ts';
import type { Digest, PackId } from '../model/ids.ts';
import type { CoreInfo } from './calls.ts';

// What a page may ask of the window that it is shown in, beside the calls to its core. Paths stay on the other side.

/** Which core the window works with. */
export interface CoreChosen {
  readonly kind: 'own' | 'remote';
  /** Of a remote one. */
  readonly address: string | null;
  /** Whether its packs and pictures lie on this computer. */
  readonly isHere: boolean;
  /** Why it cannot be used. */
  readonly problems: readonly Problem[];
}

/** What came of choosing another core: with problems, everything stays as it was. */
export interface CoreTried {
  readonly problems: readonly Problem[];
  readonly info: CoreInfo | null;
}

/** A file or folder that a person chose; the bytes of a file are at `openedPath`. */
export interface OpenedFile {
  readonly id: string;
  readonly name: string;
}

const digest = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Digest>;
const choice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('own') }),
  z.object({ kind: z.literal('remote'), address: z.string().max(500), token: z.string().max(256) }),
]);
export type CoreChoice = z.output<typeof choice>;

interface DesktopCall<S extends z.ZodType, R> {
  readonly args: S;
  /** For its type alone. */
  readonly answer?: R;
}
const call =
  <R>() =>
  <S extends z.ZodType>(args: S): DesktopCall<S, R> => ({ args });

export const desktopCalls = {
  'core.where': call<CoreChosen>()(z.object({})),
  /** Asks it now, whether or not it was reached before. */
  'core.probe': call<CoreTried>()(z.object({})),
  'core.choose': call<CoreTried>()(choice),
  /** Shows a dialog; null when it was closed. */
  'folder.choose': call<OpenedFile | null>()(z.object({})),
  /** Looks for packs in a chosen folder too, from now on; the packs in it. */
  'packs.add': call<Result<readonly PackId[]>>()(z.object({ id: z.uuid() })),
  /** Shows a kept picture's file among the other files of its folder. */
  'picture.show': call<Result<null>>()(z.object({ digest })),
  /** Told once the page listens: what it was started with comes then. */
  'window.ready': call<null>()(z.object({ language: z.enum(['en', 'zh']) })),
  /** Share of what runs, for the task bar; null while nothing does. */
  'window.progress': call<null>()(z.object({ share: z.number().min(0).max(1).nullable() })),
} as const;

export type DesktopCalls = typeof desktopCalls;
export type DesktopCallName = keyof DesktopCalls;
export type DesktopArgs<N extends DesktopCallName> = z.output<DesktopCalls[N]['args']>;
export type DesktopAnswer<N extends DesktopCallName> = DesktopCalls[N] extends { answer?: infer R }
  ? NonNullable<R> | Extract<R, null>
  : never;
export type DesktopHandlers = {
  readonly [N in DesktopCallName]: (args: DesktopArgs<N>) => Promise<DesktopAnswer<N>>;
};

/** What a window tells its page unasked. */
export type Told =
  | { readonly t: 'command'; readonly name: string }
  | { readonly t: 'file'; readonly file: OpenedFile }
  | { readonly t: 'template'; readonly name: string }
  | { readonly t: 'picture'; readonly digest: Digest }
  | { readonly t: 'connect'; readonly address: string };

/** A connection's end in the page, as of a WebSocket. */
export interface WireEvents {
  onopen(): void;
  onmessage(text: string): void;
  onclose(): void;
}
export interface Wire {
  send(text: string): void;
  close(): void;
}

/** `window.kiln`, and nothing else of the desktop is in a page. */
export interface KilnWindow {
  readonly platform: string;
  /** The contract, as frames of text. */
  connect(events: WireEvents): Wire;
  call<N extends DesktopCallName>(name: N, args: DesktopArgs<N>): Promise<DesktopAnswer<N>>;
  onTold(listener: (told: Told) => void): void;
}

export const openedPath = (id: string): string => `/opened/${id}`;

/** What comes over the `wire` channel, with the connection that it belongs to. */
export type WireNews =
  | { readonly id: number; readonly t: 'open' }
  | { readonly id: number; readonly t: 'message'; readonly text: string }
  | { readonly id: number; readonly t: 'close' };
