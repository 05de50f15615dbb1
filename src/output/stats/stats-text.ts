// Statistics as text: connections, types, times, and what the capture holds. Knows nothing of how they were counted.

import { formatCount, formatOctets, formatPlural, formatRate, formatSeconds } from '../amounts.ts';
import { indent } from '../conversation-heading.ts';
import { formatEndpoint } from '../endpoint-text.ts';
import type { Palette } from '../palette.ts';
import { type Cell, type Column, drawTable } from '../slim-table.ts';
import { formatNothingFound, formatSummary } from '../summary-text.ts';
import { escapeText } from '../terminal-text.ts';
import type { Distribution } from './histogram.ts';
import type { ConnectionReport, StatsReport } from './report.ts';

export interface StatsTextOptions {
  /** Columns of the terminal. */
  width: number;
  palette: Palette;
}

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });
const cells = (...texts: string[]): Cell[] => texts.map((text) => ({ text }));

/** Lines of the whole report. */
export function formatStats(report: StatsReport, options: StatsTextOptions): string[] {
  const { summary } = report;
  if (summary !== null && report.connections.length === 0) return formatNothingFound(summary, options.width);
  const lines = [
    ...connectionLines(report, options),
    ...typeLines(report, options),
    ...timeLines(report, options),
    ...diagnosticLines(report, options),
  ];
  if (summary !== null) {
    const controls = report.connections.reduce((sum, { c2s, s2c }) => sum + c2s.controls + s2c.controls, 0);
    const shown = {
      messages: summary.messages,
      controls: report.connectionsNotListed > 0 ? 0 : controls,
      errors: 0,
      warnings: 0,
    };
    lines.push(...formatSummary(summary, shown, options.width));
  }
  return lines;
}

function section(title: string, table: string[], palette: Palette): string[] {
  return [palette.heading(title), ...table, ''];
}

function connectionLines(report: StatsReport, { width, palette }: StatsTextOptions): string[] {
  const columns = [
    right('#'),
    left('client → server'),
    right('→'),
    right('←'),
    right('octets'),
    right('msg/s'),
    right('time'),
    left('end'),
  ];
  const rows = report.connections.map((connection) => [
    { text: String(connection.connection), paint: palette.faint },
    { text: nameOf(connection) },
    ...cells(
      formatCount(connection.c2s.messages),
      formatCount(connection.s2c.messages),
      formatOctets(connection.c2s.octets + connection.s2c.octets),
      formatRate(connection.messagesPerSecond),
      formatSeconds(connection.seconds),
      connection.how,
    ),
  ]);
  const more =
    report.connectionsNotListed === 0
      ? []
      : indent(
          `… and ${formatPlural(report.connectionsNotListed, 'connection')} more, which count below (--limit lists more)`,
          width,
          '',
          '  ',
        );
  const table = [...drawTable(columns, rows, { width, elastic: 1, palette }), ...more];
  return section('Connections', table, palette);
}

function nameOf({ client, server, target, status }: ConnectionReport): string {
  const refused = status === null ? ' (no answer)' : status === 101 ? '' : ` (${status})`;
  return `${formatEndpoint(client)} → ${formatEndpoint(server)} ${escapeText(target)}${refused}`;
}

function typeLines({ types }: StatsReport, { width, palette }: StatsTextOptions): string[] {
  if (types.length === 0) return [];
  const columns = [left(''), left('type'), right('count'), right('octets'), right('msg/s'), ...sizeColumns()];
  const rows = types.map((type) => [
    { text: type.direction === 'c2s' ? '→' : '←', paint: type.direction === 'c2s' ? palette.client : palette.server },
    { text: escapeText(type.type) },
    ...cells(formatCount(type.messages), formatOctets(type.octets), formatRate(type.messagesPerSecond)),
    ...distributionCells(type.sizes, formatCount),
  ]);
  return section(
    'Messages by type, sizes in octets',
    drawTable(columns, rows, { width, elastic: 1, palette }),
    palette,
  );
}

function timeLines(report: StatsReport, { width, palette }: StatsTextOptions): string[] {
  const rows: Cell[][] = [];
  const add = (what: string, times: Distribution | null) => {
    if (times === null) return;
    rows.push([{ text: what }, ...cells(formatCount(times.count)), ...distributionCells(times, formatSeconds)]);
  };
  add('handshake', report.handshakes);
  add('ping round trip', report.pings);
  for (const { request, answer, times } of report.answers) add(`${escapeText(request)} → ${escapeText(answer)}`, times);
  if (rows.length === 0) return [];
  const columns = [left('time of'), right('count'), ...sizeColumns()];
  return section('Times', drawTable(columns, rows, { width, elastic: 0, palette }), palette);
}

function sizeColumns(): Column[] {
  return [right('min'), right('median'), right('p95'), right('max')];
}

function distributionCells(distribution: Distribution | null, format: (value: number) => string): Cell[] {
  if (distribution === null) return cells('–', '–', '–', '–');
  return cells(
    format(distribution.min),
    format(distribution.median),
    format(distribution.p95),
    format(distribution.max),
  );
}

function diagnosticLines({ diagnostics }: StatsReport, { width, palette }: StatsTextOptions): string[] {
  const rows = Object.entries(diagnostics).map(([code, count]) => cells(formatCount(count), code));
  if (rows.length === 0) return [];
  const table = drawTable([right('count'), left('diagnostic')], rows, { width, elastic: 1, palette });
  return section('Diagnostics', table, palette);
}
