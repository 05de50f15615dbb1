// The last lines of the table: what was found in all, and what a capture without WebSocket holds instead, with the next
// thing to try. Knows nothing of single messages.

import type {
  FurtherConnections,
  OtherConnections,
  Protocol,
  SummaryEvent,
  UnreadConnections,
} from '../dissect/events.ts';
import { formatCount, formatPlural } from '../plural.ts';
import { formatOctets } from './amounts.ts';
import { indent } from './display-width.ts';
import { escapeText } from './terminal-text.ts';

/** What was printed, for the summary to tell from what was found. */
export interface Shown {
  messages: number;
  controls: number;
  errors: number;
  warnings: number;
  /** Ports at which WebSocket was spoken. */
  serverPorts: ReadonlySet<number>;
}

/**
 * Unknown connections that had begun before the capture are a kind of their own, as their beginning may have said more, and so are those
 * of which not all HTTP could be read.
 */
type Kind = Protocol | 'late' | 'unread';

/** What a kind of connection means for whoever looks for WebSocket in it. */
const KINDS: Record<Kind, { looks: string; why: string; next: string }> = {
  tls: {
    looks: 'like TLS',
    why: 'what TLS carries is encrypted',
    next: 'capture where TLS ends (behind the proxy, or on loopback), or let `tshark -o tls.keylog_file:KEYS -Y websocket` decrypt it with the keys that the client logged (SSLKEYLOGFILE).',
  },
  http: {
    looks: 'like HTTP/1.1',
    why: 'no request asked for an upgrade to websocket',
    next: 'capture a client that opens a WebSocket; one that was open before the capture began shows no request.',
  },
  unread: {
    looks: 'like HTTP/1.1',
    why: 'no request that could be read asked for an upgrade to websocket',
    next: 'where WebSocket may follow upon HTTP that could not be read, `--ws-port PORT` has its frames looked for.',
  },
  http2: {
    looks: 'like HTTP/2',
    why: 'WebSocket over HTTP/2 (RFC 8441) is not read',
    next: 'let the client use HTTP/1.1, as browsers do where the server does not offer RFC 8441.',
  },
  unknown: {
    looks: 'like another protocol',
    why: 'it begins with no HTTP request',
    next: 'a connection whose beginning is in the capture, and is no HTTP, is seldom WebSocket; if it is nevertheless, behind a prefix that is not known, `--ws-port PORT` has its frames looked for.',
  },
  late: {
    looks: 'like another protocol',
    why: 'it begins with no HTTP request and is not framed like WebSocket',
    next: 'begin the capture before the client connects, so that the handshake is in it.',
  },
  none: {
    looks: 'empty',
    why: 'no octets of their segments were captured',
    next: 'capture for longer, or with a snaplen that keeps the payload (tcpdump -s 0).',
  },
};

/** Why not all HTTP could be read. */
const UNREAD_REASONS: Record<UnreadConnections['reason'], string> = {
  'no-head': 'no head begins where one should',
  'start-line': 'the first line of a head is none of HTTP/1',
  'head-octets': 'a head has more than 64 KiB',
  'head-lines': 'a head has more than 200 fields',
  'body-end': 'where a message ends is not clear',
};

/** What may carry WebSocket unread; what others speak beside a conversation, as to a database, nobody looks for. */
const UNREAD: readonly Protocol[] = ['tls', 'http2'];
const UNREAD_PORTS = 3;

const TLS_KEYS = 'the capture carries TLS keys, so `tshark -r FILE -Y websocket` decrypts it as it is.';

const NO_TCP = 'capture the interface that the connection uses: `tcpdump -i any -s 0 -w out.pcap tcp port PORT`.';

const NO_TCP_YET =
  'another interface with -i, or fewer of --port, --host and --filter, while somebody speaks to the server.';

const NO_LINK_TYPE =
  'capture on an interface whose link type is read, such as Ethernet, or with `tcpdump -i any`; `wsdissect FILE --format ndjson` names the link types in its first line.';

/** What to try where the capture shows no TCP connection. */
function adviceWithoutTcp({ skipped, packets, complete }: SummaryEvent, captures: boolean): string[] {
  // What is wrong with it has its own advice.
  if (packets === 0 && !complete) return [];
  const isUnknown = Object.keys(skipped).some((reason) => reason.startsWith('unknown-link-type-'));
  return [isUnknown ? NO_LINK_TYPE : captures ? NO_TCP_YET : NO_TCP];
}

function formatSkipped(skipped: Record<string, number>): string {
  const reasons = Object.entries(skipped).filter(([, count]) => count > 0);
  if (reasons.length === 0) return 'nothing skipped';
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  const listed = reasons.map(([reason, count]) => `${formatCount(count)} ${escapeText(reason)}`);
  return `${formatPlural(total, 'packet')} skipped (${listed.join(', ')})`;
}

/** `2 messages`, or `2 of 10 messages` where some were not selected. */
function formatMessages(shown: number, found: number): string {
  return shown === found
    ? formatPlural(shown, 'message')
    : `${formatCount(shown)} of ${formatPlural(found, 'message')}`;
}

function formatCapture(summary: SummaryEvent): string {
  return `${formatPlural(summary.packets, 'packet')}, ${formatOctets(summary.octets)}`;
}

function formatFaults({ errors, warnings }: Shown): string {
  const faults: string[] = [];
  if (errors > 0) faults.push(formatPlural(errors, 'error'));
  if (warnings > 0) faults.push(formatPlural(warnings, 'warning'));
  return faults.length === 0 ? '' : `; ${faults.join(', ')}`;
}

function formatDamage(summary: SummaryEvent): string {
  return summary.complete ? '' : `; incomplete: ${escapeText(summary.error ?? 'the capture is damaged')}`;
}

/** What the capturing system lost is in no gap that could be told apart from the network's losses. */
function formatDropped({ dropped = 0 }: SummaryEvent): string {
  return dropped === 0 ? '' : `; the capturing system dropped ${formatPlural(dropped, 'packet')}`;
}

/** Connections of one protocol: those that the summary lists by their ports, and the others. */
interface Found {
  readonly listed: readonly OtherConnections[];
  readonly further: readonly FurtherConnections[];
}

function foundOf({ otherConnections, furtherConnections = [] }: SummaryEvent, protocol: Protocol): Found {
  return {
    listed: otherConnections.filter((others) => others.protocol === protocol),
    further: furtherConnections.filter((others) => others.protocol === protocol),
  };
}

/** `2 connections that look like TLS (ports 443, 8443)`; none where there are none. */
function formatUnread(found: Found, what: (connections: number) => string): string[] {
  if (found.listed.length === 0) return [];
  const total = totalOf(found);
  return [`${formatPlural(total, 'connection')} that ${what(total)} (${portsOf(found)})`];
}

function totalOf({ listed, further }: Found): number {
  return [...listed, ...further].reduce((sum, { connections }) => sum + connections, 0);
}

/** `ports 443, 8443, 9443, …` */
function portsOf(found: Found): string {
  const { listed } = found;
  const ports = listed.slice(0, UNREAD_PORTS).map(({ port }) => port);
  const more = portCountOf(found) > ports.length ? ', …' : '';
  return `${portCountOf(found) === 1 ? 'port' : 'ports'} ${ports.join(', ')}${more}`;
}

function portCountOf({ listed, further }: Found): number {
  return further.reduce((sum, { ports }) => sum + ports, listed.length);
}

/** What may be WebSocket and is not read: what may carry it, and what had begun before the capture where others speak it. */
function formatAllUnread(summary: SummaryEvent, serverPorts: ReadonlySet<number>): string[] {
  const late = foundOf(summary, 'unknown').listed.flatMap((others) => {
    const connections = serverPorts.has(others.port) ? (others.late ?? 0) : 0;
    return connections === 0 ? [] : [{ ...others, connections }];
  });
  const tooLarge = summary.otherConnections.flatMap(({ unread, ...others }) =>
    unread?.reason.startsWith('head-') ? [{ ...others, connections: unread.connections }] : [],
  );
  return [
    ...UNREAD.flatMap((protocol) =>
      formatUnread(foundOf(summary, protocol), (connections) => looksLike(protocol, connections)),
    ),
    ...formatUnread(
      { listed: tooLarge, further: [] },
      (connections) => `${connections === 1 ? 'has' : 'have'} heads of HTTP too large to be read`,
    ),
    ...formatUnread({ listed: late, further: [] }, () => 'began before the capture'),
  ];
}

function looksLike(kind: Kind, connections: number): string {
  return `${connections === 1 ? 'looks' : 'look'} ${KINDS[kind].looks}`;
}

/**
 * `2 messages, 2 control frames in 1 WebSocket connection; 16 packets, 1.7 kB, nothing skipped`, wrapped to `width`; and what is not read
 * beside it, though it may be WebSocket.
 */
export function formatSummary(summary: SummaryEvent, shown: Shown, width: number): string[] {
  const controls = shown.controls === 0 ? '' : `, ${formatPlural(shown.controls, 'control frame')}`;
  const connections = formatPlural(summary.webSocketConnections, 'WebSocket connection');
  const text =
    `${formatMessages(shown.messages, summary.messages)}${controls} in ${connections}; ` +
    `${formatCapture(summary)}, ${formatSkipped(summary.skipped)}${formatDropped(summary)}${formatFaults(shown)}${formatDamage(summary)}`;
  const unread = formatAllUnread(summary, shown.serverPorts);
  const beside =
    unread.length === 0 ? [] : indent(`Not read, and may be WebSocket: ${unread.join('; ')}`, width, '', '  ');
  return [...indent(text, width, '', '  '), ...beside];
}

/** One, or two where only some had begun before the capture. */
function kindsOf(others: OtherConnections | FurtherConnections): Kind[] {
  const { protocol, connections, late = 0 } = others;
  if ('unread' in others) return ['unread', 'http'];
  if (protocol !== 'unknown' || late === 0) return [protocol];
  return late < connections ? ['late', 'unknown'] : ['late'];
}

function formatOther(others: OtherConnections): string {
  const { port, connections, unread } = others;
  const [kind] = kindsOf(others);
  const what = `port ${port}: ${formatPlural(connections, 'connection')} ${looksLike(kind, connections)}: ${KINDS[kind].why}`;
  return unread === undefined ? what : `${what}; ${unreadWords(unread, connections)}`;
}

/** `not all HTTP of 2 could be read: first, in packet 4 a head has more than 64 KiB` */
function unreadWords({ connections, packet, reason }: UnreadConnections, of: number): string {
  const whose = of === 1 ? '' : ` of ${formatCount(connections)}`;
  const first = connections === 1 ? '' : 'first, ';
  return `not all HTTP${whose} could be read: ${first}in packet ${packet} ${UNREAD_REASONS[reason]}`;
}

/** `and 5 connections that look like TLS at 5 further ports` */
function formatFurther(others: FurtherConnections): string {
  const { ports, connections } = others;
  const [kind] = kindsOf(others);
  return `and ${formatPlural(connections, 'connection')} that ${looksLike(kind, connections)} at ${formatPlural(ports, 'further port')}`;
}

/** A line a port; in one, as a scan touches thousands, those of which nothing is known. What the summary does not list stands behind. */
function formatOthers(summary: SummaryEvent): string[] {
  const { otherConnections, furtherConnections = [] } = summary;
  const isSpoken = ({ protocol }: { protocol: Protocol }) => protocol !== 'none';
  const further = furtherConnections.filter(isSpoken).map(formatFurther);
  const empty = foundOf(summary, 'none');
  if (portCountOf(empty) <= UNREAD_PORTS) return [...otherConnections.map(formatOther), ...further];
  const total = totalOf(empty);
  return [
    ...otherConnections.filter(isSpoken).map(formatOther),
    ...further,
    `${portsOf(empty)}: ${formatPlural(total, 'connection')} ${looksLike('none', total)}: ${KINDS.none.why}`,
  ];
}

function formatNothingSelected(summary: SummaryEvent, width: number): string[] {
  const connections = formatPlural(summary.webSocketConnections, 'WebSocket connection');
  const text = `No conversation fits what was asked for; the capture has ${connections} with ${formatPlural(summary.messages, 'message')}.`;
  return [
    ...indent(text, width, '', '  '),
    ...indent('Try next: without --connection, --port and --host all of them are shown.', width, '', '  '),
  ];
}

/**
 * What a capture that shows no WebSocket holds, or all that was left out, and what to try next.
 * @param captures whether this run made it
 */
export function formatNothingFound(summary: SummaryEvent, width: number, captures = false): string[] {
  if (summary.webSocketConnections > 0) return formatNothingSelected(summary, width);
  const { otherConnections, furtherConnections = [] } = summary;
  const kinds = new Set([...otherConnections, ...furtherConnections].flatMap(kindsOf));
  const advice =
    summary.tcpConnections === 0 ? adviceWithoutTcp(summary, captures) : [...kinds].map((kind) => KINDS[kind].next);
  if (kinds.has('tls') && summary.secrets?.some(({ type }) => type === 'tls-key-log')) advice.unshift(TLS_KEYS);
  const tcp = formatPlural(summary.tcpConnections, 'TCP connection');
  return [
    ...indent('No WebSocket conversation in this capture.', width, ''),
    ...indent(
      `It holds ${formatCapture(summary)}, ${tcp}; ${formatSkipped(summary.skipped)}${formatDropped(summary)}${formatDamage(summary)}.`,
      width,
      '',
      '  ',
    ),
    ...formatOthers(summary).flatMap((line) => indent(line, width, '  ', '    ')),
    ...advice.flatMap((text) => indent(`Try next: ${text}`, width, '', '  ')),
  ];
}
