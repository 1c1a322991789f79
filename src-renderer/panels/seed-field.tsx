import { Dices, Lock, LockOpen } from 'lucide-react';
import type { FieldProps } from './field-props.ts';
import { IconButton } from './icon-button.tsx';
import { useTexts } from './place.tsx';

/** Whether a seed is kept from run to run; only exposed seeds are drawn anew, so others have no lock. */
export interface SeedLock {
  readonly isLocked: boolean;
  readonly onLock: ((locked: boolean) => void) | null;
  readonly onDraw: () => void;
}

/** Who types a seed wants that seed, so it is locked. */
export function SeedField({ id, value, onChange, aria, isLocked, onLock, onDraw }: FieldProps<string> & SeedLock) {
  const { texts } = useTexts();
  return (
    <div className="seed">
      <input
        id={id}
        className="input"
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => {
          onChange(event.target.value.trim());
          onLock?.(true);
        }}
        {...aria}
      />
      <IconButton icon={Dices} label={texts.form.newSeed} onClick={onDraw} />
      {onLock && (
        <IconButton
          icon={isLocked ? Lock : LockOpen}
          label={texts.form.keepSeed}
          pressed={isLocked}
          onClick={() => onLock(!isLocked)}
        />
      )}
    </div>
  );
}
