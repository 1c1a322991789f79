import type { DragEvent } from 'react';
import { problem } from '../../src-main/model/errors.ts';
import type { GraphView } from '../canvas/view.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { usePlace } from './place.tsx';

/** A picture that is dropped on a node with a file input becomes its value; anywhere else the page takes the file. */
export function useFileDrop(open: OpenGraph, view: GraphView | null) {
  const { studio, files } = usePlace();
  return {
    onDragOver(event: DragEvent): void {
      if (event.dataTransfer.types.includes('Files') && view?.fileInputAt(event)) event.preventDefault();
    },
    onDragLeave(): void {
      view?.fileInputAt(null);
    },
    onDrop(event: DragEvent): void {
      const into = view?.fileInputAt(event) ?? null;
      view?.fileInputAt(null);
      const file = event.dataTransfer.files[0];
      const node = into && open.graph.get().nodes[into.node];
      const spec = node && open.specs.get(node.type)?.inputs[into.input];
      if (!into || !file || spec?.kind !== 'file') return;
      event.preventDefault(); // the page would open the graph in it
      if (!spec.accept.includes(file.type)) {
        studio.notices.problems([problem('image.notAnImage', { name: file.name, found: file.type || file.name })]);
        return;
      }
      void studio.notices.attempt(async () => {
        const value = await files.put(new Uint8Array(await file.arrayBuffer()), file.name);
        open.setInput(into.node, into.input, { ...value });
        open.history.close();
      });
    },
  };
}
