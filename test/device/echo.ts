import { Cancelled, fail } from '../../src-main/model/errors.ts';
import { type Port, rpcOver } from '../../src-main/model/rpc.ts';

/** The far side of a transport under test. */
export function serveEcho(port: Port): void {
  const rpc = rpcOver(
    port,
    async (name, args, bytes, signal) => {
      switch (name) {
        case 'echo':
          return { value: args, bytes };
        case 'fail':
          return fail('image.missing', { name: 'cat.png' });
        case 'bug':
          throw new TypeError('x is not a function');
        case 'wait':
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Cancelled())));
        case 'count':
          for (let i = 0; i < (args as number); i++) rpc.emit(i, i % 3 === 0 ? [new Uint8Array(i * 1000).fill(i)] : []);
          return { value: 'counted', bytes: [] };
        case 'leave':
          rpc.emit('last words', [Uint8Array.of(7)]);
          port.close();
      }
      return { value: null, bytes: [] };
    },
    (event, bytes) => rpc.emit(event, bytes),
    () => {},
  );
}
