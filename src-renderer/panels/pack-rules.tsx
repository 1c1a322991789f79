import { X } from 'lucide-react';
import { useState } from 'react';
import { rulesFrom, type Settings } from '../../src-main/model/settings.ts';
import { AffinityField } from './affinity-field.tsx';
import { IconButton } from './icon-button.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';

interface Props {
  readonly id: string;
  readonly value: Settings['packAffinity'];
  readonly isLocked: boolean;
  readonly onChange: (next: Record<string, readonly string[]> | null) => void;
}

/** Rules of placement for packs, a line each. */
export function PackRules({ id, value, isLocked, onChange }: Props) {
  const { texts } = useTexts();
  const packs = useCell(useStudio().packs);
  const [added, setAdded] = useState<readonly string[]>([]);
  const shown = [...Object.keys(value), ...added.filter((pack) => value[pack] === undefined)];
  const free = packs.map(({ packId }) => packId as string).filter((pack) => !shown.includes(pack));
  const said = texts.settings.engine;
  const without = (pack: string) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== pack));
  const change = (next: Record<string, readonly string[]>): void =>
    onChange(Object.keys(next).length === 0 ? null : next);
  return (
    <div className="pack-rules">
      {shown.map((pack) => (
        <div key={pack} className="pack-rule">
          <span>{pack}</span>
          <AffinityField
            id={`${id}-${pack}`}
            label={said.rulesOf(pack)}
            pack={pack}
            rules={value[pack] ?? []}
            isLocked={isLocked}
            onRules={(text) => change(text.trim() === '' ? without(pack) : { ...value, [pack]: rulesFrom(text) })}
          />
          <IconButton
            icon={X}
            label={said.removePack(pack)}
            disabled={isLocked}
            onClick={() => {
              setAdded(added.filter((one) => one !== pack));
              if (value[pack] !== undefined) change(without(pack));
            }}
          />
        </div>
      ))}
      <select
        id={id}
        className="input"
        value=""
        disabled={isLocked || free.length === 0}
        onChange={({ target }) => setAdded([...added, target.value])}
      >
        <option value="">{said.addPack}</option>
        {free.map((pack) => (
          <option key={pack} value={pack}>
            {pack}
          </option>
        ))}
      </select>
    </div>
  );
}
