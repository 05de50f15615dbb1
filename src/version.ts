// The version of the package, as a constant: `--version` must not read a file.

/** Equals `version` in package.json; a test holds them together. */
export const version = '0.1.0';
