// Where `text` or `data` stand in message events: where nothing was decoded, always, never.

export const PAYLOAD_OPTIONS = ['undecoded', 'always', 'never'] as const;

export type PayloadOption = (typeof PAYLOAD_OPTIONS)[number];
