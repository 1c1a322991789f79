import * as Dialog from '@radix-ui/react-dialog';
import { type ComponentProps, useState } from 'react';

/**
 * What is in one of our dialogs. It has the focus as a whole, where none of its fields asks for it: on its first button,
 * a hint would cover it. Once it is closed, the focus is where it was before, unless something else has taken it.
 */
export function DialogContent(props: ComponentProps<typeof Dialog.Content>) {
  // Read while it is drawn first: by then no field of it has the focus.
  const [before] = useState(() => document.activeElement);
  return (
    <Dialog.Content
      aria-describedby={undefined}
      onOpenAutoFocus={(event) => {
        event.preventDefault();
        (event.currentTarget as HTMLElement).focus();
      }}
      onCloseAutoFocus={(event) => {
        event.preventDefault();
        if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
      }}
      // What is told while it is open, such as that a picture was deleted, can be answered without closing it.
      onInteractOutside={(event) => {
        if (isToast(event)) event.preventDefault();
      }}
      {...props}
    />
  );
}

/** One that was answered is gone from the page already. */
function isToast(event: Event): boolean {
  const { originalEvent } = (event as CustomEvent<{ originalEvent?: Event }>).detail ?? {};
  const target = originalEvent?.target ?? event.target;
  return target instanceof Element && (!target.isConnected || target.closest('.toasts') !== null);
}
