import { commands, sharedOptions, valueNames } from './cli-arguments.ts';
import { widthOf } from './cli-terminal.ts';
import { type CliTexts, type CommandName, commandNames, type OptionName } from './texts/cli-texts.ts';

/** Two columns, the first as wide as its widest entry. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => widthOf(name)));
  return rows.map(([name, text]) => `  ${name}${' '.repeat(width - widthOf(name))}  ${text}`);
}

const optionText = (option: OptionName): string => {
  const value = valueNames[option];
  return value ? `--${option} ${value}` : `--${option}`;
};

const callOf = (command: CommandName): string =>
  [
    'kiln',
    command,
    ...commands[command].args,
    ...commands[command].options.map((option) => `[${optionText(option)}]`),
  ].join(' ');

/** All commands and options. */
export function helpPage(texts: CliTexts): string {
  const own = [...new Set(Object.values(commands).flatMap(({ options }) => options))];
  return [
    `${texts.usage}: kiln ${commandNames.join('|')} …`,
    '',
    `${texts.commandsTitle}:`,
    ...columns(commandNames.map((name) => [[name, ...commands[name].args].join(' '), texts.commands[name]])),
    '',
    `${texts.optionsTitle}:`,
    ...columns([...own, ...sharedOptions].map((option) => [optionText(option), texts.options[option]])),
  ].join('\n');
}

/** One command. */
export function commandPage(command: CommandName, texts: CliTexts): string {
  return [
    `${texts.usage}: ${callOf(command)}`,
    '',
    `  ${texts.commands[command]}`,
    '',
    `${texts.optionsTitle}:`,
    ...columns(
      [...commands[command].options, ...sharedOptions].map((option) => [optionText(option), texts.options[option]]),
    ),
  ].join('\n');
}
