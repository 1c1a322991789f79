/** A step that goes below its sigma and comes back by adding noise: how far down, and how much noise. */
export interface Ancestral {
  readonly down: number;
  readonly up: number;
}

export function ancestral(from: number, to: number, eta = 1): Ancestral {
  const up = Math.min(to, eta * to * Math.sqrt(Math.max(0, 1 - (to / from) ** 2)));
  return { down: Math.sqrt(to * to - up * up), up };
}

/** On a flow the state shrinks as noise is added: it is multiplied by `keep` first. */
export function flowAncestral(from: number, to: number): Ancestral & { readonly keep: number } {
  const down = (to * to) / from;
  const keep = (1 - to) / (1 - down);
  return { down, up: Math.sqrt(to * to - (down * keep) ** 2), keep };
}
