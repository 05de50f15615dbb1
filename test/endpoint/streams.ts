// What the connections of a capture file said, through our own reassembly.

import { readFileSync } from 'node:fs';
import { defaultTcpLimits } from '../../src/tcp/limits.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import { reassemble, StreamRecorder } from '../tcp/streams.ts';

export interface StreamInFile {
  c2s: Buffer;
  s2c: Buffer;
  /** `fin`, `rst` or `capture-end`. */
  end: string;
  findings: readonly string[];
}

/** Connections in order of their first packet. */
export function streamsIn(path: string): StreamInFile[] {
  const recorder = new StreamRecorder();
  reassemble(readFileSync(path), new Reassembler(recorder, defaultTcpLimits));
  return recorder.streams.map(({ said, end, findings }) => ({
    c2s: Buffer.from(said[0], 'latin1'),
    s2c: Buffer.from(said[1], 'latin1'),
    end: end?.split(' ')[0] ?? '',
    findings,
  }));
}
