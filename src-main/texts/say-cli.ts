import { cli as chinese } from './chinese/cli.ts';
import type { CliTexts } from './cli-texts.ts';
import { cli as english } from './english/cli.ts';
import type { Language } from './language.ts';

const tables: Readonly<Record<Language, CliTexts>> = { en: english, zh: chinese };

/** What the command line says besides problems, in one language. */
export const cliTexts = (language: Language): CliTexts => tables[language];
