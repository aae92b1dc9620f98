// Plain JavaScript: stripping types would cost every function process 50 ms and 17 MB.
// Preloaded into the Runtime Interface Client, whose native HTTP client it replaces by node:http:
// that one is compiled by an install script, and this project runs none.
import { registerHooks } from 'node:module';

// An `import` of it would read every export, and so load undici: half of an empty function's start.
const { Agent, request } = process.getBuiltinModule('node:http');

const hooks = registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== './rapid-client.node') return nextResolve(specifier, context);
    hooks.deregister();
    return { url: import.meta.url, format: 'module', shortCircuit: true };
  },
});

const [host, port] = (process.env['AWS_LAMBDA_RUNTIME_API'] ?? '').split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let posted = Promise.resolve();

function call(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent, method, headers, path: `/2018-06-01/runtime${path}` };
    request(options, async (response) => {
      const chunks = await response.toArray();
      resolve({ bodyJson: Buffer.concat(chunks).toString(), headers: response.headers });
    })
      .on('error', reject)
      .end(body);
  });
}

export function initializeClient() {}

export async function next() {
  await posted;
  return await call('GET', '/invocation/next');
}

export function done(id, body) {
  posted = call('POST', `/invocation/${id}/response`, body);
}

export function error(id, body, xray) {
  const headers = { 'lambda-runtime-function-xray-error-cause': xray };
  posted = call('POST', `/invocation/${id}/error`, body, headers);
}
