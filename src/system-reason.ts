// Why the system refused to open, read or write a file, in words. Knows no files: whoever tells it names the path before,
// and what to do behind.

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'its file system can only be read'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of its path is no directory'],
  ['ELOOP', 'too many symbolic links'],
  ['EMFILE', 'too many open files'],
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
