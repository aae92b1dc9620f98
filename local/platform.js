// Plain JavaScript: it must run, and explain itself, on the Node that is too old for everything else here.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`This needs Node 24 and is running on Node ${process.versions.node} (${process.platform} ${process.arch}).
- On Linux x64, Linux arm64 and Windows x64, "npm ci" brings Node 24 along: run it again without --omit=optional.
- On other platforms install Node 24 or newer yourself (https://nodejs.org), then run "npm ci" once more.`);
  process.exit(1);
}
