// Where the recorded captures with known truth lie (`../shared/captures` beside the repository), or why they cannot be
// used. Knows nothing of what is in them.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../../shared/captures', import.meta.url));

/** Absolute path of the folder; null where the repository stands alone. */
export const sharedCaptures: string | null = existsSync(path) ? path : null;

/** For the `skip` option of `test`: false where the captures are there, else the reason, which the reporter prints. */
export const withoutSharedCaptures: string | false =
  sharedCaptures === null ? `needs the recorded captures in ${path}` : false;
