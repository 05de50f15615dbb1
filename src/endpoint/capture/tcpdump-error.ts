// What is wrong with tcpdump, in one line that ends with the remedy.

/** tcpdump is missing, may not capture, or shows nothing. */
export class TcpdumpError extends Error {
  override readonly name = 'TcpdumpError';
}

export const OR_TAP = 'or leave out --via tcpdump: the tap needs neither root nor tool';
