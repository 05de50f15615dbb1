// Writes a file that may be there already so that it is there whole at any moment, as it was or as it shall be: what is new is
// written beside it first, and takes its place. Knows nothing of what is in it.

import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Codes of a folder that takes no new file, of an owner that cannot be kept, and of a file that is mounted by itself. */
const CANNOT_REPLACE: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];
/** The permission bits of a mode. */
const PERMISSIONS = 0o7777;

/**
 * Where it fails, what was there stays, and nothing else does. What stands behind a symbolic link is written, and mode and owner
 * are kept. Devices and pipes, and files that no other can stand in for, are written as they are.
 *
 * @throws the system's error, with the path as it was given
 */
export function writeWhole(path: string, text: string): void {
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    if (before === undefined && lstatSync(path, { throwIfNoEntry: false }) === undefined) put(path, text, null);
    else if (before?.isFile()) replace(realpathSync(path), text, before);
    else writeFileSync(path, text);
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path });
  }
}

function replace(path: string, text: string, before: Stats): void {
  // Else the folder alone would decide.
  accessSync(path, constants.W_OK);
  try {
    put(path, text, before);
  } catch (error) {
    if (!CANNOT_REPLACE.includes((error as NodeJS.ErrnoException).code)) throw error;
    writeFileSync(path, text);
  }
}

/** @param before what it takes the place of; null where nothing is there */
function put(path: string, text: string, before: Stats | null): void {
  const beside = join(dirname(path), `.wsdissect-${randomUUID()}`);
  const file = openSync(beside, 'wx');
  try {
    try {
      if (before !== null) {
        fchownSync(file, before.uid, before.gid);
        fchmodSync(file, before.mode & PERMISSIONS);
      }
      writeFileSync(file, text);
      // Some file systems tell only here, or when it is closed, that there is no room.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
