/** What one text encoder gave: float32 [tokens, width]. */
export interface States {
  readonly values: Float32Array;
  readonly tokens: number;
  readonly width: number;
}

/**
 * Groups one behind the other, the encoders of a group side by side, both filled up with zeros: to the longest of the
 * group, and to `width`, or to the widest group where that is null.
 */
export function joinedStates(groups: readonly (readonly States[])[], width: number | null): States {
  const wide = width ?? Math.max(...groups.map((group) => group.reduce((sum, states) => sum + states.width, 0)));
  const lengths = groups.map((group) => Math.max(...group.map(({ tokens }) => tokens)));
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const values = new Float32Array(tokens * wide);
  let row = 0;
  for (const [i, group] of groups.entries()) {
    let column = 0;
    for (const states of group) {
      for (let t = 0; t < states.tokens; t++)
        values.set(states.values.subarray(t * states.width, (t + 1) * states.width), (row + t) * wide + column);
      column += states.width;
    }
    row += lengths[i]!;
  }
  return { values, tokens, width: wide };
}
