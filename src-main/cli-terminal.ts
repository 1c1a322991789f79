import { styleText } from 'node:util';

/** One stream of the process, or of a test. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** Data goes to stdout, talk to stderr. One status line can be redrawn below the talk. */
export interface Terminal {
  /** Whether somebody watches, so that a status line makes sense. */
  readonly live: boolean;
  data(line: string): void;
  say(line: string): void;
  /** Draws over the last status line; null takes it away. Nothing where nobody watches. */
  status(line: string | null): void;
  /** Colours for stderr; plain text where there are none. */
  paint(style: 'red' | 'yellow' | 'dim' | 'bold', text: string): string;
}

/** Columns that a text takes: East Asian characters take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char)
      ? 2
      : 1;
  return width;
}

function fitted(line: string, columns: number): string {
  if (widthOf(line) < columns) return line;
  let text = '';
  for (const char of line) {
    if (widthOf(text) + widthOf(char) >= columns - 1) break;
    text += char;
  }
  return `${text}…`;
}

const eraseLine = '\r\u001b[2K';

export function openTerminal(
  stdout: Output,
  stderr: Output,
  env: Readonly<Record<string, string | undefined>>,
  wantsColor: boolean,
): Terminal {
  const live = stderr.isTTY && env.TERM !== 'dumb';
  const color = live && wantsColor && !env.NO_COLOR;
  let shown: string | null = null;
  /** Both streams may end on one screen, so the status line makes way for either. */
  const above = (write: () => void): void => {
    if (shown !== null) stderr.write(eraseLine);
    write();
    if (shown !== null) stderr.write(shown);
  };
  return {
    live,
    data(line) {
      above(() => stdout.write(`${line}\n`));
    },
    say(line) {
      above(() => stderr.write(`${line}\n`));
    },
    status(line) {
      if (!live) return;
      if (line === null) {
        if (shown !== null) stderr.write(eraseLine);
        shown = null;
        return;
      }
      shown = fitted(line, stderr.columns || 80);
      stderr.write(`${eraseLine}${shown}`);
    },
    paint: (style, text) => (color ? styleText(style, text, { validateStream: false }) : text),
  };
}
