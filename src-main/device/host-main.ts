import { nodeTypes } from '../../nodes/index.ts';
import { serveProcess } from './serve-process.ts';

serveProcess(nodeTypes);
