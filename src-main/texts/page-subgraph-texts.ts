/** What the page says about subgraphs. */
export interface SubgraphTexts {
  /** What a new one is called. */
  readonly title: string;
  readonly make: string;
  readonly unpack: string;
  readonly independent: string;
  readonly enter: string;
  readonly leave: string;
  /** Where one is. */
  readonly path: string;
  readonly about: (nodes: number) => string;
  readonly usedBy: (nodes: number) => string;
  readonly name: string;
  readonly inputs: string;
  readonly outputs: string;
  readonly newInput: string;
  readonly newOutput: string;
  readonly noInputs: string;
  readonly noOutputs: string;
  readonly labelOf: (name: string) => string;
  readonly earlier: (name: string) => string;
  readonly later: (name: string) => string;
  readonly remove: (name: string) => string;
  readonly expose: string;
  readonly unexpose: string;
  readonly circle: string;
  readonly category: string;
}
