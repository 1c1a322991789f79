import { resolve } from 'node:path';
import { linkScheme } from './deep-link.ts';

/** What the app was started with, or what a second start hands to the first. */
export interface LaunchWords {
  /** Graph files and pictures, absolute. */
  readonly files: readonly string[];
  readonly links: readonly string[];
  readonly home: string | null;
  /** A core elsewhere, instead of the one that was chosen last. */
  readonly on: string | null;
  readonly token: string | null;
  readonly language: string | null;
}

const withValue = ['home', 'on', 'token', 'lang'] as const;

/** Reads a command line without its program and the app's own path. What is not known is Chromium's and left alone. */
export function launchWords(words: readonly string[], cwd: string): LaunchWords {
  const found = new Map<string, string>();
  const [files, links]: [string[], string[]] = [[], []];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [, name, , value] = /^--([a-z-]+)(=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined) {
      if (!(withValue as readonly string[]).includes(name)) continue;
      const given = value ?? words[++i];
      if (given) found.set(name, given);
    } else if (word.startsWith(`${linkScheme}://`)) links.push(word);
    else if (/\.(json|png)$/i.test(word) && !word.startsWith('-')) files.push(resolve(cwd, word));
  }
  const home = found.get('home');
  return {
    files,
    links,
    home: home === undefined ? null : resolve(cwd, home),
    on: found.get('on') ?? null,
    token: found.get('token') ?? null,
    language: found.get('lang') ?? null,
  };
}
