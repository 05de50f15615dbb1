// Makes the captures of the bench in bench/captures, those that are not there yet, or those that are named.
//
//   node --import tsx bench/make-captures.ts [NAME…]

import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CaptureWriter } from './capture-writer.ts';
import { type BenchCapture, captures } from './captures.ts';

export const CAPTURES_FOLDER = fileURLToPath(new URL('captures/', import.meta.url));

export function capturePath(name: string): string {
  return `${CAPTURES_FOLDER}${name}.pcap`;
}

export function makeCapture(capture: BenchCapture): void {
  mkdirSync(CAPTURES_FOLDER, { recursive: true });
  const path = capturePath(capture.name);
  const out = new CaptureWriter(`${path}.part`, capture.interval);
  capture.write(out, path);
  out.close();
  renameSync(`${path}.part`, path);
  console.log(`${path}: ${out.packets.toLocaleString('en-US')} packets, ${out.length.toLocaleString('en-US')} octets`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !captures.some((capture) => capture.name === name));
  if (unknown.length > 0) {
    console.error(`no such capture: ${unknown.join(', ')}; there are ${captures.map(({ name }) => name).join(', ')}`);
    process.exit(2);
  }
  for (const capture of captures) {
    if (named.length > 0 ? named.includes(capture.name) : !existsSync(capturePath(capture.name))) makeCapture(capture);
  }
}
