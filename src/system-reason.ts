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
  ['EIO', 'input/output error of the device'],
]);

/** Node's own message names path and call; only its code is wanted here, in words where they are known. */
export function readingReason(error: unknown): string {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  return REASONS.get(code ?? '') ?? message.split('\n', 1)[0];
}

/** The same of a file that was to be written: what is not there is then its directory. */
export function writingReason(error: unknown): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isMissing ? 'its directory is not there' : readingReason(error);
}
