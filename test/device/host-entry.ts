import { serveProcess } from '../../src-main/device/serve-process.ts';
import { nodeTypes } from './nodes.ts';

serveProcess(nodeTypes);
