import type { NoticeWay } from '../model/notices.ts';

/** The settings of the studio on this machine. */
export interface SettingsTexts {
  readonly heading: string;
  readonly search: string;
  readonly nothing: string;
  readonly sections: Readonly<Record<'looks' | 'notices' | 'shortcuts' | 'about', string>>;
  /** What stands under a setting of the engine, beside its help. */
  readonly engine: {
    readonly reset: (label: string) => string;
    readonly save: (label: string) => string;
    readonly forget: (label: string) => string;
    readonly newSecret: string;
    readonly addPack: string;
    readonly removePack: (pack: string) => string;
    readonly rulesOf: (pack: string) => string;
    readonly file: (path: string) => string;
    readonly tryNotices: string;
    readonly tryNoticesHelp: string;
    readonly ways: Readonly<Record<NoticeWay, string>>;
    readonly tested: (way: string) => string;
  };
  readonly language: string;
  readonly theme: string;
  readonly contrast: string;
  readonly contrasts: Readonly<Record<'system' | 'more', string>>;
  readonly view: string;
  readonly notifies: string;
  readonly notifiesHelp: string;
  /** The browser was told never to show any. */
  readonly notifiesBlocked: string;
  readonly version: string;
  readonly home: string;
  readonly copyHome: string;
  readonly press: string;
  readonly pressHelp: string;
  readonly noKeys: string;
  readonly addKeys: (command: string) => string;
  readonly removeKeys: (keys: string, command: string) => string;
  readonly ownKeys: (command: string) => string;
  readonly allOwnKeys: string;
  readonly conflict: (commands: string) => string;
  readonly conflicts: (count: number) => string;
  readonly runEnded: (title: string) => string;
  readonly runFailed: (title: string) => string;
}
