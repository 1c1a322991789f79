import { createHash } from 'node:crypto';
import { readFileSync, renameSync, type Stats, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a command needs when it is given again, as far as its last time tells. */
export interface StartHint {
  /** The ONNX file of the part that it called and that takes longest to load. */
  readonly part: string | null;
  /** Everything that the very same command asks for was made and kept. */
  readonly isKept: boolean;
}

interface Known {
  /** By command without what differs from picture to picture, oldest first. */
  readonly parts: Readonly<Record<string, string>>;
  /** Commands to the last letter, oldest first. */
  readonly kept: readonly string[];
}

const mostParts = 20;
const mostKept = 200;

/** Options with a value that change nothing of what is computed. */
const aside = ['--out', '-o', '--trace', '--home', '--lang'];
/** And those that change it, but not by which part. */
const values = [...aside, '--set', '--batch', '--times', '--tier'];

const noteIn = (home: string): string => path.join(home, 'last-starts.json');

/** A note that is missing or broken is an empty one. */
function known(home: string): Known {
  try {
    const { parts, kept } = JSON.parse(readFileSync(noteIn(home), 'utf8')) as Partial<Known>;
    return { parts: typeof parts === 'object' ? parts : {}, kept: Array.isArray(kept) ? kept : [] };
  } catch {
    return { parts: {}, kept: [] };
  }
}

/** Most words are no files; a long prompt cannot even be the name of one. */
function fileAt(word: string): Stats | undefined {
  try {
    return statSync(word, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Files count by what they were when the command was given. */
function digestOf(words: readonly string[], without: readonly string[]): string {
  const hash = createHash('sha256').update(process.cwd());
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (without.includes(word)) i++;
    else if (!without.some((option) => word.startsWith(`${option}=`))) {
      const file = word.startsWith('-') ? undefined : fileAt(word);
      hash.update(`\n${word} ${file?.size} ${file?.mtimeMs}`);
    }
  }
  return hash.digest('base64url').slice(0, 16);
}

export function readStartHint(home: string, words: readonly string[]): StartHint {
  const { parts, kept } = known(home);
  const part = parts[digestOf(words, values)];
  return { part: typeof part === 'string' ? part : null, isKept: kept.includes(digestOf(words, aside)) };
}

/** A note that cannot be written costs the next start some time, and nothing else. */
export function writeStartHint(home: string, words: readonly string[], { part, isKept }: StartHint): void {
  const { parts, kept } = known(home);
  const [command, wordForWord] = [digestOf(words, values), digestOf(words, aside)];
  if (kept.includes(wordForWord) === isKept && (part === null || parts[command] === part)) return;
  const others = Object.entries(parts).filter(([name]) => name !== command);
  const latest = part ?? parts[command];
  const note: Known = {
    parts: Object.fromEntries([...others, ...(latest ? [[command, latest] as const] : [])].slice(-mostParts)),
    kept: [...kept.filter((name) => name !== wordForWord), ...(isKept ? [wordForWord] : [])].slice(-mostKept),
  };
  try {
    const beside = `${noteIn(home)}.${process.pid}`;
    writeFileSync(beside, JSON.stringify(note));
    renameSync(beside, noteIn(home));
  } catch {}
}
