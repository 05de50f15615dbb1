// What `stats` says that TCP did, beside what tshark's analysis says: segments sent again, out of order, octets lost, closed
// windows, the round trip of the handshake. tshark takes a second a capture, so `npm test` holds a sample against it;
// ALL_CAPTURES=1 all of them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { StatsOutput } from '../../src/output/stats/stats-output.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { withoutTshark } from '../support/tshark.ts';

/** What one end did. */
interface Facts {
  sentAgain: number;
  outOfOrder: number;
  isLossy: boolean;
  zeroWindows: number;
}
type Fact = keyof Facts | 'roundTrip';

const NOTHING: Facts = { sentAgain: 0, outOfOrder: 0, isLossy: false, zeroWindows: 0 };
/** Seconds: captures have microseconds, and each of two may be cut off. */
const CLOCK = 2e-6;

/** Where tshark 4.0 counts otherwise, by kind of capture (how the name ends): what, and why the RFC is on our side. */
const OTHERWISE: readonly [kind: RegExp, facts: readonly Fact[], why: string][] = [
  [/-(any|doubled|late-copies)$/, ['sentAgain'], 'a copy that the capture made was not sent again: no end sent it'],
  [
    /-interleaved$/,
    ['sentAgain', 'outOfOrder', 'isLossy', 'roundTrip'],
    "as below, and tshark takes the server's first acknowledgment for the client's, which was captured late",
  ],
  [
    /-(ack-first|reordered|fin-early)$/,
    ['sentAgain', 'outOfOrder', 'isLossy'],
    'an acknowledgment captured before its data makes tshark take the data for sent again, and what a FIN has overtaken too',
  ],
  [/ng-spb$/, ['roundTrip'], 'simple packet blocks of pcapng have no time'],
  [/-no-fin$/, ['isLossy'], 'tshark misses the FIN, which is no octet (RFC 9293 §3.4)'],
  [/-one-way(-s2c)?$/, ['isLossy'], 'octets that only acknowledgments tell of were sent and not captured'],
  [/-snaplen(-96)?$/, ['isLossy'], 'octets that the snaplen cut are not in the capture'],
  [
    /-(split|rebound(-wide)?|overlap-.*)$/,
    ['sentAgain', 'outOfOrder', 'isLossy'],
    'tshark tells segments that begin with octets seen before from late ones by time alone, and counts holes that are filled later',
  ],
  [/-storm(-holes)?$/, ['sentAgain', 'outOfOrder', 'isLossy'], 'all of the above at once'],
  [/-(lost|hole)-.*$/, [], 'what is lost is lost for both'],
];
const FOLDERS = ['core', 'deflate', 'violations', 'formats', 'lossy'];
/** One capture of so many is in the sample. */
const SAMPLE = 24;

function capturesToCompare(): string[] {
  if (sharedCaptures === null) return [];
  const root = sharedCaptures;
  const all = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /\.(pcap|pcapng)$/.test(name))
      .sort()
      .map((name) => join(root, folder, name)),
  );
  return process.env.ALL_CAPTURES ? all : all.filter((_, index) => index % SAMPLE === 0);
}

/** By `connection port`: what the end with that port sent; by `connection`: the round trip. */
function analysed(path: string): { facts: Map<string, Facts>; roundTrips: Map<string, number> } {
  const flags = ['retransmission', 'out_of_order', 'lost_segment', 'zero_window', 'initial_rtt'];
  const fields = ['tcp.stream', 'tcp.srcport', ...flags.map((flag) => `tcp.analysis.${flag}`)];
  const columns = fields.flatMap((field) => ['-e', field]);
  const words = ['-r', path, '-Y', 'tcp', '-T', 'fields', '-E', 'occurrence=l', ...columns];
  // Of a capture that is cut it reads as much as we do, and fails then.
  const { stdout } = spawnSync('tshark', words, { maxBuffer: 1 << 28, encoding: 'utf8' });
  const facts = new Map<string, Facts>();
  const roundTrips = new Map<string, number>();
  for (const line of stdout.split('\n').slice(0, -1)) {
    const [stream = '', port, again, late, lost, closed, roundTrip] = line.split('\t');
    const known = facts.get(`${stream} ${port}`) ?? { ...NOTHING };
    if (again) known.sentAgain++;
    if (late) known.outOfOrder++;
    if (lost) known.isLossy = true;
    if (closed) known.zeroWindows++;
    facts.set(`${stream} ${port}`, known);
    if (roundTrip && !roundTrips.has(stream)) roundTrips.set(stream, Number(roundTrip));
  }
  return { facts, roundTrips };
}

describe('what TCP did is what tshark says', { skip: withoutSharedCaptures || withoutTshark }, () => {
  for (const path of capturesToCompare()) {
    const name = path.replace(/^.*\/captures\//, '');
    const [, otherwise = [], why = ''] = OTHERWISE.find(([kind]) => kind.test(name.replace(/\.\w+$/, ''))) ?? [];
    it(`${name}${otherwise.length === 0 ? '' : `, but for ${otherwise.join(', ')}: ${why}`}`, () => {
      let stats: StatsOutput | null = null;
      runDissectionSync(path, (clock) => {
        stats = new StatsOutput({ codec: null }, clock);
        return stats;
      });
      const { facts, roundTrips } = analysed(path);
      for (const { connection, client, server, tcp } of (stats as StatsOutput | null)?.report().connections ?? []) {
        assert.ok(tcp);
        for (const [sent, port] of [
          [tcp.c2s, client.port],
          [tcp.s2c, server.port],
        ] as const) {
          const { retransmissions, outOfOrder, lost, zeroWindows } = sent;
          const ours: Facts = { sentAgain: retransmissions, outOfOrder, isLossy: lost > 0, zeroWindows };
          const theirs = { ...(facts.get(`${connection} ${port}`) ?? NOTHING) };
          for (const fact of otherwise) if (fact !== 'roundTrip') Object.assign(theirs, { [fact]: ours[fact] });
          assert.deepEqual(ours, theirs, `connection ${connection}, from port ${port}`);
        }
        if (otherwise.includes('roundTrip')) continue;
        const difference = (tcp.handshakeRoundTrip ?? -1) - (roundTrips.get(String(connection)) ?? -1);
        assert.ok(Math.abs(difference) < CLOCK, `connection ${connection}: round trip differs by ${difference} s`);
      }
    });
  }
});
