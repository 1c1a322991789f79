import * as Dropdown from '@radix-ui/react-dropdown-menu';
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  ChevronRight,
  type LucideIcon,
} from 'lucide-react';
import { type Alignment, alignments, type Spread, spreads } from '../session/align.ts';
import type { CommandId } from '../session/commands.ts';
import { IconButton } from './icon-button.tsx';
import { MenuItem, MenuSeparator } from './menu.tsx';
import { useStudio, useTexts } from './place.tsx';

// Icons are named after the line that things come to lie on.
const icons: Readonly<Record<Alignment | Spread, LucideIcon>> = {
  left: AlignStartVertical,
  centre: AlignCenterVertical,
  right: AlignEndVertical,
  top: AlignStartHorizontal,
  middle: AlignCenterHorizontal,
  bottom: AlignEndHorizontal,
  across: AlignHorizontalSpaceBetween,
  down: AlignVerticalSpaceBetween,
};

const alignCommand = {
  left: 'graph.alignLeft',
  centre: 'graph.alignCentre',
  right: 'graph.alignRight',
  top: 'graph.alignTop',
  middle: 'graph.alignMiddle',
  bottom: 'graph.alignBottom',
  across: 'graph.spreadAcross',
  down: 'graph.spreadDown',
} as const satisfies Readonly<Record<Alignment | Spread, CommandId>>;

/** Below an item of a menu: everything that brings nodes into line. */
export function AlignMenu({ count }: { count: number }) {
  const { commands } = useStudio();
  const { texts } = useTexts();
  return (
    <Dropdown.Sub>
      <Dropdown.SubTrigger className="menu-item">
        <AlignStartVertical size={16} aria-hidden />
        <span>{texts.canvas.align}</span>
        <ChevronRight className="menu-more" size={16} aria-hidden />
      </Dropdown.SubTrigger>
      <Dropdown.Portal>
        <Dropdown.SubContent className="menu" collisionPadding={8} loop>
          {alignments.map((how) => (
            <MenuItem key={how} icon={icons[how]} onSelect={() => commands.run(alignCommand[how])}>
              {texts.canvas.alignTo[how]}
            </MenuItem>
          ))}
          <MenuSeparator />
          {spreads.map((how) => (
            <MenuItem key={how} icon={icons[how]} disabled={count < 3} onSelect={() => commands.run(alignCommand[how])}>
              {texts.canvas.spread[how]}
            </MenuItem>
          ))}
        </Dropdown.SubContent>
      </Dropdown.Portal>
    </Dropdown.Sub>
  );
}

/** The same as buttons. */
export function AlignButtons({ count }: { count: number }) {
  const { commands } = useStudio();
  const { texts } = useTexts();
  return (
    <div className="align-buttons" role="toolbar" aria-label={texts.canvas.align}>
      {alignments.map((how) => (
        <IconButton
          key={how}
          icon={icons[how]}
          label={texts.canvas.alignTo[how]}
          onClick={() => commands.run(alignCommand[how])}
        />
      ))}
      <span className="tool-gap" />
      {spreads.map((how) => (
        <IconButton
          key={how}
          icon={icons[how]}
          label={texts.canvas.spread[how]}
          disabled={count < 3}
          onClick={() => commands.run(alignCommand[how])}
        />
      ))}
    </div>
  );
}
