/** Channels between a window and its page. */
export const channels = {
  open: 'kiln:open',
  send: 'kiln:send',
  close: 'kiln:close',
  wire: 'kiln:wire',
  call: 'kiln:call',
  told: 'kiln:told',
} as const;
