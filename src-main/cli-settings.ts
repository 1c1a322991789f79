import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { table } from './cli-lists.ts';
import { problemsAsJson } from './cli-results.ts';
import type { Surroundings } from './cli-run.ts';
import type { SettingsAnswer } from './contract/settings.ts';
import { settingsOf } from './core-settings.ts';
import { fail, unwrap } from './model/errors.ts';
import type { Json } from './model/json.ts';
import { nearest } from './model/nearest.ts';
import { valueFromText } from './model/setting-text.ts';
import {
  allNames,
  groupOf,
  isSecretName,
  isSettingName,
  rulesFrom,
  type SecretName,
  type SettingName,
  settingGroups,
  settingOf,
} from './model/settings.ts';
import { sayLimits, sayValue, settingTexts } from './texts/say-settings.ts';

type Named = SettingName | SecretName;
type Values = Readonly<Record<string, Json>>;

/** The settings of this home, or of the core that `--on` names. */
interface Reach {
  get(): Promise<SettingsAnswer>;
  set(values: Values): Promise<SettingsAnswer>;
}

const actions = ['list', 'get', 'set', 'reset'] as const;

/** `kiln settings`: a serving core of the same home takes a change up by itself. */
export async function settings(args: Arguments, around: Surroundings): Promise<ExitCode> {
  const [action = 'list', name, ...words] = args.args;
  if (!(actions as readonly string[]).includes(action)) {
    const near = nearest(action, actions);
    fail('command.unknown', { command: `settings ${action}`, nearest: near && `settings ${near}` });
  }
  const command = `kiln settings ${action}`;
  if (action === 'list' && name !== undefined) fail('argument.unexpected', { command, argument: name });
  if (action !== 'list' && name === undefined) fail('argument.missing', { command, argument: 'NAME' });
  return withReach(args, around, async (reach) => {
    if (action === 'list') list(await reach.get(), args, around);
    else if (action === 'get') {
      if (words[0] !== undefined) fail('argument.unexpected', { command, argument: words[0] });
      get(settingNamed(name!), await reach.get(), args, around);
    } else if (action === 'set') await set(name!, words, reach, around);
    else await reset([name!, ...words], reach, around);
    return exitCodes.done;
  });
}

async function withReach<T>(args: Arguments, around: Surroundings, use: (reach: Reach) => Promise<T>): Promise<T> {
  if (args.on === null) {
    const here = settingsOf({ home: around.home });
    return use({ get: async () => here.answer(), set: (values) => here.set(values) });
  }
  const core = await around.openRemote(args.on);
  try {
    return await use({
      get: async () => unwrap(await core.call('settings.get', {})),
      set: async (values) => unwrap(await core.call('settings.set', { values: { ...values } })),
    });
  } finally {
    await core.close();
  }
}

function settingNamed(name: string): Named {
  if (isSettingName(name) || isSecretName(name)) return name;
  return fail('setting.unknown', { name, nearest: nearest(name, allNames) });
}

function shown(name: Named, answer: SettingsAnswer, { language }: Surroundings): string {
  if (isSecretName(name)) return settingTexts(language).secretStates[answer.secrets[name]];
  return sayValue(settingOf(name).shape, answer.values[name], language);
}

function list(answer: SettingsAnswer, { json }: Arguments, around: Surroundings): void {
  const { terminal, language } = around;
  const texts = settingTexts(language);
  if (json) {
    const { problems, ...rest } = answer;
    terminal.data(JSON.stringify({ ...rest, problems: problemsAsJson(problems, language) }));
    return;
  }
  const rows = (group: string) =>
    allNames
      .filter((name) => groupOf(name) === group)
      .map((name) => {
        const isWritten = isSettingName(name) && answer.written.includes(name);
        const isPending = isSettingName(name) && answer.pending.includes(name);
        const { label } = texts.settings[name];
        return [
          `  ${name}`,
          `${isWritten ? '*' : ' '} ${shown(name, answer, around)}`,
          isPending ? `${label} (${texts.takes.restart})` : label,
        ];
      });
  for (const group of settingGroups) {
    terminal.data(texts.groups[group]);
    table(rows(group)).forEach(terminal.data);
  }
  sayComplaints(around, withoutLine(answer.problems), {}, 'warning');
}

/** The value alone for programs, and beside it what a person wants to know. */
function get(name: Named, answer: SettingsAnswer, { json }: Arguments, around: Surroundings): void {
  const { terminal, language } = around;
  const texts = settingTexts(language);
  if (json) terminal.data(JSON.stringify(isSecretName(name) ? { state: answer.secrets[name] } : answer.values[name]));
  else terminal.data(shown(name, answer, around));
  if (json) return;
  const { label, help } = texts.settings[name];
  const facts = [label, help];
  if (isSettingName(name)) {
    const { shape, default: otherwise, takes } = settingOf(name);
    facts.push(texts.byDefault(sayValue(shape, otherwise, language)), sayLimits(shape, language), texts.takes[takes]);
    if (answer.pending.includes(name)) facts.push(texts.pending);
  }
  for (const fact of facts.filter(Boolean)) terminal.say(terminal.paint('dim', fact));
}

async function set(written: string, words: readonly string[], reach: Reach, around: Surroundings): Promise<void> {
  const { terminal, language } = around;
  const texts = settingTexts(language);
  const [base, pack] = partsOf(written);
  const name = settingNamed(base);
  if (isSecretName(name)) {
    if (words.length === 0 && terminal.live) terminal.say(texts.askSecret(name));
    const value = words.length === 0 ? await around.readSecret() : words.join(' ');
    const answer = await reach.set({ [name]: value });
    terminal.say(texts.set(name, shown(name, answer, around)));
    return;
  }
  if (words.length === 0) fail('argument.missing', { command: `kiln settings set ${written}`, argument: 'VALUE' });
  const text = words.join(' ');
  const value =
    pack === null
      ? valueFromText(settingOf(name).shape, text)
      : { ...(await reach.get()).values.packAffinity, [pack]: rulesFrom(text) };
  const answer = await reach.set({ [name]: value });
  terminal.say(texts.set(name, shown(name, answer, around)));
  if (answer.pending.includes(name)) terminal.say(texts.pending);
}

async function reset(names: readonly string[], reach: Reach, around: Surroundings): Promise<void> {
  const texts = settingTexts(around.language);
  const values: Record<string, Json> = {};
  for (const written of names) {
    const [base, pack] = partsOf(written);
    const name = settingNamed(base);
    if (pack === null) values[name] = null;
    else {
      const { [pack]: _gone, ...left } = (await reach.get()).values.packAffinity;
      values[name] = Object.keys(left).length === 0 ? null : left;
    }
  }
  const answer = await reach.set(values);
  for (const name of Object.keys(values) as Named[])
    around.terminal.say(texts.reset(name, shown(name, answer, around)));
}

/** `packAffinity.starter` is what that setting holds for one pack. */
function partsOf(name: string): readonly [string, string | null] {
  const [base, ...rest] = name.split('.');
  return base === 'packAffinity' && rest.length > 0 ? [base, rest.join('.')] : [name, null];
}
