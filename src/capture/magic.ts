// Names what a file is when it is no capture that we read, from its first octets, with the next thing to try. It knows
// no format beyond its signature.

import { hexOf } from '../octet-hex.ts';
import { CaptureError } from './capture-error.ts';

interface Signature {
  /** Hex digits; `..` stands for any octet. */
  octets: string;
  name: string;
  /** A capture all the same, of a format that is not read. */
  isCapture?: true;
  advice?: string;
}

const SIGNATURES: readonly Signature[] = [
  { octets: 'fd377a585a00', name: 'an xz-compressed file', advice: 'unxz it first' },
  { octets: '425a68', name: 'a bzip2-compressed file', advice: 'bunzip2 it first' },
  { octets: '04224d18', name: 'an lz4-compressed file', advice: 'unlz4 it first' },
  { octets: '504b0304', name: 'a ZIP archive', advice: 'unzip it first' },
  { octets: '377abcaf271c', name: 'a 7-Zip archive', advice: 'unpack it first' },
  {
    octets: '736e6f6f70000000',
    name: 'a snoop capture',
    isCapture: true,
    advice: 'convert it with: editcap -F pcap in.snoop out.pcap',
  },
  {
    octets: '474d4255',
    name: 'a Microsoft Network Monitor capture',
    isCapture: true,
    advice: 'convert it with: editcap -F pcap in out',
  },
  { octets: '89504e470d0a1a0a', name: 'a PNG image' },
  { octets: 'ffd8ff', name: 'a JPEG image' },
  { octets: '47494638', name: 'a GIF image' },
  { octets: '52494646........57454250', name: 'a WebP image' },
  { octets: '52494646', name: 'a RIFF file' },
  { octets: '25504446', name: 'a PDF document' },
  { octets: '7f454c46', name: 'an ELF program' },
  { octets: '4d5a', name: 'a Windows program' },
  { octets: 'feedface', name: 'a Mach-O program' },
  { octets: 'feedfacf', name: 'a Mach-O program' },
  { octets: 'cefaedfe', name: 'a Mach-O program' },
  { octets: 'cffaedfe', name: 'a Mach-O program' },
  { octets: 'cafebabe', name: 'a Java class or a universal Mach-O program' },
  { octets: '0061736d', name: 'a WebAssembly module' },
  { octets: '53514c69746520666f726d6174203300', name: 'an SQLite database' },
];

const TEXT_ADVICE = 'captures are written by tcpdump -w FILE, or by dumpcap';

/** How much of a file is looked at to call it text. */
const TEXT_SAMPLE = 512;

function matches(signature: string, octets: Uint8Array, start: number, end: number): boolean {
  const length = signature.length / 2;
  if (end - start < length) return false;
  for (let i = 0; i < length; i++) {
    const digits = signature.slice(2 * i, 2 * i + 2);
    if (digits !== '..' && octets[start + i] !== Number.parseInt(digits, 16)) return false;
  }
  return true;
}

function isText(octets: Uint8Array): boolean {
  // TAB to CR, ESC, and all from the space on but DEL; of 8-bit octets the UTF-8 decoder judges.
  if (!octets.every((octet) => (octet >= 9 && octet <= 13) || octet === 27 || (octet >= 32 && octet !== 127)))
    return false;
  try {
    // A sample may end inside a character, hence `stream`.
    new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function describe(octets: Uint8Array, start: number, end: number): Omit<Signature, 'octets'> {
  for (const signature of SIGNATURES) {
    if (matches(signature.octets, octets, start, end)) return signature;
  }
  const sample = octets.subarray(start, Math.min(end, start + TEXT_SAMPLE));
  if (sample.every((octet) => octet === 0)) return { name: 'a file that begins with zeros' };
  if (isText(sample)) {
    const text = new TextDecoder().decode(sample).trimStart();
    if (/^\{\s*"log"\s*:/.test(text)) return { name: 'a HAR file', advice: TEXT_ADVICE };
    if (/^[[{]/.test(text)) return { name: 'JSON text', advice: TEXT_ADVICE };
    return { name: 'text', advice: TEXT_ADVICE };
  }
  const first = Array.from(sample.subarray(0, 4), hexOf).join(' ');
  return { name: `a file of unknown kind (it begins ${first})` };
}

/** The error that tells what `octets[start, end)`, the beginning of a file, is instead of a capture. */
export function unrecognised(octets: Uint8Array, start: number, end: number): CaptureError {
  const { name, isCapture, advice } = describe(octets, start, end);
  const verdict = isCapture ? 'which is not read' : 'not a capture';
  return new CaptureError('format', `this is ${name}, ${verdict}${advice === undefined ? '' : `; ${advice}`}`);
}
