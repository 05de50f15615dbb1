// The face of this folder; what each file does is in README.md.

export type { StatsReport } from './report.ts';
export { type StatsOptions, StatsSink } from './stats-sink.ts';
export { formatStats, type StatsTextOptions } from './stats-text.ts';
