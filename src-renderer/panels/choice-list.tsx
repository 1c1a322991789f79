import { Command } from 'cmdk';
import { Check } from 'lucide-react';
import { useTexts } from './place.tsx';

interface Props {
  readonly value: string;
  readonly choices: readonly string[];
  readonly said: Readonly<Record<string, string>>;
  readonly label: string;
  readonly onChoose: (value: string) => void;
}

/** So many fit without a search; keys find their way among them all the same. */
const mostWithoutSearch = 7;

/** All choices at once, the present one marked; typing narrows them down. */
export function ChoiceList({ value, choices, said, label, onChoose }: Props) {
  const { texts } = useTexts();
  const all = choices.includes(value) ? choices : [value, ...choices];
  return (
    <Command className="choice-list" label={label} defaultValue={value} loop>
      <Command.Input
        className={all.length > mostWithoutSearch ? 'input' : 'visually-hidden'}
        placeholder={texts.canvas.searchChoices}
      />
      <Command.List>
        <Command.Empty className="palette-empty">{texts.canvas.noChoice}</Command.Empty>
        {all.map((choice) => (
          <Command.Item
            key={choice}
            value={choice}
            keywords={said[choice] ? [said[choice]] : []}
            className="choice-item"
            onSelect={() => onChoose(choice)}
          >
            <span>{said[choice] ?? choice}</span>
            {choice === value && <Check size={16} aria-hidden />}
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
