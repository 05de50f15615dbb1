// Multipath TCP (RFC 8684): octets stand in the order of their data sequence numbers, once each, whichever subflow carried them,
// and what is not mapped stands as it does in any TCP connection.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MultipathWriter, type SubflowWriter, signal } from '../support/multipath-writer.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { type Stream, streamsOf } from './streams.ts';

/** The only stream of the packets. */
function streamOf(packets: readonly TcpPacket[]): Stream {
  const streams = streamsOf(packets);
  assert.equal(streams.length, 1);
  return streams[0];
}

describe('one subflow', () => {
  const forms = [
    { version: 1, width: 8 },
    { version: 1, width: 4, checksum: true },
    { version: 0, width: 8, checksum: true },
    { version: 0, width: 4 },
  ] as const;
  for (const form of forms) {
    it(`delivers octets once that are sent again under other numbers of TCP: ${JSON.stringify(form)}`, () => {
      const connection = new MultipathWriter(form);
      const subflow = connection.subflow().open();
      subflow.send('c2s', utf8('one '), 0).acknowledge('s2c', 4).send('c2s', utf8('two '), 4).acknowledge('s2c', 8);
      subflow.send('c2s', utf8('one two '), 0).acknowledge('s2c', 8).send('c2s', utf8('three'), 8);
      subflow.send('s2c', utf8('yes '), 0).send('s2c', utf8('yes no'), 0);
      assert.deepEqual(streamOf(connection.packets).said, ['one two three', 'yes no']);
    });
  }

  it('knows where the first data stands that MP_CAPABLE maps', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().sendFirst('c2s', utf8('first '));
    subflow.send('c2s', utf8('first '), 0).send('c2s', utf8('second'), 6);
    assert.equal(streamOf(connection.packets).said[0], 'first second');
  });

  it('delivers what is not mapped as it is', () => {
    const connection = new MultipathWriter();
    connection
      .subflow()
      .open()
      .sendWith('c2s', utf8('plain '))
      .sendWith('s2c', utf8('too'))
      .sendWith('c2s', utf8('TCP'));
    const { said, findings } = streamOf(connection.packets);
    assert.deepEqual(said, ['plain TCP', 'too']);
    assert.deepEqual(findings, [], 'it fell back, so there is nothing to tell');
  });

  it('takes what follows a mapping of length 0 as it is', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('one '), 0).send('c2s', utf8('one '), 0);
    const mapping = { ...subflow.mapping('c2s', 4, 0) };
    subflow.sendWith('c2s', utf8('two '), signal({ mapping })).sendWith('c2s', utf8('three '));
    subflow.sendWith('c2s', utf8('four'));
    assert.equal(streamOf(connection.packets).said[0], 'one two three four');
  });

  it('takes a mapping for all its segments where one of them tells it', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('abc'), 0);
    subflow.sendWith('c2s', utf8('ab'), signal({ mapping: subflow.mapping('c2s', 0, 6) }));
    subflow.sendWith('c2s', utf8('cd')).sendWith('c2s', utf8('ef'));
    assert.equal(streamOf(connection.packets).said[0], 'abcdef');
  });

  it('reads a segment in which the octets of two mappings lie', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('abcd'), 0).acknowledge('s2c', 4);
    // The mapping of the first four is told in advance, and the segment tells that of the others.
    const first = subflow.mapping('c2s', 0, 4);
    const second = { ...subflow.mapping('c2s', 4, 4), subflowSequence: first.subflowSequence + 4 };
    subflow.sendWith('c2s', new Uint8Array(0), signal({ mapping: first }));
    const told = connection.packets.length;
    subflow.sendWith('c2s', utf8('abcdefgh'), signal({ mapping: second }));
    const bare = { ...connection.packets[told], payload: new Uint8Array(0), options: signal({ mapping: first }) };
    assert.equal(streamOf(connection.packets.toSpliced(told, 0, bare)).said[0], 'abcdefgh');
  });

  it('takes segments in any order, and copies of them', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open();
    subflow.send('c2s', utf8('one '), 0).send('c2s', utf8('two '), 4).send('c2s', utf8('one '), 0);
    subflow.send('c2s', utf8('three '), 8).send('c2s', utf8('two three '), 4).send('c2s', utf8('four'), 14);
    const [syn, synAck, ack, ...data] = connection.packets;
    const order = [3, 5, 2, 0, 4, 1, 5, 2];
    const { said, gaps } = streamOf([syn, synAck, ack, ...order.map((at) => data[at])]);
    assert.deepEqual([said[0], gaps], ['one two three four', []]);
  });

  it('goes on where sequence numbers of either kind wrap', () => {
    const connection = new MultipathWriter({ width: 4 });
    const subflow = connection.subflow({ clientSequence: 0xffff_fff0, segmentSize: 1000 }).open();
    // The data sequence numbers of the client wrap 3,096,516,217 octets on; so far nothing was captured.
    const far = 2 ** 32 - Number(12838439812235925191n & 0xffff_ffffn) - 20;
    const packets = (at: number) => {
      subflow.send('c2s', utf8('a'.repeat(30)), at).send('c2s', utf8('b'.repeat(30)), at + 30);
      subflow.send('c2s', utf8('a'.repeat(30)), at);
    };
    packets(0);
    assert.equal(streamOf(connection.packets).said[0], 'a'.repeat(30) + 'b'.repeat(30));
    const wrapping = new MultipathWriter({ width: 4 });
    const other = wrapping.subflow({ clientSequence: 0xffff_fff0 });
    // Without the handshake's last packet and the answer the client's key is not known: the first mapping is the first octet.
    other
      .open()
      .send('c2s', utf8('a'.repeat(30)), far)
      .send('c2s', utf8('b'), far + 30)
      .send('c2s', utf8('a'), far);
    assert.equal(streamOf(wrapping.packets.toSpliced(2, 1)).said[0], `${'a'.repeat(30)}b`);
  });

  it('says of which octets the snaplen cut some', () => {
    const connection = new MultipathWriter();
    const subflow = connection
      .subflow()
      .open()
      .send('c2s', utf8('x'.repeat(20)), 0);
    subflow.send('c2s', utf8('x'.repeat(20)), 0).send('c2s', utf8('y'), 20);
    const snapped = streamsOf(connection.packets, { snapLength: 14 + 20 + 20 + 20 + 8 })[0];
    assert.deepEqual([snapped.said[0], snapped.gaps], [`${'x'.repeat(8)}[-12]y`, ['0 12 snaplen']]);
  });

  it('does not look at options where the answer to the SYN says nothing of Multipath TCP', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('one '), 0).send('c2s', utf8('one '), 0);
    subflow.finish('c2s').finish('s2c');
    const [syn, synAck, ...rest] = connection.packets;
    const { said, findings, end } = streamOf([syn, { ...synAck, options: new Uint8Array(0) }, ...rest]);
    assert.deepEqual([said[0], findings, end], ['one one ', [], 'fin 7']);
  });

  it('tells what one end did not say to the capture, by what the other acknowledges', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('ask'), 0).send('s2c', utf8('answer'), 0);
    subflow.acknowledge('c2s', 6).send('c2s', utf8('!'), 3).finishData('c2s', 4);
    const fromClient = connection.packets.filter(({ source }) => source.port === 40001);
    assert.deepEqual(streamOf(fromClient).said, ['ask!', '[-6]']);
  });

  it('is known by its mappings where the capture begins late, also in the middle of one', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow({ segmentSize: 4 }).open();
    subflow
      .send('c2s', utf8('not captured: this is'), 0)
      .send('c2s', utf8(' it'), 21)
      .send('c2s', utf8('this is it, '), 14);
    subflow
      .send('s2c', utf8('yes'), 0)
      .send('s2c', utf8(' no'), 3)
      .send('s2c', utf8('yes no'), 0)
      .send('c2s', utf8('all'), 26);
    const { said, findings, gaps } = streamOf(connection.packets.slice(3 + 3));
    assert.deepEqual([said, findings, gaps], [[': this is it, all', 'yes no'], ['tcp-multipath'], []]);
  });

  it('is told once, when the first octet is mapped', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('a'), 0).send('s2c', utf8('b'), 0);
    subflow.send('c2s', utf8('c'), 1);
    assert.deepEqual(streamOf(connection.packets).findings, ['tcp-multipath']);
  });
});

describe('the end of a multipath connection', () => {
  it('is a DATA_FIN of both ends, whatever FINs come behind', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('hi'), 0).acknowledge('s2c', 2);
    subflow.finishData('c2s', 2).acknowledge('s2c', 3).finishData('s2c', 0).acknowledge('c2s', 1);
    subflow.finish('c2s').finish('s2c').acknowledge('c2s', 1);
    const { said, gaps, end } = streamOf(connection.packets);
    assert.deepEqual([said, gaps, end], [['hi', ''], [], 'fin 8']);
  });

  it('may be told with the last data', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('hi '), 0);
    const mapping = subflow.mapping('c2s', 3, 6);
    subflow.sendWith('c2s', utf8('there'), signal({ mapping, dataFin: true })).finishData('s2c', 0);
    const { said, gaps, end } = streamOf(connection.packets);
    assert.deepEqual([said[0], gaps, end], ['hi there', [], 'fin 6']);
  });

  it('is the FINs of the only subflow where no DATA_FIN was captured', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('hello'), 0).send('c2s', utf8('he'), 0);
    subflow.finish('c2s').finish('s2c');
    const { said, gaps, end } = streamOf(connection.packets);
    assert.deepEqual([said[0], gaps, end], ['hello', [], 'fin 7']);
  });

  it('is a reset of the only subflow, and not that of one of two', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open().send('c2s', utf8('a'), 0);
    connection.second().join().send('c2s', utf8('b'), 1).reset('s2c');
    first.send('c2s', utf8('c'), 2).reset('c2s');
    const { said, end } = streamOf(connection.packets);
    assert.deepEqual([said[0], end], ['abc', 'rst 11']);
  });

  it('is not a reset that the SYN, said again, took back', () => {
    const connection = new MultipathWriter();
    const subflow = connection.subflow().open().send('c2s', utf8('hi'), 0).finish('c2s').finish('s2c');
    const [syn, ...rest] = connection.packets;
    subflow.reset('s2c');
    const refusal = { ...(connection.packets.at(-1) as TcpPacket), sequence: 0, acknowledgment: syn.sequence + 1 };
    const { said, end } = streamOf([syn, refusal, syn, ...rest]);
    assert.deepEqual([said[0], end], ['hi', 'fin 8']);
  });

  it('leaves the connection open where one of two subflows has its FINs', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open().send('c2s', utf8('a'), 0);
    const second = connection.second().join();
    first.finish('c2s').finish('s2c').acknowledge('c2s', 0);
    second.send('c2s', utf8('b'), 1).finish('c2s').finish('s2c');
    const { said, end } = streamOf(connection.packets);
    assert.deepEqual([said[0], end], ['ab', 'fin 13']);
  });
});

/** What both subflows carry, in turns. */
function overTwo(connection: MultipathWriter, join: (second: SubflowWriter) => SubflowWriter): void {
  const first = connection.subflow().open();
  const second = join(connection.second());
  first.send('c2s', utf8('one '), 0).acknowledge('s2c', 4);
  second.send('c2s', utf8('two '), 4).acknowledge('s2c', 8).send('c2s', utf8('three '), 8);
  first.send('c2s', utf8('four '), 14).acknowledge('s2c', 19).send('s2c', utf8('yes '), 0).acknowledge('c2s', 4);
  second.send('s2c', utf8('no'), 4);
  first.acknowledge('c2s', 6);
}

describe('two subflows', () => {
  for (const version of [0, 1] as const) {
    it(`are one connection, by the token of version ${version}`, () => {
      const connection = new MultipathWriter({ version });
      overTwo(connection, (second) => second.join());
      const { said, gaps, findings } = streamOf(connection.packets);
      assert.deepEqual([said, gaps, findings], [['one two three four ', 'yes no'], [], ['tcp-multipath']]);
    });
  }

  it('are one connection where the server joins the client', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open().send('c2s', utf8('one '), 0).send('s2c', utf8('yes '), 0);
    // The one who sends the SYN of the second is the server.
    const second = connection.second({ client: peer('10.0.0.2', 9), server: peer('10.0.0.1', 80) }).join('c2s');
    const fromServer = second.mappingOf('s2c', 4, 2, 'c2s');
    second.sendWith('c2s', utf8('no'), signal({ mapping: fromServer }));
    first.send('c2s', utf8('two'), 4);
    assert.deepEqual(streamOf(connection.packets).said, ['one two', 'yes no']);
  });

  it('are one connection where what was said first went over the second', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open();
    connection.second().join().send('c2s', utf8('one '), 0);
    first.send('c2s', utf8('two'), 4);
    assert.equal(streamOf(connection.packets).said[0], 'one two');
  });

  it('are one connection in any order of packets, each octet once', () => {
    const connection = new MultipathWriter();
    overTwo(connection, (second) => second.join());
    const data = connection.packets.slice(6);
    const handshakes = connection.packets.slice(0, 6);
    const { said, gaps } = streamOf([...handshakes, ...data.toReversed(), ...data]);
    assert.deepEqual([said, gaps], [['one two three four ', 'yes no'], []]);
  });

  it('show a hole of known length where the other was not captured', () => {
    const connection = new MultipathWriter();
    overTwo(connection, (second) => second.join());
    const first = connection.packets.filter(
      ({ source, destination }) => source.port === 40001 || destination.port === 40001,
    );
    const { said, gaps } = streamOf(first);
    assert.deepEqual(said, ['one [-10]four ', 'yes [-2]']);
    assert.deepEqual(gaps, ['0 10 not-captured', '1 2 not-captured']);
  });

  it('show a hole when it was acknowledged long ago, and not at the end only', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open().send('c2s', utf8('a'), 0).send('c2s', utf8('c'), 11);
    for (let round = 0; round < 70; round++) first.acknowledge('s2c', 12);
    first.send('c2s', utf8('d'), 12);
    const { said, packets } = streamOf(connection.packets);
    assert.equal(said[0], 'a[-10]cd');
    assert.equal(packets.at(-1), connection.packets.length);
  });

  it('do not end where others say what fills their holes later', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open();
    const second = connection.second().join();
    first.send('c2s', utf8('b'), 1).finishData('c2s', 2).finishData('s2c', 0);
    second.send('c2s', utf8('a'), 0);
    assert.deepEqual(streamOf(connection.packets).said[0], 'ab');
  });

  it('give what the second carried where the first is not known', () => {
    const connection = new MultipathWriter();
    overTwo(connection, (second) => second.join());
    const second = connection.packets.filter(
      ({ source, destination }) => source.port === 50001 || destination.port === 50001,
    );
    const { said, findings } = streamOf(second);
    assert.deepEqual([said, findings], [['two three ', 'no'], ['tcp-multipath']]);
  });

  it('that are refused cost nothing', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open().send('c2s', utf8('a'), 0);
    const refused = connection.second().join();
    connection.packets.splice(-2);
    refused.reset('s2c');
    first.send('c2s', utf8('b'), 1).finishData('c2s', 2).finishData('s2c', 0);
    const { said, end } = streamOf(connection.packets);
    assert.deepEqual([said[0], end], ['ab', `fin ${connection.packets.length}`]);
  });

  it('leave the ports of the second to others when they are used anew', () => {
    const connection = new MultipathWriter();
    overTwo(connection, (second) => second.join());
    const talk = new TcpConversation({ client: peer('10.9.0.1', 50001), clientSequence: 77 })
      .open()
      .send('c2s', utf8('new'));
    const streams = streamsOf([...connection.packets, ...talk.packets]);
    assert.deepEqual(
      streams.map(({ said }) => said),
      [
        ['one two three four ', 'yes no'],
        ['new', ''],
      ],
    );
  });
});

describe('limits of subflows', () => {
  it('are not forgotten while their connection goes on, however many others end', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open();
    const second = connection.second().join();
    const others: TcpPacket[] = [];
    for (let port = 1; port < 300; port++) {
      others.push(...new TcpConversation({ client: peer('10.1.0.1', port) }).open().close().packets);
    }
    const before = connection.packets.length;
    second.send('c2s', utf8('a'), 0);
    first.send('c2s', utf8('b'), 1);
    const packets = connection.packets.toSpliced(before, 0, ...others);
    const streams = streamsOf(packets, { limits: { rememberedConnections: 32 } });
    assert.equal(streams[0].said[0], 'ab');
    assert.equal(streams.length, 300);
  });

  it('count together: what joins beyond is another connection', () => {
    const connection = new MultipathWriter();
    const first = connection.subflow().open().send('c2s', utf8('a'), 0);
    for (let port = 1; port <= 10; port++) {
      connection
        .second({ client: peer('10.9.0.1', port) })
        .join()
        .send('c2s', utf8('b'), port);
    }
    first.send('c2s', utf8('c'), 11);
    const streams = streamsOf(connection.packets, { limits: { rememberedConnections: 32 } });
    assert.equal(streams.length, 3);
    assert.equal(streams[0].said[0], 'abbbbbbbb[-2]c');
  });
});
