import { nodeTypes } from '../../nodes/index.ts';
import { serveProcess } from './host-process.ts';
import { countOutsideMemoryAsHeap } from './outside-memory.ts';

countOutsideMemoryAsHeap();
serveProcess(nodeTypes);
