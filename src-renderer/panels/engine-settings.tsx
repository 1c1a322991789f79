import { RotateCcw } from 'lucide-react';
import { useEffect, useId } from 'react';
import type { SettingsAnswer } from '../../src-main/contract/settings.ts';
import {
  allNames,
  groupOf,
  isSecretName,
  type SecretName,
  type SettingName,
  settingGroups,
  settingOf,
} from '../../src-main/model/settings.ts';
import type { Language } from '../../src-main/texts/language.ts';
import { sayValue, settingTexts } from '../../src-main/texts/say-settings.ts';
import { IconButton } from './icon-button.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { SecretControl, SettingControl } from './setting-control.tsx';
import { TryNotices } from './try-notices.tsx';

type Name = SettingName | SecretName;

/** Those that a person looks for: by their label, help, name or group. */
export function fittingSettings(fits: (...words: string[]) => boolean, language: Language): readonly Name[] {
  const { groups, settings } = settingTexts(language);
  return allNames.filter((name) => fits(settings[name].label, settings[name].help, name, groups[groupOf(name)]));
}

/** The settings of the engine, a section for each group. */
export function EngineSections({ names }: { names: readonly Name[] }) {
  const { engineSettings } = useStudio();
  const { texts, language } = useTexts();
  const answer = useCell(engineSettings.answer);
  useEffect(() => {
    if (answer === null) void engineSettings.look().catch(() => {});
  }, [answer, engineSettings]);
  if (!answer || names.length === 0) return null;
  const { groups } = settingTexts(language);
  return (
    <>
      <ProblemNote problems={answer.problems} kind="warning" />
      {settingGroups
        .filter((group) => names.some((name) => groupOf(name) === group))
        .map((group) => (
          <section key={group} className="settings-section" aria-label={groups[group]}>
            <h3>{groups[group]}</h3>
            {names
              .filter((name) => groupOf(name) === group)
              .map((name) => (
                <SettingRow key={name} name={name} answer={answer} />
              ))}
            {group === 'notices' && <TryNotices />}
          </section>
        ))}
      <p className="quiet settings-note">{texts.settings.engine.file(answer.file)}</p>
    </>
  );
}

function SettingRow({ name, answer }: { name: Name; answer: SettingsAnswer }) {
  const { engineSettings } = useStudio();
  const { texts, language } = useTexts();
  const refused = useCell(engineSettings.refused)[name] ?? [];
  const id = useId();
  const said = settingTexts(language);
  const { label, help } = said.settings[name];
  const isLocked = answer.locked.includes(name);
  const isSecret = isSecretName(name);
  const isWritten = !isSecret && answer.written.includes(name);
  const about = [help, ...(isLocked ? [said.locked] : [])].join(language === 'zh' ? '' : ' ');
  const aria = {
    'aria-describedby': `${id}-help ${id}-problems`,
    ...(refused.length > 0 ? { 'aria-invalid': true as const } : {}),
  };
  const isWide = !isSecret && ['rules', 'rules-by-pack', 'list', 'sizes'].includes(settingOf(name).shape.kind);
  return (
    <div className={`settings-row engine-setting${isWide ? ' wide' : ''}`}>
      <div className="setting-words">
        <label htmlFor={id}>{label}</label>
        <small className="quiet" id={`${id}-help`}>
          {about}
          {!isSecret && (
            <span className="setting-default">
              {said.byDefault(sayValue(settingOf(name).shape, settingOf(name).default, language))}
              {answer.pending.includes(name) && <strong>{said.pending}</strong>}
            </span>
          )}
        </small>
      </div>
      <div className="setting-value">
        {isSecret ? (
          <SecretControl id={id} name={name} state={answer.secrets[name]} isLocked={isLocked} aria={aria} />
        ) : (
          <SettingControl id={id} name={name} value={answer.values[name]} isLocked={isLocked} aria={aria} />
        )}
        {!isSecret && (
          <IconButton
            icon={RotateCcw}
            label={texts.settings.engine.reset(label)}
            disabled={!isWritten || isLocked}
            onClick={() => void engineSettings.set(name, null)}
          />
        )}
      </div>
      <ProblemNote problems={refused} id={`${id}-problems`} here />
    </div>
  );
}
