import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { AppError, fail, type Problem, problem } from './model/errors.ts';
import { limits } from './model/limits.ts';
import { nearest } from './model/nearest.ts';
import { wayOf } from './model/notices.ts';
import { isTier, type Tier, tiers } from './model/run.ts';
import { type CommandName, commandNames, type OptionName, optionNames } from './texts/cli-texts.ts';
import { type Language, languageOf, languages } from './texts/language.ts';

/** What a command takes: words in order, those in brackets optional, the last with … any number; and options. Order is that of the help pages. */
export const commands: Readonly<Record<CommandName, { args: readonly string[]; options: readonly OptionName[] }>> = {
  run: {
    args: ['FILE'],
    options: ['set', 'batch', 'times', 'out', 'tier', 'device', 'devices', 'notify', 'on', 'token', 'json', 'trace'],
  },
  check: { args: ['FILE'], options: ['set', 'on', 'token', 'json'] },
  serve: { args: [], options: ['devices', 'port', 'host', 'token', 'open', 'trace'] },
  queue: {
    args: ['ACTION', '[RUN …]'],
    options: ['set', 'batch', 'times', 'tier', 'device', 'notify', 'on', 'token', 'json'],
  },
  explain: { args: ['RUN'], options: ['on', 'token', 'json'] },
  nodes: { args: ['[TYPE]'], options: ['json'] },
  packs: { args: ['[FOLDER]'], options: ['on', 'token', 'json'] },
  devices: { args: [], options: ['devices', 'on', 'token', 'json'] },
  images: { args: ['[show]', '[PICTURE.png]'], options: ['on', 'token', 'json'] },
  settings: { args: ['[ACTION]', '[NAME]', '[VALUE …]'], options: ['on', 'token', 'json'] },
  doctor: { args: [], options: ['json'] },
  simulate: { args: ['[QUEUE.json]'], options: ['devices', 'record', 'json'] },
  help: { args: ['[COMMAND]'], options: [] },
};

/** For every command. */
export const sharedOptions: readonly OptionName[] = ['home', 'lang', 'no-color', 'help', 'version'];

/** What stands after an option that takes a value. */
export const valueNames: Readonly<Partial<Record<OptionName, string>>> = {
  set: 'NAME=VALUE',
  batch: 'FILE',
  times: 'N',
  out: 'FOLDER',
  tier: 'TIER',
  device: 'DEVICE',
  notify: 'WHO',
  devices: 'DEVICES',
  record: 'FILE',
  trace: 'FILE',
  on: 'ADDRESS',
  token: 'TOKEN',
  port: 'N',
  host: 'ADDRESS',
  home: 'FOLDER',
  lang: 'en|zh',
};

const config: ParseArgsOptionsConfig = {
  ...Object.fromEntries(
    optionNames.map((name) => [name, { type: valueNames[name] ? 'string' : 'boolean', multiple: true } as const]),
  ),
  help: { type: 'boolean', short: 'h', multiple: true },
  version: { type: 'boolean', short: 'v', multiple: true },
  out: { type: 'string', short: 'o', multiple: true },
};

export interface Arguments {
  /** Null where nothing but options, or nothing at all, was typed. */
  readonly command: CommandName | null;
  readonly args: readonly string[];
  readonly sets: readonly { readonly name: string; readonly text: string }[];
  readonly batch: string | null;
  readonly times: number;
  readonly out: string | null;
  readonly tier: Tier | null;
  readonly device: string | null;
  /** Null leaves it to the settings. */
  readonly notify: readonly string[] | null;
  readonly devices: string | null;
  readonly record: string | null;
  readonly json: boolean;
  readonly trace: string | null;
  readonly on: string | null;
  readonly token: string | null;
  readonly port: number | null;
  readonly host: string | null;
  readonly open: boolean;
  readonly home: string | null;
  readonly color: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** `--lang` where it names a language, else the system's: found before anything is checked, since complaints need it. */
export function askedLanguage(argv: readonly string[], env: Env): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const asked = at < 0 ? undefined : argv[at]!.includes('=') ? argv[at]!.slice('--lang='.length) : argv[at + 1];
  const system = env.LC_ALL || env.LC_MESSAGES || env.LANG || Intl.DateTimeFormat().resolvedOptions().locale;
  return languageOf(asked && (languages as readonly string[]).includes(asked) ? asked : undefined, system);
}

/** @throws AppError with everything that is wrong with the command line. */
export function readArguments(argv: readonly string[]): Arguments {
  const problems: Problem[] = [];
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<OptionName, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const checked = checkOption(token);
    if (typeof checked === 'string')
      values.set(token.name as OptionName, [...(values.get(token.name as OptionName) ?? []), checked]);
    else problems.push(checked);
  }

  const [word, ...args] = positionals;
  if (word !== undefined && !isCommand(word)) problems.push(unknownCommand(word));
  const command = word !== undefined && isCommand(word) ? word : null;
  const last = (name: OptionName): string | null => values.get(name)?.at(-1) ?? null;
  const found: Arguments = {
    command,
    args,
    sets: (values.get('set') ?? []).flatMap((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [{ name: text.slice(0, equals).trim(), text: text.slice(equals + 1) }];
      problems.push(problem('override.malformed', { text }));
      return [];
    }),
    batch: last('batch'),
    times: wholeNumber('times', last('times'), [1, limits.runsPerSubmission], problems) ?? 1,
    out: last('out'),
    tier: tierOf(last('tier'), problems),
    device: last('device'),
    notify: targetsIn(values.get('notify') ?? null, problems),
    devices: last('devices'),
    record: last('record'),
    json: values.has('json'),
    trace: last('trace'),
    on: last('on'),
    token: last('token'),
    port: wholeNumber('port', last('port'), [0, 65_535], problems),
    host: last('host'),
    open: values.has('open'),
    home: last('home'),
    color: !values.has('no-color'),
    help: values.has('help'),
    version: values.has('version'),
  };
  const lang = last('lang');
  if (lang !== null && !(languages as readonly string[]).includes(lang))
    problems.push(badValue('lang', lang, languages.join(', ')));
  // A misspelled option leaves its value behind as a word, which need not be complained of as well.
  if (command && problems.length === 0 && !found.help && !found.version)
    problems.push(...misuse(command, args, [...values.keys()]));
  if (problems.length > 0) throw new AppError(problems);
  return found;
}

const isCommand = (word: string): word is CommandName => (commandNames as readonly string[]).includes(word);

export const unknownCommand = (command: string): Problem =>
  problem('command.unknown', { command, nearest: nearest(command, commandNames) });

/** A word of the command line as a command. @throws AppError command.unknown */
export function commandNamed(word: string): CommandName {
  return isCommand(word) ? word : fail('command.unknown', { command: word, nearest: nearest(word, commandNames) });
}

const badValue = (option: OptionName, value: string, wanted: string): Problem =>
  problem('option.badValue', { option: `--${option}`, value, wanted });

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** The value ('' for a switch), or what is wrong. */
function checkOption({ name, rawName, value, inlineValue }: OptionToken): string | Problem {
  const isKnown = (optionNames as readonly string[]).includes(name);
  const takesValue = isKnown && valueNames[name as OptionName] !== undefined;
  if (!isKnown || (!takesValue && value !== undefined)) {
    const near = nearest(name, optionNames);
    return problem('option.unknown', {
      option: inlineValue ? `${rawName}=${value}` : rawName,
      nearest: near && `--${near}`,
    });
  }
  if (!takesValue) return '';
  // Another option is hardly meant as a value; a negative number may be, and its complaint is a better one.
  const isOption = !inlineValue && value !== undefined && /^-\D/.test(value);
  if (value === undefined || isOption || (value === '' && name !== 'set'))
    return problem('option.missingValue', { option: `--${name}` });
  return value;
}

function wholeNumber(
  option: OptionName,
  text: string | null,
  [min, max]: readonly [number, number],
  problems: Problem[],
): number | null {
  if (text === null) return null;
  const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  problems.push(badValue(option, text, `${min} – ${max}`));
  return null;
}

/** `webhook,email`, or `none`; several options add up. */
function targetsIn(texts: readonly string[] | null, problems: Problem[]): readonly string[] | null {
  if (texts === null) return null;
  const targets = [...new Set(texts.flatMap((text) => text.split(/[\s,]+/)).filter((part) => part !== ''))];
  if (targets.length === 1 && targets[0] === 'none') return [];
  problems.push(
    ...targets.filter((one) => wayOf(one) === null).map((target) => problem('notice.badTarget', { target })),
  );
  return targets;
}

function tierOf(text: string | null, problems: Problem[]): Tier | null {
  if (text === null || isTier(text)) return text;
  problems.push(badValue('tier', text, tiers.join(', ')));
  return null;
}

/** Words that are missing or too many, and options of other commands. */
function misuse(command: CommandName, args: readonly string[], options: readonly OptionName[]): Problem[] {
  const wanted = commands[command].args;
  const name = `kiln ${command}`;
  const allowed = [...commands[command].options, ...sharedOptions];
  const most = wanted.at(-1)?.includes('…') ? Number.POSITIVE_INFINITY : wanted.length;
  // Another core has devices of its own.
  const others: readonly OptionName[] = options.includes('on') ? ['devices'] : [];
  const missing = wanted.filter((arg, i) => !arg.startsWith('[') && args[i] === undefined);
  return [
    ...missing.map((argument) => problem('argument.missing', { command: name, argument })),
    ...args.slice(most).map((argument) => problem('argument.unexpected', { command: name, argument })),
    ...options
      .filter((option) => !allowed.includes(option) || others.includes(option))
      .map((option) => problem('argument.unexpected', { command: name, argument: `--${option}` })),
  ];
}
