import { Worker } from 'node:worker_threads';

const thread = new Worker(new URL('../../out/main/store-thread.js', import.meta.url));
process.on('message', (letter) => thread.postMessage(letter));
process.once('disconnect', () => process.exit(0));
thread.on('message', (letter) => process.connected && process.send(letter));
thread.once('exit', () => process.exit(0));
