import { fork } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FrameReader, frameHead } from '../../src-main/device/frames.ts';
import { forkStdio, portToChild } from '../../src-main/device/port-fork.ts';
import { portPair } from '../../src-main/device/port-pair.ts';
import { transportContract } from '../contracts/transport.contract.ts';
import { serveEcho } from './echo.ts';

transportContract('a pair', () => {
  const [port, other] = portPair();
  serveEcho(other);
  return { port, kill: () => other.close() };
});

transportContract('a forked process', () => {
  const child = fork(path.join(import.meta.dirname, 'echo-entry.ts'), [], {
    serialization: 'advanced',
    stdio: [...forkStdio],
    execArgv: [],
  });
  return { port: portToChild(child), kill: () => child.kill('SIGKILL') };
});

test('frames are put together from chunks of any size', () => {
  const bodies = [0, 1, 7, 300].map((length, i) => new Uint8Array(length).fill(i + 1));
  const stream = Buffer.concat(bodies.flatMap((body, i) => [frameHead(i, body.length), body]));
  for (const size of [1, 2, 5, 9, 64, stream.length]) {
    const got: [number, number[]][] = [];
    const reader = new FrameReader((sequence, bytes) => got.push([sequence, [...bytes]]));
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
    expect(got).toEqual(bodies.map((body, i) => [i, [...body]]));
  }
});

test('what is posted before anybody listens is kept', async () => {
  const [a, b] = portPair();
  a.post('early', [Uint8Array.of(1)]);
  await new Promise((resolve) => setImmediate(resolve));
  const got = await new Promise((resolve) => b.onMessage((message, bytes) => resolve([message, bytes[0]![0]])));
  expect(got).toEqual(['early', 1]);
});
