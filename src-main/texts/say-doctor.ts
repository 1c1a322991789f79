import { doctor as chinese } from './chinese/cli-doctor.ts';
import type { DoctorTexts, Finding, SaidFinding } from './cli-doctor-texts.ts';
import { doctor as english } from './english/cli-doctor.ts';
import { inLanguage, type Language } from './language.ts';
import { sayProblem } from './say.ts';

/** What `kiln doctor` says, in one language. */
export const doctorTexts = (language: Language): DoctorTexts => inLanguage(language, { en: english, zh: chinese });

/** What was found, where, why it is so and what to do. */
export function sayFinding(finding: Finding, language: Language): SaidFinding {
  if (finding.code === 'problem') {
    const { message, remedy } = sayProblem(finding.values.problem, language);
    return { where: finding.values.where, what: message, why: '', remedy };
  }
  const say = doctorTexts(language).findings[finding.code] as (values: unknown) => SaidFinding;
  return say(finding.values);
}
