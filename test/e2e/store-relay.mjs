// The store's thread where better-sqlite3 cannot be loaded: this thread passes every letter on to a process under another
// Node, in which the real thread runs. KILN_TEST_NODE is that Node's program.
import { fork } from 'node:child_process';
import { parentPort } from 'node:worker_threads';

const child = fork(`${import.meta.dirname}/store-process.mjs`, [], {
  execPath: process.env.KILN_TEST_NODE,
  execArgv: [],
  serialization: 'advanced',
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
parentPort.on('message', (letter) => child.connected && child.send(letter));
child.on('message', (letter) => parentPort.postMessage(letter));
child.once('exit', () => parentPort.close());
