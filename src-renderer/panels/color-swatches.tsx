import * as Dropdown from '@radix-ui/react-dropdown-menu';
import { CircleOff } from 'lucide-react';
import { colorNames, colors } from '../../src-main/model/colors.ts';
import { useTexts } from './place.tsx';

interface Props {
  readonly value: string | null;
  /** Where a colour may be taken away. */
  readonly canBeNone: boolean;
  readonly onChoose: (color: string | null) => void;
}

const none = 'none';

/** One line of a menu: a colour is chosen by the mouse or by arrow keys, as anything else there. */
export function MenuColors({ value, canBeNone, onChoose }: Props) {
  const { texts } = useTexts();
  return (
    <>
      <Dropdown.Label className="menu-label">{texts.canvas.color}</Dropdown.Label>
      <Dropdown.RadioGroup
        className="menu-colors"
        value={value ?? none}
        onValueChange={(color) => onChoose(color === none ? null : color)}
      >
        {canBeNone && (
          <Dropdown.RadioItem
            className="color-swatch"
            value={none}
            aria-label={texts.canvas.noColor}
            title={texts.canvas.noColor}
          >
            <CircleOff size={16} aria-hidden />
          </Dropdown.RadioItem>
        )}
        {colorNames.map((name) => (
          <Dropdown.RadioItem
            key={name}
            className="color-swatch"
            value={colors[name]}
            aria-label={texts.canvas.colors[name]}
            title={texts.canvas.colors[name]}
          >
            <span style={{ background: colors[name] }} />
          </Dropdown.RadioItem>
        ))}
      </Dropdown.RadioGroup>
    </>
  );
}
