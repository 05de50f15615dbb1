// The statistics as tables for people, on 80 columns and more. Knows nothing of how they were counted.

import type { Direction, EndEvent, Endpoint } from '../../dissect/events.ts';
import { formatCount, formatPlural } from '../../plural.ts';
import { formatOctets, formatRate, formatSeconds } from '../amounts.ts';
import { arrowOf } from '../direction-arrow.ts';
import { indent } from '../display-width.ts';
import { formatEndpoint } from '../endpoint-text.ts';
import { pageWidth } from '../page-width.ts';
import { makePalette, type Palette } from '../palette.ts';
import { type Cell, type Column, drawTable } from '../slim-table.ts';
import { formatNothingFound, formatSummary } from '../summary-text.ts';
import { escapeText } from '../terminal-text.ts';
import type { ConnectionReport, Distribution, FlowReport, PingReport, StatsReport } from './report.ts';

export interface StatsTextOptions {
  /** Columns of the terminal; null where there is none. */
  width: number | null;
  colour: boolean;
}

const ENDINGS: Record<EndEvent['how'], string> = {
  close: 'close frames',
  fin: 'FIN',
  rst: 'RST',
  'capture-end': 'still open',
  replaced: 'replaced',
};

/** Judging them would cost a short connection more than all that is counted of it. */
const NOT_JUDGED = 'Handshakes, closings and UTF-8 are not judged here, but by `wsdissect FILE`.';

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });
/** A figure that a narrow terminal does without, those with the highest number first. */
const spare = (order: number, title: string): Column => ({ title, align: 'right', spare: order });

const FLOW_COLUMNS = [
  right('messages'),
  right('octets'),
  spare(5, 'per s'),
  spare(4, 'min'),
  spare(1, 'median'),
  spare(3, 'p95'),
  spare(2, 'max'),
];
const TIME_COLUMNS = [spare(4, 'min'), spare(1, 'median'), spare(3, 'p95'), spare(2, 'max')];

/** A table under its title. */
interface Section {
  title: string;
  columns: Column[];
  rows: Cell[][];
  /** The columns that are cut where the width does not suffice. */
  elastic: number[];
  /** What the figures mean, where the columns do not say it. */
  note?: string;
}

/** Figures and words of ours: each character takes one column. */
const cells = (...texts: string[]): Cell[] => texts.map((text) => ({ text, width: text.length }));
/** Words of others. */
const foreign = (text: string): Cell => ({ text: escapeText(text) });

/** A size in octets: the number where it is short, else with its unit. */
function formatSize(octets: number): string {
  return octets < 10_000 ? formatCount(Math.round(octets)) : formatOctets(octets);
}

function flowCells(flow: FlowReport): Cell[] {
  const sizes = flow.sizes;
  const figures =
    sizes === null ? ['–', '–', '–', '–'] : [sizes.min, sizes.median, sizes.p95, sizes.max].map(formatSize);
  return cells(formatCount(flow.messages), formatOctets(flow.octets), formatRate(flow.rate), ...figures);
}

function timeCells(time: Distribution | null): Cell[] {
  if (time === null) return cells('–', '–', '–', '–');
  return cells(...[time.min, time.median, time.p95, time.max].map(formatSeconds));
}

function arrowCell(direction: Direction, palette: Palette): Cell {
  return { text: arrowOf(direction), width: 1, paint: direction === 'c2s' ? palette.client : palette.server };
}

function flowRows(first: string, row: { c2s: FlowReport; s2c: FlowReport }, from: [string, string], palette: Palette) {
  return [
    [...cells(first), arrowCell('c2s', palette), ...cells(from[0]), ...flowCells(row.c2s)],
    [...cells(''), arrowCell('s2c', palette), ...cells(from[1]), ...flowCells(row.s2c)],
  ];
}

function endpointsOf({ client, server }: { client: Endpoint; server: Endpoint }): [string, string] {
  return [formatEndpoint(client), formatEndpoint(server)];
}

function messagesSection(report: StatsReport, palette: Palette): Section {
  const rows = report.connections.flatMap((row) => flowRows(String(row.connection), row, endpointsOf(row), palette));
  const isAllShown = report.webSocketConnections === 1 && report.connectionsOmitted === 0;
  if (report.webSocketConnections > 0 && !isAllShown)
    rows.push(...flowRows('all', report.total, ['clients', 'servers'], palette));
  return {
    title: 'Messages by connection',
    columns: [right('#'), left(''), { ...left('from'), keeps: 'end' }, ...FLOW_COLUMNS],
    rows,
    elastic: [2],
    note: omittedNote(report),
  };
}

function omittedNote(report: StatsReport): string {
  if (report.connectionsOmitted === 0) return '';
  return `${formatPlural(report.connectionsOmitted, 'further connection')} only in the totals.`;
}

function pingCells({ sent, answered, roundTrip }: PingReport): Cell[] {
  const answers = sent === 0 ? '–' : `${answered === null ? '–' : formatCount(answered)} of ${formatCount(sent)}`;
  const times = roundTrip === null ? ['–', '–'] : [formatSeconds(roundTrip.median), formatSeconds(roundTrip.max)];
  return cells(answers, ...times);
}

function timeRow(row: ConnectionReport): Cell[] {
  const how = row.how === null ? '–' : ENDINGS[row.how];
  return [
    ...cells(String(row.connection), how, formatSeconds(row.duration), formatSeconds(row.handshake)),
    ...pingCells(row.pings),
  ];
}

function timesSection(report: StatsReport): Section {
  const rows = report.connections.map(timeRow);
  const { handshake, pings } = report.total;
  if (report.webSocketConnections > 1) {
    const median = handshake === null ? '–' : formatSeconds(handshake.median);
    rows.push([...cells('all', '', 'median', median), ...pingCells(pings)]);
  }
  return {
    title: 'Times by connection',
    columns: [
      right('#'),
      left('ended by'),
      spare(1, 'open for'),
      spare(4, 'handshake'),
      right('pongs'),
      spare(2, 'round trip'),
      spare(3, 'max'),
    ],
    rows,
    elastic: [1],
    note: 'Handshake: from the upgrade request to its answer. Round trip: median from ping to pong.',
  };
}

function transportSection(report: StatsReport, palette: Palette): Section {
  const rows = report.connections.flatMap(({ connection, tcp }) => {
    if (tcp === null) return [];
    const flow = (direction: Direction, first: string, time: string) => {
      const { retransmissions, outOfOrder, lost, zeroWindows } = tcp[direction];
      const figures = [retransmissions, outOfOrder, lost, zeroWindows].map(formatCount);
      return [...cells(first), arrowCell(direction, palette), ...cells(time, ...figures)];
    };
    return [flow('c2s', String(connection), formatSeconds(tcp.handshakeRoundTrip)), flow('s2c', '', '')];
  });
  return {
    title: 'TCP by connection',
    columns: [
      right('#'),
      left(''),
      spare(1, 'round trip'),
      right('sent again'),
      spare(2, 'out of order'),
      right('octets lost'),
      spare(3, 'zero window'),
    ],
    rows,
    elastic: [],
    note: 'Round trip: from the SYN to the ACK of its answer. Copies that the capture made are not counted as sent again.',
  };
}

function typesSection(report: StatsReport, palette: Palette): Section {
  const hasRates = report.types.some(({ rate }) => rate !== null);
  const rates = hasRates ? 'Per s: of a type from its first message to its last, of a connection all the time. ' : '';
  return {
    title: 'Messages by type',
    columns: [left(''), left('type'), ...FLOW_COLUMNS],
    rows: report.types.map((type) => [arrowCell(type.direction, palette), foreign(type.name), ...flowCells(type)]),
    elastic: [1],
    note: `${rates}Sizes are exact below 1,024 octets; above, median and p95 are within 0.4 %.`,
  };
}

function exchangesSection(report: StatsReport): Section {
  const omitted = report.exchangesOmitted;
  const more = omitted === 0 ? '' : ` ${formatPlural(omitted, 'exchange')} of further pairs of types not shown.`;
  return {
    title: 'Request to answer',
    columns: [left('client'), left('server'), right('times'), ...TIME_COLUMNS],
    rows: report.exchanges.map((exchange) => [
      foreign(exchange.asked),
      foreign(exchange.answered),
      ...cells(formatCount(exchange.count)),
      ...timeCells(exchange.time),
    ]),
    elastic: [0, 1],
    note: `From a client's message to the server's next; what the client sends between is not counted.${more}`,
  };
}

function diagnosticsSection(report: StatsReport, palette: Palette): Section {
  return {
    title: 'Diagnostics',
    columns: [left('severity'), left('code'), right('times')],
    rows: report.diagnostics.map(({ severity, code, count }) => [
      { text: severity, paint: palette[severity] },
      foreign(code),
      ...cells(formatCount(count)),
    ]),
    elastic: [1],
  };
}

/** All tables that have rows, then the line on the capture: lines, without line ends. */
export function formatStats(report: StatsReport, options: StatsTextOptions): string[] {
  const width = pageWidth(options.width);
  const palette = makePalette(options);
  const asked = report.webSocketConnections + report.refusedHandshakes + report.unansweredHandshakes;
  if (asked === 0 && report.summary !== null) return formatNothingFound(report.summary, width);
  const sections = [
    messagesSection(report, palette),
    timesSection(report),
    transportSection(report, palette),
    typesSection(report, palette),
    exchangesSection(report),
    diagnosticsSection(report, palette),
  ];
  const lines: string[] = [];
  for (const { title, columns, rows, elastic, note } of sections) {
    if (rows.length === 0) continue;
    lines.push(palette.heading(title), ...drawTable(columns, rows, { width, elastic, palette }));
    if (note) lines.push(...indent(note, width, '').map(palette.faint));
    lines.push('');
  }
  if (report.webSocketConnections > 0) lines.push(...indent(NOT_JUDGED, width, '').map(palette.faint));
  return [...lines, ...closing(report, width)];
}

function closing(report: StatsReport, width: number): string[] {
  const lines: string[] = [];
  for (const [requests, what] of [
    [report.refusedHandshakes, 'refused by the server'],
    [report.unansweredHandshakes - report.unreadAnswers, 'without an answer in the capture'],
    [report.unreadAnswers, 'answered with no HTTP that can be read'],
  ] as const) {
    if (requests > 0) lines.push(...indent(`${formatPlural(requests, 'upgrade request')} ${what}.`, width, ''));
  }
  if (report.notInflated > 0) {
    const messages = formatPlural(report.notInflated, 'compressed message');
    lines.push(...indent(`${messages} counted by the octets on the wire.`, width, ''));
  }
  if (report.summary === null) return lines;
  const faults = (severity: 'error' | 'warning') =>
    report.diagnostics.reduce((sum, row) => (row.severity === severity ? sum + row.count : sum), 0);
  const shown = {
    messages: report.total.c2s.messages + report.total.s2c.messages,
    controls: report.controls,
    errors: faults('error'),
    warnings: faults('warning'),
    serverPorts: new Set(report.connections.map(({ server }) => server.port)),
  };
  return [...lines, ...formatSummary(report.summary, shown, width)];
}
