/** Colours of the canvas: those of the page, read once and again when the page changes its own. */
export interface Theme {
  readonly paper: string;
  readonly surface: string;
  readonly sunken: string;
  readonly raised: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly quiet: string;
  readonly ember: string;
  readonly emberSoft: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
  readonly font: string;
  readonly isDark: boolean;
}

const names = {
  paper: '--paper',
  surface: '--surface',
  sunken: '--sunken',
  raised: '--raised',
  line: '--line',
  lineStrong: '--line-strong',
  text: '--text',
  quiet: '--quiet',
  ember: '--ember',
  emberSoft: '--ember-soft',
  good: '--good',
  bad: '--bad',
  warn: '--warn',
} as const;

/** `light-dark()` is resolved where a colour is used, so an element of the page is asked for each. */
export function themeOf(element: HTMLElement): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, read(name)]));
  const font = getComputedStyle(element).fontFamily;
  probe.remove();
  const [r = 0, g = 0, b = 0] = (colors.surface?.match(/[\d.]+/g) ?? []).map(Number);
  return { ...(colors as Omit<Theme, 'font' | 'isDark'>), font, isDark: r + g + b < 384 };
}
