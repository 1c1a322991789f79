import { portToParent } from '../../src-main/device/port-fork.ts';
import { serveEcho } from './echo.ts';

serveEcho(portToParent());
