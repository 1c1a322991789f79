import { nodeTypes } from '../../nodes/index.ts';
import { serveProcess } from './host-process.ts';

serveProcess(nodeTypes);
