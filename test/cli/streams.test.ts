import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { wsdissect } from './command-line.ts';

const REQUEST = utf8('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const CAPTURE = captureOf(new TcpConversation().open().exchange('c2s', REQUEST).packets);

describe('wsdissect streams', () => {
  it('lists the connections as a table within 80 columns', () => {
    const { exitCode, output } = wsdissect(['streams', '--width', '80'], { input: CAPTURE });
    assert.equal(exitCode, 0);
    assert.match(output, /10\.0\.0\.1:40001 +10\.0\.0\.2:8888 .*HTTP/);
    assert.match(output, /1 TCP connection\n$/);
    for (const line of output.split('\n')) assert.ok(line.length <= 80, line);
  });

  it('shows every port where addresses are too wide', () => {
    const { output } = wsdissect(['streams', '--width', '62'], { input: CAPTURE });
    assert.match(output, /…[\d.]+:40001 /);
    for (const line of output.split('\n')) assert.ok(line.length <= 62, line);
  });

  it('gives a line of JSON each', () => {
    const { output } = wsdissect(['streams', '--format', 'ndjson'], { input: CAPTURE });
    const { type, c2s } = JSON.parse(output);
    assert.equal(type, 'tcp-stream');
    assert.deepEqual(c2s, {
      octets: REQUEST.length,
      sha256: createHash('sha256').update(REQUEST).digest('hex'),
      gaps: [],
    });
  });

  it('gives a row of CSV each, with the losses', () => {
    const talk = new TcpConversation().open();
    for (const words of ['one', 'two', 'three']) talk.exchange('c2s', utf8(words));
    const input = captureOf(talk.packets.filter((_, at) => at !== 5));
    const { output } = wsdissect(['streams', '--format', 'csv'], { input });
    const nothing = createHash('sha256').digest('hex');
    const said = createHash('sha256').update('onethree').digest('hex');
    assert.equal(
      output,
      'connection,client,server,packets,protocol,serverName,c2sOctets,c2sSha256,c2sLost,c2sGaps,s2cOctets,s2cSha256,s2cLost,s2cGaps\r\n' +
        `0,10.0.0.1:40001,10.0.0.2:8888,8,unknown,,8,${said},3,"[[3,3]]",0,${nothing},0,\r\n`,
    );
  });

  it('writes the octets of one direction as they are', () => {
    assert.equal(
      wsdissect(['streams', '--raw', '0', '--direction', 'c2s'], { input: CAPTURE }).output,
      Buffer.from(REQUEST).toString(),
    );
    assert.equal(wsdissect(['streams', '--raw', '0', '--direction', 's2c'], { input: CAPTURE }).output, '');
  });

  it('writes octets whose direction shows only when it is over, or they are too many to be kept', () => {
    for (const pieces of [2, 200]) {
      const talk = new TcpConversation();
      const piece = new Uint8Array(32_000).fill(0x80);
      for (let count = 0; count < pieces; count++) talk.exchange('c2s', piece).exchange('s2c', utf8('!'));
      const input = captureOf(talk.packets);
      const raw = (direction: string) => wsdissect(['streams', '--raw', '0', '--direction', direction], { input });
      assert.equal(raw('c2s').output.length, pieces * piece.length);
      assert.equal(raw('s2c').output, '!'.repeat(pieces));
    }
  });

  it('refuses a format for raw octets', () => {
    const { exitCode, errors } = wsdissect(['streams', '--raw', '0', '--direction', 'c2s', '-f', 'json'], {
      input: CAPTURE,
    });
    assert.equal(exitCode, 2);
    assert.match(errors, /'--raw <n>' cannot be used with option '-f, --format <name>'/);
  });

  it('says what is wrong: half of --raw, a connection that is not there, a capture that is cut', () => {
    const half = wsdissect(['streams', '--raw', '0'], { input: CAPTURE });
    assert.deepEqual([half.exitCode, half.output], [2, '']);
    assert.match(half.errors, /--direction/);
    const absent = wsdissect(['streams', '--raw', '7', '--direction', 'c2s'], { input: CAPTURE });
    assert.equal(absent.exitCode, 2);
    assert.match(absent.errors, /no TCP connection 7; they are 0…0/);
    const cut = wsdissect(['streams'], { input: CAPTURE.subarray(0, CAPTURE.length - 3) });
    assert.equal(cut.exitCode, 3);
    assert.match(cut.output, /10\.0\.0\.1:40001/);
  });
});
