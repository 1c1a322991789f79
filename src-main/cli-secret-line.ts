import type { ReadStream } from 'node:tty';

/** Longer than any secret. */
const mostChars = 4096;

/** The first line of what is typed or piped in. On a terminal it is not shown. */
export function secretLine(stdin: NodeJS.ReadStream & Partial<Pick<ReadStream, 'setRawMode'>>): Promise<string> {
  return new Promise((resolve) => {
    let line = '';
    const isTerminal = stdin.isTTY === true;
    const end = (): void => {
      stdin.off('data', take).off('end', end).pause();
      if (isTerminal) stdin.setRawMode(false);
      resolve(line);
    };
    const take = (chunk: string): void => {
      for (const char of chunk) {
        // In raw mode the terminal leaves Ctrl-C, Ctrl-D and Backspace to us.
        if (char === '\u0003') line = '';
        if ('\n\r\u0003\u0004'.includes(char) || line.length >= mostChars) {
          end();
          return;
        }
        line = char === '\u007f' || char === '\b' ? line.slice(0, -1) : line + char;
      }
    };
    if (isTerminal) stdin.setRawMode(true);
    stdin.setEncoding('utf8').on('data', take).on('end', end).resume();
  });
}
