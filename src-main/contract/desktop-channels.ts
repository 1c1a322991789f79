/** Channels between a window and its page. */
export const channels = {
  open: 'kiln:open',
  send: 'kiln:send',
  close: 'kiln:close',
  wire: 'kiln:wire',
  call: 'kiln:call',
  told: 'kiln:told',
} as const;

/** A page numbers its wires; those of the next load of a page begin elsewhere, at another multiple of this. */
export const wiresOfLoad = 2 ** 20;
