// Preloaded into the program: tells on standard error which modules of Node it has loaded in the end.

const { writeSync } = require('node:fs');

process.on('exit', () => {
  const names = process.moduleLoadList.map((each) => each.replace(/^NativeModule /, ''));
  writeSync(2, `${names.join('\n')}\n`);
});
