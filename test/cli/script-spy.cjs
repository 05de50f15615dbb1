// Preloaded into the program and its threads: tells on standard error which scripts were run with compiled code, and whether V8
// took it.

const { writeSync } = require('node:fs');
const { basename } = require('node:path');
const vm = require('node:vm');
const { isMainThread } = require('node:worker_threads');

vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    if (options.cachedData === undefined) return;
    const thread = isMainThread ? 'main thread' : 'worker';
    writeSync(2, `${thread}: ${basename(options.filename)} is ${this.cachedDataRejected ? 'refused' : 'taken'}\n`);
  }
};
