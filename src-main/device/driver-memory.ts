import { execFile } from 'node:child_process';

/** A driver that hangs is not waited for. */
const answerMs = 5_000;

/** Bytes of memory of an NVIDIA card, as its driver says; null where there is none to ask. */
export const driverMemory = (index: number): Promise<number | null> =>
  new Promise((resolve) => {
    const asked = ['--query-gpu=memory.total', '--format=csv,noheader,nounits', `--id=${index}`];
    execFile('nvidia-smi', asked, { timeout: answerMs, windowsHide: true }, (error, answer) =>
      resolve(error ? null : bytesSaid(answer)),
    );
  });

/** `143771`, in MiB; a card that shares the machine's memory says `[N/A]`. */
export function bytesSaid(answer: string): number | null {
  const said = /^\s*(\d+)\s*$/.exec(answer.split('\n')[0] ?? '');
  return said ? Number(said[1]) * 1024 ** 2 : null;
}
