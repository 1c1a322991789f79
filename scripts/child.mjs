// Starting other programs: npm for set-up, and the right Node for everything of ours.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { root } from './paths.mjs';

/** The environment of a child that shall find the same Node first. */
export function envFor(node, extra = {}) {
  const name = Object.keys(process.env).find((key) => key.toLowerCase() === 'path') ?? 'PATH';
  const first = path.dirname(node);
  const rest = process.env[name] ?? '';
  const paths = rest.split(path.delimiter)[0] === first ? rest : `${first}${path.delimiter}${rest}`;
  return { ...process.env, [name]: paths, ...extra };
}

const running = new Set();

/** Runs a program to its end and answers its exit code; 128 + n when signal n ended it. */
export function exitCodeOf(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    running.add(child);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Ends this script and what it runs when npm is told to end. */
export function endWithNpm() {
  whenNpmEnds(() => {
    for (const child of running) child.kill('SIGTERM');
    process.exit(128 + constants.signals.SIGTERM);
  });
}

/**
 * npm passes a signal to the shell it has started, not to us: that shell ends and we would go on unseen. Its end shows
 * as another parent.
 */
function whenNpmEnds(then) {
  if (process.platform === 'win32' || !process.env.npm_lifecycle_script?.includes(path.basename(process.argv[1])))
    return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, 200);
  timer.unref();
}

/** Runs npm in `cwd`. Both of its streams go to our stderr. */
export function npm(args, cwd) {
  const script = process.env.npm_execpath;
  const options = { cwd, stdio: ['ignore', 2, 2] };
  if (script && /npm-cli\.[cm]?js$/.test(script)) return exitCodeOf(process.execPath, [script, ...args], options);
  const windows = process.platform === 'win32';
  return exitCodeOf(windows ? 'npm.cmd' : 'npm', args, { ...options, shell: windows });
}

/**
 * Puts a program in our place: its streams are ours, and so is its end. A Ctrl-C in a terminal reaches
 * every process of the group by itself, and npm sends it on once more, so it is passed on only where there
 * is no terminal. What else asks a process to end is always passed on.
 */
export function become(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    const passed = process.platform === 'win32' ? ['SIGTERM'] : ['SIGTERM', 'SIGUSR2'];
    const keyboard = process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGQUIT', 'SIGHUP'];
    for (const signal of passed) process.on(signal, () => child.kill(signal));
    let typed = false;
    for (const signal of keyboard) {
      process.on(signal, () => {
        typed = true;
        if (!terminal) child.kill(signal);
      });
    }
    whenNpmEnds(() => typed || child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal && process.platform !== 'win32') {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
        setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
      } else process.exitCode = code ?? 1;
      resolve();
    });
  });
}
