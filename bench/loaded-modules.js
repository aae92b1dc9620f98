// Preloaded: tells at the end of the first invocation which of Node's own modules are loaded.
process.on('SIGUSR2', () => {
  const loaded = process.moduleLoadList.filter((name) => name.startsWith('NativeModule '));
  process.stdout.write(`\nmodules:${JSON.stringify(loaded)}\n`);
});
