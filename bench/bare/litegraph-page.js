// A graph on plain litegraph.js, drawn as the library draws by itself. Runs in the page.
/* global LGraph, LGraphCanvas, LiteGraph */
LiteGraph.NODE_TITLE_HEIGHT = 30; // as high as Kiln's titles
LiteGraph.pointerevents_method = 'pointer';
LiteGraph.MAX_NUMBER_OF_NODES = 100_000;
const graph = new LGraph();
graph.updateExecutionOrder = () => {}; // it is sorted anew for each node and link otherwise
const canvas = document.querySelector('canvas');
let view = null;

/** `box` is where Kiln's canvas is on its page; links are [node, slot, node, slot] by number. */
window.showGraph = ({ nodes, links, box }) => {
  Object.assign(canvas.style, { left: `${box.x}px`, top: `${box.y}px` });
  Object.assign(canvas, { width: box.width, height: box.height });
  const made = nodes.map(({ title, at, size, inputs, outputs, widgets }) => {
    const node = new LiteGraph.LGraphNode(title);
    for (const { name, label, type, y } of inputs) node.addInput(name, type, { label, pos: [0, y] });
    for (const { name, type, y } of outputs) node.addOutput(name, type, { pos: [size[0], y] });
    for (const { kind, name, value, options, y } of widgets) node.addWidget(kind, name, value, () => {}, options).y = y;
    node.pos = at;
    node.size = size;
    graph.add(node, true);
    return node;
  });
  for (const [from, output, to, input] of links) made[from].connect(output, made[to], input);
  view = new LGraphCanvas(canvas, graph, { autoresize: false });
};

window.look = (scale, offset) => {
  view.ds.scale = scale;
  view.ds.offset = offset;
  view.setDirty(true, true);
};
