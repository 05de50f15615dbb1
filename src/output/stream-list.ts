// The list of a capture's TCP connections: a table for people, on 80 columns and more, and CSV for spreadsheets. Knows nothing
// of how they were found.

import type { StreamSide } from '../dissect/surveyed-side.ts';
import type { TcpStream } from '../dissect/surveyed-stream.ts';
import { formatCount, formatPlural } from '../plural.ts';
import { formatOctets } from './amounts.ts';
import { type CsvValue, formatRow } from './csv-row.ts';
import { formatEndpoint } from './endpoint-text.ts';
import { makePalette } from './palette.ts';
import { type Cell, type Column, drawTable } from './slim-table.ts';
import { escapeText } from './terminal-text.ts';

export interface StreamListOptions {
  /** Columns of the terminal; null where there is none. */
  width: number | null;
  colour: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: '#', align: 'right' },
  { title: 'client', align: 'left', keeps: 'end' },
  { title: 'server', align: 'left', keeps: 'end' },
  { title: 'packets', align: 'right', spare: 2 },
  { title: '→ octets', align: 'right' },
  { title: '← octets', align: 'right' },
  { title: 'lost', align: 'right', spare: 1 },
  { title: 'looks like', align: 'left' },
];
const ELASTIC = [1, 2, 7];

const LIKENESS: Record<TcpStream['protocol'], string> = {
  websocket: 'WebSocket',
  tls: 'TLS',
  http: 'HTTP',
  http2: 'HTTP/2',
  unknown: 'unknown',
  none: 'no octets',
};

/** Lines, without line ends. */
export function formatStreams(streams: readonly TcpStream[], { width, colour }: StreamListOptions): string[] {
  const count = formatPlural(streams.length, 'TCP connection');
  if (streams.length === 0) return [count];
  const palette = makePalette({ colour });
  const rows = streams.map((stream) => cellsOf(stream));
  const options = { width: width ?? Number.POSITIVE_INFINITY, elastic: ELASTIC, palette };
  return [...drawTable(COLUMNS, rows, options), '', count];
}

function cellsOf(stream: TcpStream): Cell[] {
  const name = stream.serverName === null ? '' : ` ${escapeText(stream.serverName)}`;
  const texts = [
    String(stream.connection),
    formatEndpoint(stream.client),
    formatEndpoint(stream.server),
    formatCount(stream.packets),
    formatOctets(stream.c2s.octets),
    formatOctets(stream.s2c.octets),
    formatCount(lostOf(stream.c2s) + lostOf(stream.s2c)),
    LIKENESS[stream.protocol] + name,
  ];
  return texts.map((text) => ({ text }));
}

function lostOf(side: StreamSide): number {
  return side.gaps.reduce((sum, [, length]) => sum + length, 0);
}

/** In their order: a contract with whoever reads them, so new ones come last. */
const CSV_COLUMNS: readonly (readonly [name: string, value: (stream: TcpStream) => CsvValue])[] = [
  ['connection', ({ connection }) => connection],
  ['client', ({ client }) => formatEndpoint(client)],
  ['server', ({ server }) => formatEndpoint(server)],
  ['packets', ({ packets }) => packets],
  ['protocol', ({ protocol }) => protocol],
  ['serverName', ({ serverName }) => serverName],
  ['c2sOctets', ({ c2s }) => c2s.octets],
  ['c2sSha256', ({ c2s }) => c2s.sha256],
  ['c2sLost', ({ c2s }) => lostOf(c2s)],
  ['c2sGaps', ({ c2s }) => gapsOf(c2s)],
  ['s2cOctets', ({ s2c }) => s2c.octets],
  ['s2cSha256', ({ s2c }) => s2c.sha256],
  ['s2cLost', ({ s2c }) => lostOf(s2c)],
  ['s2cGaps', ({ s2c }) => gapsOf(s2c)],
];

/** The row with the columns' names: those of rows that say their file too, or not. */
export function streamsCsvNames(columns: 'plain' | 'with-file'): string {
  return formatRow([...CSV_COLUMNS.map(([name]) => name), ...(columns === 'with-file' ? ['file'] : [])]);
}

/** Rows with their line ends. @param file what they say is their file; null where they say none */
export function streamsCsv(streams: readonly TcpStream[], file: string | null): string[] {
  const last = file === null ? [] : [file];
  return streams.map((stream) => formatRow([...CSV_COLUMNS.map(([, value]) => value(stream)), ...last]));
}

/** As in NDJSON, where there are any. */
function gapsOf({ gaps }: StreamSide): string {
  return gaps.length === 0 ? '' : JSON.stringify(gaps);
}
