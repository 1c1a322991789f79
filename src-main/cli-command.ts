import { homedir } from 'node:os';
import path from 'node:path';
import { type Arguments, askedLanguage, commandNamed, readArguments } from './cli-arguments.ts';
import { browse } from './cli-browse.ts';
import {
  type ExitCode,
  exitCodeOf,
  exitCodes,
  type Speaker,
  sayBug,
  sayComplaints,
  withoutLine,
  writeLog,
} from './cli-complaints.ts';
import { commandPage, helpPage } from './cli-help.ts';
import type { RemoteCore } from './cli-remote.ts';
import type { Surroundings } from './cli-run.ts';
import { type Output, openTerminal } from './cli-terminal.ts';
import type { Core, CoreOptions } from './core.ts';
import { kilnVersion } from './core-versions.ts';
import { AppError, isCancelled } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import { defaultSettings } from './model/settings.ts';
import { homeFolder } from './store/home.ts';
import { cliTexts } from './texts/say-cli.ts';

/** The process, or what a test puts in its place. */
export interface Process {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly openCore: (options: CoreOptions) => Promise<Core>;
  /** Aborts at the first Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly now: () => number;
  /** A line from whoever calls, that is not shown as it is typed. */
  readonly readSecret: () => Promise<string>;
  /** Told how to speak and where the log lies, for what goes wrong outside any call. */
  readonly speaks?: (speaker: Speaker, home: string) => void;
}

/** One call of `kiln`, from its words to its exit code. Throws nothing. */
export async function kiln(argv: readonly string[], around: Process): Promise<ExitCode> {
  const { env, cwd, stdout, stderr, interrupted, now } = around;
  const language = askedLanguage(argv, env);
  const texts = cliTexts(language);
  const terminal = openTerminal(stdout, stderr, env, !argv.includes('--no-color'));
  const speaker: Speaker = { terminal, language, texts };
  const homeAt = (asked?: string): string =>
    homeFolder(asked && path.resolve(cwd, asked), { env, platform: process.platform, userHome: homedir() });
  let home = homeAt();
  around.speaks?.(speaker, home);
  try {
    const args = readArguments(argv);
    if (args.home !== null) home = homeAt(args.home);
    around.speaks?.(speaker, home);
    const coreOptions = async (): Promise<CoreOptions> => ({
      ...(args.devices === null ? {} : { devices: await namedDevices(args.devices, home) }),
      home,
      traces: args.trace !== null,
      onLog: (level, message) => {
        if (level !== 'info') writeLog(home, `${level}: ${message}`);
      },
    });
    /** A person may have edited the file; what they hear of it only now still computes, with defaults. */
    const saySettings = async (): Promise<void> => {
      const { readSettings } = await import('./core-settings-file.ts');
      sayComplaints(speaker, withoutLine(readSettings(home).problems), {}, 'warning');
    };
    const openCore = async (expects?: Graph): Promise<Core> => {
      await saySettings();
      return around.openCore({ ...(await coreOptions()), ...(expects ? { expects } : {}) });
    };
    const token = args.token ?? (env.KILN_TOKEN || null);
    const openRemote = async (address: string, known: string | null = token): Promise<RemoteCore> =>
      (await import('./cli-remote.ts')).remoteCore(address, known, {
        onLost: () => terminal.say(texts.queue.lostConnection),
        traces: args.trace !== null,
      });
    return await dispatch(args, {
      ...speaker,
      cwd,
      home,
      token,
      openCore: (expects) => (args.on === null ? openCore(expects) : openRemote(args.on)),
      openServed: async (more) => {
        await saySettings();
        return (await import('./core-served.ts')).openServedCore({ ...(await coreOptions()), ...more });
      },
      openRemote,
      browse: (address) => browse(address, env, process.platform),
      interrupted,
      now,
      readSecret: around.readSecret,
    });
  } catch (error) {
    terminal.status(null);
    if (isCancelled(error)) {
      terminal.say(texts.cancelled);
      return exitCodes.cancelled;
    }
    const isExpected = error instanceof AppError && error.problems.every(({ code }) => code !== 'bug');
    if (!isExpected) return sayBug(speaker, error, home);
    sayComplaints(speaker, withoutLine(error.problems));
    return exitCodeOf(error.problems);
  }
}

/** @throws AppError device.unknownName … */
async function namedDevices(text: string, home: string): Promise<CoreOptions['devices'] & {}> {
  const [{ devicesNamed }, { forkedHost }, { readSettings }] = await Promise.all([
    import('./core-devices.ts'),
    import('./device/host-link.ts'),
    import('./core-settings-file.ts'),
  ]);
  return devicesNamed(text, { settings: { ...defaultSettings, ...readSettings(home).values }, open: forkedHost });
}

/** Each command's code is loaded when it is called: help and mistakes answer at once. */
async function dispatch(args: Arguments, around: Surroundings): Promise<ExitCode> {
  const { terminal, texts } = around;
  if (args.version) terminal.data(`kiln ${kilnVersion}`);
  else if (args.help) terminal.data(args.command ? commandPage(args.command, texts) : helpPage(texts));
  else if (args.command === 'help')
    terminal.data(args.args[0] ? commandPage(commandNamed(args.args[0]), texts) : helpPage(texts));
  else if (args.command === null) terminal.data(texts.about);
  else if (args.command === 'run') return (await import('./cli-run.ts')).run(args, around);
  else if (args.command === 'serve') return (await import('./cli-serve.ts')).serve(args, around);
  else if (args.command === 'queue') return (await import('./cli-queue.ts')).queue(args, around);
  else if (args.command === 'explain') return (await import('./cli-queue.ts')).explain(args, around);
  else if (args.command === 'check') return (await import('./cli-check.ts')).check(args, around);
  else if (args.command === 'settings') return (await import('./cli-settings.ts')).settings(args, around);
  else if (args.command === 'simulate') return (await import('./cli-simulate.ts')).simulate(args, around);
  else if (args.command === 'doctor') return (await import('./cli-doctor.ts')).doctor(args, around);
  else if (args.command === 'packs') return (await import('./cli-packs.ts')).packs(args, around);
  else return (await import('./cli-lists.ts'))[args.command](args, around);
  return exitCodes.done;
}
