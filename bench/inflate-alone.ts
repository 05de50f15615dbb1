// What `node:zlib` alone needs to inflate the messages of a capture, against which the bench measures: each direction's as one
// stream in one call, from a file that holds nothing else (compressed-talk.ts). Shares nothing with `src/`.

import { readFileSync } from 'node:fs';
import { constants, inflateRawSync } from 'node:zlib';

const CHUNK = 64 * 1024;

const streams = readFileSync(process.argv[2]);
let octets = 0;
for (let at = 0; at < streams.length; ) {
  const length = streams.readUInt32LE(at);
  const stream = streams.subarray(at + 4, at + 4 + length);
  octets += inflateRawSync(stream, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK }).length;
  at += 4 + length;
}
console.log(`${octets} octets`);
