/** What a person reads of a node type; the English is in the node itself. */
export interface NodeWords {
  readonly title: string;
  readonly about: string;
  /** More words that people search it by. */
  readonly synonyms: readonly string[];
  readonly inputs: Readonly<Record<string, InputWords>>;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface InputWords {
  readonly label: string;
  readonly help?: string;
  /** Choices that are words; names such as those of samplers stay as they are. */
  readonly choices?: Readonly<Record<string, string>>;
}
