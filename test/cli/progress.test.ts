import { expect, test } from 'vitest';
import { showProgress } from '../../src-main/cli-progress.ts';
import { type Output, openTerminal, widthOf } from '../../src-main/cli-terminal.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { durationText } from '../../src-main/texts/cli-texts.ts';
import { cliTexts } from '../../src-main/texts/say-cli.ts';
import { fakeCore, progressed } from './fake-core.ts';

function screen(options: { isTTY?: boolean; columns?: number; env?: Record<string, string>; color?: boolean } = {}) {
  const { isTTY = true, columns = 80, env = {}, color = true } = options;
  const written: string[] = [];
  const output: Output = { write: (text) => written.push(text), isTTY, columns };
  return { written, terminal: openTerminal(output, output, env, color) };
}

const runs = ['run_0', 'run_1'] as RunId[];

test('the line tells run, step, seconds per step and time left, from the second step on', () => {
  const { written, terminal } = screen();
  let nowMs = 0;
  const progress = showProgress(terminal, cliTexts('en'), () => nowMs);
  progress.expect(runs);
  for (const step of [1, 2, 3]) {
    nowMs += 2000;
    progress.see(progressed(0, step, 10));
  }
  const drawn = written.map((text) => text.slice(text.indexOf('K') + 1));
  expect(drawn).toEqual([
    'run 1 of 2 · loading …',
    'run 1 of 2 · step 1/10',
    'run 1 of 2 · step 2/10 · 2.00 s/step · 0:36 left',
    'run 1 of 2 · step 3/10 · 2.00 s/step · 0:34 left',
  ]);
});

test('a run that is over counts no more', () => {
  const { written, terminal } = screen();
  let nowMs = 0;
  const progress = showProgress(terminal, cliTexts('zh'), () => nowMs);
  const core = fakeCore();
  core.listen(progress.see);
  progress.expect(runs);
  core.finish(0);
  nowMs = 1000;
  progress.see(progressed(1, 1, 3));
  nowMs = 2000;
  progress.see(progressed(1, 2, 3));
  expect(written.at(-1)).toContain('第 2 次，共 2 次 · 步骤 2/3 · 每步 1.00 秒 · 剩余 0:01');
});

test('it is drawn at most ten times a second', () => {
  const { written, terminal } = screen();
  let nowMs = 0;
  const progress = showProgress(terminal, cliTexts('en'), () => nowMs);
  progress.expect(runs);
  for (let step = 1; step <= 100; step++) {
    nowMs += 10;
    progress.see(progressed(0, step, 100));
  }
  expect(written.length).toBeGreaterThan(5);
  expect(written.length).toBeLessThanOrEqual(11);
});

test('in a pipe and on a dumb terminal there is neither progress nor colour', () => {
  for (const { written, terminal } of [screen({ isTTY: false }), screen({ env: { TERM: 'dumb' } })]) {
    const progress = showProgress(terminal, cliTexts('en'), () => 0);
    progress.expect(runs);
    progress.clear();
    expect(terminal.paint('red', 'x')).toBe('x');
    expect(written).toEqual([]);
  }
});

test('colours go with NO_COLOR and with --no-color', () => {
  expect(screen().terminal.paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  expect(screen({ env: { NO_COLOR: '' } }).terminal.paint('red', 'x')).not.toBe('x');
  expect(screen({ env: { NO_COLOR: '1' } }).terminal.paint('red', 'x')).toBe('x');
  expect(screen({ color: false }).terminal.paint('red', 'x')).toBe('x');
});

test('what is said pushes the status line down and fits it to the width', () => {
  const { written, terminal } = screen({ columns: 10 });
  terminal.status('步骤步骤步骤步骤');
  terminal.say('hello');
  terminal.status(null);
  expect(written).toEqual(['\r\u001b[2K步骤步骤…', '\r\u001b[2K', 'hello\n', '步骤步骤…', '\r\u001b[2K']);
  expect(widthOf('步骤a…')).toBe(6);
});

test('times read like a clock', () => {
  expect([0.4, 7, 65, 3599.6, 7390].map(durationText)).toEqual(['0:00', '0:07', '1:05', '1:00:00', '2:03:10']);
});
