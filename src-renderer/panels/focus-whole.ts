/** A dialog that opens has the focus as a whole: on its first button, a hint would cover it. */
export function focusWhole(event: Event): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement).focus();
}
