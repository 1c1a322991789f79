import { Check, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { textOfValue, valueFromText } from '../../src-main/model/setting-text.ts';
import {
  rulesFrom,
  type SecretName,
  type SecretState,
  type SettingName,
  type Settings,
  settingOf,
} from '../../src-main/model/settings.ts';
import { settingTexts } from '../../src-main/texts/say-settings.ts';
import { AffinityField } from './affinity-field.tsx';
import { IconButton } from './icon-button.tsx';
import { PackRules } from './pack-rules.tsx';
import { useStudio, useTexts } from './place.tsx';

interface Aria {
  readonly 'aria-describedby': string;
  readonly 'aria-invalid'?: true;
}

interface Props {
  readonly id: string;
  readonly name: SettingName;
  readonly value: Settings[SettingName];
  readonly isLocked: boolean;
  readonly aria: Aria;
}

/** What a setting is changed with, by what it looks like. */
export function SettingControl({ id, name, value, isLocked, aria }: Props) {
  const { engineSettings } = useStudio();
  const { language } = useTexts();
  const { shape } = settingOf(name);
  const said = settingTexts(language);
  const set = (next: Parameters<typeof engineSettings.set>[1]): void => void engineSettings.set(name, next);
  if (shape.kind === 'switch')
    return (
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        disabled={isLocked}
        checked={value === true}
        aria-checked={value === true}
        onChange={({ target }) => set(target.checked)}
        {...aria}
      />
    );
  if (shape.kind === 'choice')
    return (
      <select
        id={id}
        className="input"
        disabled={isLocked}
        value={String(value)}
        onChange={({ target }) => set(target.value)}
        {...aria}
      >
        {shape.choices.map((choice) => (
          <option key={choice} value={choice}>
            {said.choices[choice] ?? choice}
          </option>
        ))}
      </select>
    );
  if (shape.kind === 'rules')
    return (
      <AffinityField
        id={id}
        rules={value as readonly string[]}
        isLocked={isLocked}
        onRules={(text) => set(rulesFrom(text))}
        aria={aria}
      />
    );
  if (shape.kind === 'rules-by-pack')
    return <PackRules id={id} value={value as Settings['packAffinity']} isLocked={isLocked} onChange={set} />;
  const text = shape.kind === 'number' && shape.zeroIsAutomatic && value === 0 ? '' : textOfValue(shape, value);
  const unit = shape.kind === 'number' && text !== '' ? said.units[shape.unit] : '';
  return (
    <>
      {unit !== '' && <span className="quiet">{unit}</span>}
      <LineField
        id={id}
        text={text}
        placeholder={shape.kind === 'number' && shape.zeroIsAutomatic ? said.automatic : ''}
        isLocked={isLocked}
        onText={(typed) => set(typed === '' && shape.kind === 'number' ? null : valueFromText(shape, typed))}
        aria={aria}
      />
    </>
  );
}

interface LineProps {
  readonly id: string;
  readonly text: string;
  readonly placeholder: string;
  readonly isLocked: boolean;
  readonly onText: (text: string) => void;
  readonly aria: Aria;
}

/** Set when it is left or Enter is pressed; Escape takes back what was typed. */
function LineField({ id, text, placeholder, isLocked, onText, aria }: LineProps) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const done = (): void => {
    if (typed.trim() !== text) onText(typed.trim());
  };
  return (
    <input
      id={id}
      className="input"
      value={typed}
      placeholder={placeholder}
      disabled={isLocked}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={done}
      onKeyDown={({ key }) => {
        if (key === 'Enter') done();
        if (key === 'Escape') setTyped(text);
      }}
      {...aria}
    />
  );
}

interface SecretProps {
  readonly id: string;
  readonly name: SecretName;
  readonly state: SecretState;
  readonly isLocked: boolean;
  readonly aria: Aria;
}

/** Goes in and never comes out: only whether there is one is shown. */
export function SecretControl({ id, name, state, isLocked, aria }: SecretProps) {
  const { engineSettings } = useStudio();
  const { texts, language } = useTexts();
  const [typed, setTyped] = useState('');
  const said = settingTexts(language);
  const { label } = said.settings[name];
  const save = async (): Promise<void> => {
    if (typed !== '' && (await engineSettings.set(name, typed))) setTyped('');
  };
  return (
    <form
      className="secret"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <span className="quiet">{said.secretStates[state]}</span>
      <input
        id={id}
        className="input"
        type="password"
        autoComplete="off"
        value={typed}
        placeholder={texts.settings.engine.newSecret}
        disabled={isLocked}
        onChange={({ target }) => setTyped(target.value)}
        {...aria}
      />
      <IconButton
        icon={Check}
        type="submit"
        label={texts.settings.engine.save(label)}
        disabled={isLocked || typed === ''}
      />
      <IconButton
        icon={X}
        label={texts.settings.engine.forget(label)}
        disabled={isLocked || state === 'unset'}
        onClick={() => void engineSettings.set(name, null)}
      />
    </form>
  );
}
