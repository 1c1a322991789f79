import { serveProcess } from '../../src-main/device/host-process.ts';
import { nodeTypes } from './nodes.ts';

serveProcess(nodeTypes);
