/** How one of ComfyUI's inputs is called here, and values that are spelled differently. */
export interface InputMap {
  readonly kiln: string;
  /** ComfyUI's value by Kiln's. A Kiln value that is missing here has no counterpart. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface ClassMap {
  /** ComfyUI's class. */
  readonly class: string;
  /** Kiln's node type. */
  readonly type: string;
  /** By ComfyUI's name, in the order of its widgets. */
  readonly inputs: Readonly<Record<string, InputMap>>;
  /** Kiln's outputs by ComfyUI's slot; null where Kiln has none. */
  readonly outputs: readonly (string | null)[];
}

export const as = (kiln: string, values?: Readonly<Record<string, string>>): InputMap =>
  values ? { kiln, values } : { kiln };
