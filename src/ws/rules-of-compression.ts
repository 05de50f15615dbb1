// Rules of compressed messages, RFC 7692, and the limits against what they may inflate to.

import type { Rule } from '../tcp/rules.ts';

export const compressionRules = [
  {
    code: 'inflate-failed',
    severity: 'error',
    reference: 'RFC 7692 §6.2',
    words: 'a compressed message cannot be inflated',
    peerWords: 'flate: corrupt input before offset',
    explanation:
      'Its octets are not DEFLATE, end within a block, or refer farther back than was agreed upon. What zlib says follows. Later messages that refer to this one cannot be shown either.',
    example: 'c1 01 ff: no block begins so.',
  },
  {
    code: 'deflate-end-missing',
    severity: 'warning',
    reference: 'RFC 7692 §7.2.3.4',
    words: 'a compressed message lacks the octet 00 at its end, though all that it says is there',
    explanation:
      'It ended with a final block, behind which the header of an empty block belongs; or it has no octet at all, at which some readers lose their step.',
    example: 'c1 07 f3 48 cd c9 c9 07 00: “Hello” without the octet 00.',
  },
  {
    code: 'deflate-end-kept',
    severity: 'warning',
    reference: 'RFC 7692 §7.2.1',
    words: 'a compressed message still has the octets 00 00 ff ff at its end, which its sender should have removed',
    peerWords: 'flate: corrupt input before offset',
    explanation:
      'What it says is beyond doubt, and later messages may refer to it. Its receiver appends the same four octets, which then begin a block that is not there: some readers lose their step at the next message, others refuse this one.',
    example: 'c1 0b f2 48 cd c9 c9 07 00 00 00 ff ff: “Hello” as zlib flushes it.',
  },
  {
    code: 'compression-context-lost',
    severity: 'warning',
    reference: 'RFC 7692 §7.1.1',
    words:
      'messages before this one are not known, so compressed messages that refer to them are not shown from here on',
    explanation:
      'Compression refers to what was said before, some of which is not known. Such messages have `"inflated": false`; those that refer to nothing unknown are shown, and are certain. Told once, until what may be referred to is known again.',
    example: 'A segment with a compressed message is not in the capture; the next message repeats words of it.',
  },
  {
    code: 'compression-assumed',
    severity: 'note',
    reference: 'RFC 7692 §6',
    words:
      'the handshake is not known, so what has RSV1 set is tried as compressed, with nothing known that it may refer to',
    explanation:
      'permessage-deflate is the only registered extension that uses RSV1. What inflates is shown, and is certain where it is compression at all; what does not has `"inflated": false`, and nobody is blamed for it.',
    example: 'A capture begun in the middle of a conversation, whose frames begin with c1 or c2.',
  },
  {
    code: 'compression-context-limit',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'no more may be kept of what compressed messages refer to, so those that do are not shown',
    explanation: 'Up to 32 KiB are kept a direction. `--max-contexts` raises the limit of all together.',
    example: 'Ten thousand connections at once, each with compression in both directions.',
  },
  {
    code: 'inflated-too-large',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'a compressed message inflates to more than the limit, so it is not shown',
    explanation: 'Inflating stops at the limit. `--max-inflated` raises it.',
    example: '100 MB of one letter, in 100 KB.',
  },
  {
    code: 'inflated-ratio',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'a compressed message inflates to so many times its size that it is taken for a bomb, and not shown',
    explanation: 'Inflating stops there. Judged from 16 MiB on; `--max-ratio` raises the limit.',
    example: '40 MB of zeros, in 40 KB.',
  },
] as const satisfies readonly Rule[];
