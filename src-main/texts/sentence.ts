import type { ErrorCode, ErrorValues } from '../model/errors.ts';

/** What is wrong and why; what to do about it. Whole sentences. */
export interface Sentence {
  readonly message: string;
  readonly remedy: string;
}

/** A sentence for each code, given its values. A code that lacks one does not compile. */
export type ProblemTexts<C extends ErrorCode = ErrorCode> = {
  readonly [K in C]: (values: ErrorValues[K]) => Sentence;
};

/** Codes about files, graphs and what a person typed into them. */
export type GraphCode = Extract<
  ErrorCode,
  `${'file' | 'folder' | 'disk' | 'graph' | 'link' | 'node' | 'subgraph' | 'input' | 'affinity'}.${string}`
>;
/** Codes about a core that is reached over a wire. */
export type ServeCode = Extract<ErrorCode, `${'home' | 'serve' | 'request' | 'blob' | 'remote'}.${string}`>;
/** Codes about settings, and about telling people of runs. */
export type SettingCode = Extract<ErrorCode, `${'setting' | 'settings' | 'notice'}.${string}`>;
/** Codes about everything else: commands, packs, pictures, devices, runs, the store. */
export type RunCode = Exclude<ErrorCode, GraphCode | ServeCode | SettingCode>;

/** 9999, 20,000: long numbers in groups of three. */
export const countText = (count: number): string =>
  count < 10_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** 200 MB, 1.5 GB: units of 1024, at most one decimal. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1))} ${units[power]}`;
}
