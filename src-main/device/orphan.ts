import { Worker } from 'node:worker_threads';

/** Looks once in this time whether the parent still lives. */
const lookMs = 500;
/**
 * A host ends with the core, however the core ended. Its channel tells, but only a thread that is not inside a device
 * call hears it, and a call may hang for ever: so another thread looks after the parent and kills this process.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  const watch = `
    const parent = ${parent};
    setInterval(() => {
      let gone = process.ppid !== parent;
      try { process.kill(parent, 0); } catch (error) { gone = error.code === 'ESRCH'; }
      if (gone) process.kill(process.pid, 'SIGKILL');
    }, ${lookMs});`;
  new Worker(watch, { eval: true, execArgv: [], stdin: false }).unref();
}
