// Why the system refused to open, read or write a file, in words, and what to do. Knows no files: whoever tells it names the path
// before, and knows what it would be otherwise.

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'its file system can only be read'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of its path is no directory'],
  ['ELOOP', 'too many symbolic links'],
  ['EMFILE', 'too many open files'],
  ['ENFILE', 'too many open files of all programs'],
  ['ENOSPC', 'no space is left'],
  ['EDQUOT', 'no space is left to this user'],
  ['EFBIG', 'a file may not be so large here'],
  ['ENXIO', 'it is a socket, or a device that is not there'],
  ['EIO', 'input/output error of the device'],
]);

/** Node's own message names path and call; only its code is wanted here, in words where they are known. */
export function readingReason(error: unknown): string {
  // An error of another realm, as a test runner may make them, is no `Error` here.
  const { code, message = String(error) } = Object(error) as Partial<NodeJS.ErrnoException>;
  return REASONS.get(code ?? '') ?? message.split('\n', 1)[0];
}

/** The same of a file that was to be written: what is not there is then its directory. */
export function writingReason(error: unknown): string {
  return (Object(error) as NodeJS.ErrnoException).code === 'ENOENT'
    ? 'its directory is not there'
    : readingReason(error);
}

/** Whether no file could have been opened, whichever it was. */
export function isOfTooManyFiles(error: unknown): boolean {
  const { code } = Object(error) as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}

/** Where no other name would help. */
const REMEDIES: ReadonlyMap<unknown, string> = new Map([
  ['EMFILE', 'allow more of them with ulimit -n'],
  ['ENFILE', 'end some that have many'],
  ['ENOSPC', 'make room, or name another file'],
  ['EDQUOT', 'make room, or name another file'],
]);
const DENIED: readonly unknown[] = ['EACCES', 'EPERM'];

/** What to do about a file that could not be read. @param usual where it may be that another was meant */
export function readingRemedy(error: unknown, usual: string): string {
  const { code } = Object(error) as NodeJS.ErrnoException;
  return REMEDIES.get(code) ?? (DENIED.includes(code) ? 'see to it that you may read it' : usual);
}

/** The same of a file that was to be written. */
export function writingRemedy(error: unknown): string {
  return REMEDIES.get((Object(error) as NodeJS.ErrnoException).code) ?? 'name another file';
}
