import * as Dropdown from '@radix-ui/react-dropdown-menu';
import { Check, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface MenuProps {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly label?: string;
  /** Where the focus goes when it closes; to the button where there is nothing. */
  readonly then?: () => HTMLElement | null;
}

/** A menu at a button. Not modal: a modal one writes a style sheet into the page, which its rules forbid. */
export function Menu({ trigger, children, label, then }: MenuProps) {
  const onClose = (event: Event): void => {
    const next = then?.();
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content
          className="menu"
          sideOffset={4}
          align="end"
          collisionPadding={8}
          loop
          onCloseAutoFocus={onClose}
        >
          {label && <Dropdown.Label className="menu-label">{label}</Dropdown.Label>}
          {children}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

interface ItemProps {
  readonly icon: LucideIcon;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ icon: Icon, onSelect, danger, disabled, children }: ItemProps) {
  return (
    <Dropdown.Item className={`menu-item ${danger ? 'danger' : ''}`} onSelect={onSelect} disabled={disabled ?? false}>
      <Icon size={16} aria-hidden />
      <span>{children}</span>
    </Dropdown.Item>
  );
}

interface ChoicesProps {
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string; readonly help?: string }[];
  readonly onChoose: (value: string) => void;
  readonly heading?: string;
}

export function MenuChoices({ value, choices, onChoose, heading }: ChoicesProps) {
  return (
    <Dropdown.RadioGroup value={value} onValueChange={onChoose}>
      {heading && <Dropdown.Label className="menu-label">{heading}</Dropdown.Label>}
      {choices.map((choice) => (
        <Dropdown.RadioItem key={choice.value} value={choice.value} className="menu-item">
          <span className="menu-check">
            <Dropdown.ItemIndicator>
              <Check size={16} aria-hidden />
            </Dropdown.ItemIndicator>
          </span>
          <span className="menu-words">
            <span className="clip" title={choice.label}>
              {choice.label}
            </span>
            {choice.help && <small>{choice.help}</small>}
          </span>
        </Dropdown.RadioItem>
      ))}
    </Dropdown.RadioGroup>
  );
}

export const MenuSeparator = () => <Dropdown.Separator className="menu-separator" />;
