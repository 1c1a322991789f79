import * as Tooltip from '@radix-ui/react-tooltip';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

interface Props extends ComponentProps<'button'> {
  readonly icon: LucideIcon;
  /** Its name, shown when it is pointed at or has the focus. */
  readonly label: string;
  readonly pressed?: boolean;
}

export function IconButton({ icon: Icon, label, pressed, className = '', ...rest }: Props) {
  return (
    <Hint text={label}>
      <button
        type="button"
        className={`icon-button ${className}`}
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        {...rest}
      >
        <Icon size={16} aria-hidden />
      </button>
    </Hint>
  );
}

interface HintProps {
  readonly text: string;
  readonly children: ReactNode;
  readonly side?: 'top' | 'right';
}

export function Hint({ text, children, side = 'top' }: HintProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="hint" side={side} sideOffset={6} collisionPadding={8}>
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
