import type { SubgraphTexts } from '../page-subgraph-texts.ts';

const count = (n: number, one: string): string => (n === 1 ? `1 ${one}` : `${n} ${one}s`);

export const subgraphs: SubgraphTexts = {
  title: 'Subgraph',
  make: 'Make a subgraph',
  unpack: 'Unpack the subgraph',
  independent: 'Make independent',
  enter: 'Open the subgraph',
  leave: 'Back to the graph around it',
  path: 'Where this is in the graph',
  about: (nodes) => `A subgraph of ${count(nodes, 'node')}.`,
  usedBy: (nodes) => `${count(nodes, 'node')} share it: a change inside reaches all of them.`,
  name: 'Name',
  inputs: 'Inputs',
  outputs: 'Outputs',
  newInput: 'new input',
  newOutput: 'new output',
  noInputs: 'None yet. Link an input of a node to “new input”, or offer a value with the eye beside it.',
  noOutputs: 'None yet. Link an output of a node to “new output”.',
  labelOf: (name) => `Name of ${name}`,
  earlier: (name) => `Move ${name} up`,
  later: (name) => `Move ${name} down`,
  remove: (name) => `Remove ${name}`,
  expose: 'Offer as an input of the subgraph',
  unexpose: 'Take out of the inputs of the subgraph',
  circle: 'A subgraph cannot be put into itself.',
  category: 'Subgraphs of this graph',
};
