/** How our dialogs behave, for the properties of their content. */
export const dialogWays = {
  /** It has the focus as a whole: on its first button, a hint would cover it. */
  onOpenAutoFocus(event: Event): void {
    event.preventDefault();
    (event.currentTarget as HTMLElement).focus();
  },
  /** What is told while it is open, such as that a picture was deleted, can be answered without closing it. */
  onInteractOutside(event: Event): void {
    if (isToast(event)) event.preventDefault();
  },
} as const;

/** One that was answered is gone from the page already. */
function isToast(event: Event): boolean {
  const { originalEvent } = (event as CustomEvent<{ originalEvent?: Event }>).detail ?? {};
  const target = originalEvent?.target ?? event.target;
  return target instanceof Element && (!target.isConnected || target.closest('.toasts') !== null);
}
