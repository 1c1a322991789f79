import { nodeTypes } from '../../nodes/index.ts';
import { hostProcess } from './host-process.ts';

hostProcess(nodeTypes);
