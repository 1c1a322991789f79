const macNames: Readonly<Record<string, string>> = { $mod: '⌘', Shift: '⇧', Alt: '⌥', Control: '⌃', Meta: '⌘' };
const otherNames: Readonly<Record<string, string>> = { $mod: 'Ctrl', Control: 'Ctrl', Meta: 'Meta' };
const keyNames: Readonly<Record<string, string>> = {
  Enter: '↵',
  Equal: '+',
  NumpadAdd: 'Num +',
  NumpadSubtract: 'Num −',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Delete: 'Del',
  Backspace: '⌫',
  Escape: 'Esc',
};

/** `$mod+Shift+KeyP` as it stands on the keys of this machine: Ctrl Shift P, or ⌘⇧P. */
export function keyName(keys: string, isMac: boolean): string {
  const parts = keys.split('+');
  const last = parts.pop()!;
  // ? is Shift and a key already.
  const mods = last === '?' ? parts.filter((part) => part !== 'Shift') : parts;
  const named = mods.map((mod) => (isMac ? macNames[mod] : otherNames[mod]) ?? mod);
  const plain = last.replace(/^(Key|Digit)(?=.$)/, '');
  const key = keyNames[plain] ?? (plain.length === 1 ? plain.toUpperCase() : plain);
  return [...named, key].join(isMac ? '' : ' ');
}

/** The press as keys of a command; null while only Shift and the like are down. */
export function keysPressed(event: KeyboardEvent, isMac: boolean): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process'].includes(event.key)) return null;
  const isLetter = /^(Key[A-Z]|Digit\d)$/.test(event.code);
  const mods = [
    ...((isMac ? event.metaKey : event.ctrlKey) ? ['$mod'] : []),
    ...((isMac ? event.ctrlKey : event.metaKey) ? [isMac ? 'Control' : 'Meta'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey ? ['Shift'] : []),
  ];
  return [...mods, isLetter || event.key === ' ' ? event.code : event.key].join('+');
}
