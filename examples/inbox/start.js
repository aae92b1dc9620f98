// Plain JavaScript: started by an older Node, it goes on in the Node 24 that "npm ci" has brought along.
import { spawn } from 'node:child_process';
import path from 'node:path';

const directory = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const main = path.join(directory, 'inbox.ts');
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('./inbox.ts');
} else {
  const node = path.resolve(directory, '../../node_modules/.bin/node');
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
