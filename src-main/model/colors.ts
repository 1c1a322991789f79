/** Colours that nodes, groups and notes can have, by name. Files hold any colour; these are what a person is offered. */
export const colorNames = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'grey'] as const;

/** Of a lightness that carries both on light and on dark paper. */
export const colors: Readonly<Record<(typeof colorNames)[number], string>> = {
  red: '#e05d5d',
  orange: '#e58a3c',
  yellow: '#d9b13b',
  green: '#6aa84f',
  teal: '#3fa79b',
  blue: '#4f8fd9',
  purple: '#9a6fd0',
  grey: '#8d867c',
};
