// Begins a worker thread: Node 20 runs no TypeScript there by itself, whatever the main thread was started with.

import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
