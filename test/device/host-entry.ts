import { hostProcess } from '../../src-main/device/host-process.ts';
import { nodeTypes } from './nodes.ts';

hostProcess(nodeTypes);
